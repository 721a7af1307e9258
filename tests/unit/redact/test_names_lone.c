/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

static void surnames(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"She is in the top class, where Pickersley lets them keep insects.", "name[Pickersley]",
         NULL, NULL, 0},
        {"Her mum is Seftonley the butcher, so we eat well.", "name[Seftonley]", NULL, NULL, 0},
        {"Entwistley from the library gave him a book.", "name[Entwistley]", NULL, NULL, 0},
        {"Then Seftonley-Marrowby came, on a Friday.", "name[Seftonley-Marrowby]", NULL, NULL, 0},
        {"I am not a Wakelingham, as your nan says.", "name[Wakelingham]", NULL, NULL, 0},
        {"her coach, a policeman by the name of Wakelingham, thinks so", "name[Wakelingham]", NULL,
         NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void others(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Our dog Snufflekin lets nobody in.", "", NULL, NULL, 0},
        {"Ellie lets them keep insects.", "", NULL, NULL, 0},
        {"Pickersley lets them in.", "", NULL, "Pickersley", 0},
        {"Nobody lets them in.", "", NULL, NULL, 0},
        {"We had Coca-Cola with Mary-Jane.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* The children of a family, or its son; not what somebody is. */
static void of_a_family(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"the property of the Pellwyche girls at the farm", "name[Pellwyche]", NULL, NULL, 0},
        {"Yes. Young Gowland looks in.", "name[Gowland]", NULL, NULL, 0},
        {"He is a Muslim and she is a Geordie.", "", NULL, NULL, 0},
        {"She sings with the Brownies girls.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(of_a_family), cmocka_unit_test(surnames), cmocka_unit_test(others))
