/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern_in.h"

#include "tests/unit/redact/proposed.h"

static void flats(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Flat 6, Calder House", "address[Flat 6, Calder House]", NULL, NULL, 0},
        {"the flat is cold", "", NULL, NULL, 0},
        {"You are settled in the new flat. A balcony is fine.", "", NULL, NULL, 0},
        {"Caravan 12, Golden Sands. It rains.", "address[Caravan 12, Golden Sands]", NULL, NULL, 0},
        {"It is Pelling Caravan Park, plot 9, by the sea",
         "place[Pelling Caravan Park] address[plot 9]", NULL, NULL, 0},
        {"we are in room 9", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void house_numbers(void **state)
{
    (void)state;
    ARENA(arena, 100000);
    struct norm norm;
    norm_fold(STR("14 22a l8 1o2 22z 12345 house 7bb"), arena, &norm);
    static const bool expected[] = {true, true, true, true, false, false, false, false};
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(pattern_house_number(&norm, i), expected[i]);
}

PROPOSAL_MAIN(cmocka_unit_test(flats), cmocka_unit_test(house_numbers))
