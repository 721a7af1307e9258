/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/harm.h"

#include "tests/unit/unit.h"

static void harms(void **state)
{
    (void)state;
    assert_string_equal(harm_of(MARK_WORKPLACE, false), "could show where the family works");
    assert_string_equal(harm_of(MARK_WORKPLACE, true), "could show where the relative works");
    assert_null(harm_of(MARK_BANK, false));
    for (int i = 0; i < MARK_CATEGORY_COUNT; i++) {
        const char *family = harm_of((enum mark_category)i, false);
        const char *relative = harm_of((enum mark_category)i, true);
        assert_int_equal(family == NULL, relative == NULL);
        if (family == NULL) continue;
        assert_null(strstr(family, "relative"));
        assert_null(strstr(relative, "family"));
    }
}

/* Only of guesses: what is on the list or has a form says enough. */
static void told(void **state)
{
    (void)state;
    ARENA(arena, 100000);
    struct mark all[] = {{0, 1, MARK_PLACE, MARK_UNLISTED, 50, STR("a village")},
                         {2, 3, MARK_PLACE, MARK_LEAK_LIST, 98, STR("on the list")},
                         {4, 5, MARK_PHONE, MARK_PATTERN, 96, STR("a phone")},
                         {6, 7, MARK_NAME, MARK_REPEAT, 50, STR("again")}};
    struct marks marks = {.at = all, .count = COUNT(all)};
    harm_tell(&marks, true, arena);
    assert_str(all[0].why, STR("a village (could show where the relative lives or goes)"));
    assert_str(all[1].why, STR("on the list"));
    assert_str(all[2].why, STR("a phone"));
    assert_str(all[3].why, STR("again"));
}

UNIT_MAIN(NULL, cmocka_unit_test(harms), cmocka_unit_test(told))
