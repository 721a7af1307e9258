/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/feast.h"

#include "redact/lexicon.h"
#include "tests/unit/unit.h"

static void feasts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int month, day;
        size_t words; /* 0: none */
    } cases[] = {
        {"Christmas Day was wet", 12, 25, 2},
        {"hogmanay", 12, 31, 1},
        {"St. David's Day", 3, 1, 3},
        {"New Year's Eve", 12, 31, 3},
        {"Christrnas Eve", 12, 24, 2},
        {"All Souls Day", 11, 2, 3},
        {"Christmas, Day by day", 0, 0, 0},
        {"Christmas tree", 0, 0, 0},
        {"may", 0, 0, 0},
        {"day", 0, 0, 0},
    };
    ARENA(tables, 8u * 1024 * 1024);
    const struct lexicon *lexicon = lexicon_new(tables);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        struct norm norm;
        norm_fold(str_from(cases[i].text), arena, &norm);
        lexicon_read(lexicon, &norm, arena);
        struct feast feast;
        if (feast_at(&norm, 0, &feast) != (cases[i].words > 0)) fail_msg("%s", cases[i].text);
        if (cases[i].words == 0) continue;
        assert_int_equal(feast.month, cases[i].month);
        assert_int_equal(feast.day, cases[i].day);
        assert_int_equal(feast.last, cases[i].words - 1);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(feasts))
