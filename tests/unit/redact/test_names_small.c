/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

static void small(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"she lives in thrumley now. its ok. love u", "place[thrumley]", NULL, NULL, 0},
        {"at st marys church", "place[st marys church]", NULL, NULL, 0},
        {"im at work in the garden. its nice. ok", "", NULL, NULL, 0},
        {"we went up and over. it was fun. ok", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A misspelt ordinary word is no place; a strange one may be. */
static void misspelt_words(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"i had to use the computer at the libary coz mine broke and i was sad about it all", "",
         NULL, NULL, 0},
        {"we live near thrumley now and it is nice here so we will stay for good i think",
         "place[thrumley]", NULL, NULL, 0},
        {"A card for the Feast of St Michael came.", "", NULL, NULL, 0},
        {"He wore a hat with St Andrew's flag on it.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(small), cmocka_unit_test(misspelt_words))
