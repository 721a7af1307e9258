/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/same.h"

#include "redact/norm.h"
#include "tests/unit/unit.h"

static uint32_t of(const struct same *same, const char *name)
{
    return same_group(same, norm_hash_ascii(name, strlen(name)));
}

static void names(void **state)
{
    (void)state;
    ARENA(arena, 1024u * 1024);
    const struct same *same = same_new(arena);
    static const struct {
        const char *one, *other;
    } equal[] = {{"katherine", "kit"},    {"katie", "kathryn"},
                 {"william", "billy"},    {"peggy", "margaret"},
                 {"colquhoun", "cahoon"}, {"ceallachain", "ocallaghan"},
                 {"piotr", "peter"},      {"featherstonehaugh", "fanshaw"}};
    for (size_t i = 0; i < COUNT(equal); i++) {
        assert_int_not_equal(of(same, equal[i].one), 0);
        assert_int_equal(of(same, equal[i].one), of(same, equal[i].other));
    }
    assert_int_not_equal(of(same, "katherine"), of(same, "william"));
    assert_int_equal(of(same, "tregenza"), 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(names))
