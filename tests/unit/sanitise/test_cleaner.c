/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/cleaner.h"

#include "sys/clock.h"
#include "tests/unit/unit.h"

/* The cleaning itself, in its sandbox, is tests/flow/sanitise.mjs. Here no sandbox is begun. */

static void what_comes_too_late_is_not_begun(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    const struct str documents[] = {STR("\x89PNG\r\n\x1a\n"), STR("%PDF-1.7\n"),
                                    STR("Dear Ann, hello.\n")};
    const struct clean_settings settings = {.until_us = clock_monotonic_us()};
    for (size_t i = 0; i < COUNT(documents); i++) {
        struct letter letter = {.part_count = 7};
        assert_ok(cleaner_clean(NULL, &settings, CLEAN_BY_BYTES, documents[i], arena, &letter));
        assert_int_equal(letter.refusal, REFUSAL_TOO_LONG);
        assert_int_equal(letter.part_count, 0);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(what_comes_too_late_is_not_begun))
