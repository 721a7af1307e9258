/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words_alike.h"

#include "tests/unit/unit.h"

static void words_that_are_alike(void **state)
{
    (void)state;
    static const struct {
        const char *said, *read;
        bool alike;
    } cases[] = {
        {"Gerald,", "Gerald", true},   {"Gerald", "gera1d", true},  {"seaside", "seaslde", true},
        {"Dear", "Dear.", true},       {"Dear", "Near", true},      {"seaside", "mountain", false},
        {"Gerald", "?", false},        {"crab", "bear", false},     {"2014", "2O14", true},
        {"2014", "1987", false},       {"Łódź", "Lodz", false},     {"--", "?", true},
        {"wonderful", "wonder", true}, {"wonderful", "won", false}, {"it's", "its", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (words_alike(str_from(cases[i].said), str_from(cases[i].read)) != cases[i].alike)
            fail_msg("\"%s\" and \"%s\"", cases[i].said, cases[i].read);
}

UNIT_MAIN(NULL, cmocka_unit_test(words_that_are_alike))
