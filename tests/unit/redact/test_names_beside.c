/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

static void addresses(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"14 Larkspur Avenue, Ockbury, LS97 1AA",
         "address[14 Larkspur Avenue] place[Ockbury] postcode[LS97 1AA]", NULL, NULL, 0},
        {"\"Seaview\", The Strand\n\nDear Ann", "address[Seaview] place[The Strand]", NULL, NULL,
         0},
        {"Letchworth SG97 1AA", "place[Letchworth] postcode[SG97 1AA]", NULL, NULL, 0},
        {"at Rose Cottage, 2 Mill Lane", "address[Rose Cottage] address[2 Mill Lane]", NULL, NULL,
         0},
    };
    check_proposals(cases, COUNT(cases));
}

static void others(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We live in Embsay and Bamburgh.", "place[Embsay] place[Bamburgh]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A number and capitals before a postcode, whatever such a street is called. */
static void strange_streets(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Our address is 8 Ockbury Loanen, BT97 6QH, should you need it.",
         "address[8 Ockbury Loanen] postcode[BT97 6QH]", NULL, NULL, 0},
        {"We are in Ockbury, BT97 6QH.", "place[Ockbury] postcode[BT97 6QH]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(strange_streets), cmocka_unit_test(addresses),
              cmocka_unit_test(others))
