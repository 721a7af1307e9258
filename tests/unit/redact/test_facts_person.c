/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

/* A word of the list that is somebody of history, of a tale or known from their work. */
static void somebody_else(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"a dog whose name is Fotheringay, after the man", "", "name=Fotheringay", NULL, 0},
        {"Chester the cat is fine.", "", "place=Chester", NULL, 0},
        {"He knows everything about Nelson, HMS Victory and all.", "", "place=Nelson", NULL, 0},
        {"He went in an Airbus to the sun.", "", "workplace=Airbus", NULL, 0},
        {"Thomas the Tank Engine", "", "name=Thomas", NULL, 0},
        {"i watched luke skywalker", "", "handle=skywalker", NULL, 0},
        {"the new Jacqueline Marsden book", "", "name=Marsden", NULL, 0},
        {"Abraham Lincoln was tall.", "", "place=Lincoln", NULL, 0},
        {"a week in Jordan with Gran", "", "name=Jordan", NULL, 0},
        {"My brother Chester once caught an eel.", "", "place=Chester", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* The same words as they are meant. */
static void the_one_who_is_meant(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We moved to Chester.", "place[Chester]", "place=Chester", NULL, 0},
        {"she lives in Nelson now", "place[Nelson]", "place=Nelson", NULL, 0},
        {"Mrs Marsden sends her love.", "name[Marsden]", "name=Marsden", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(somebody_else), cmocka_unit_test(the_one_who_is_meant))
