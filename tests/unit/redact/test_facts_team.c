/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] =
    "school=Brookdale Herons; school=Dunstow Rangers; school=Wexcombe Falcon "
    "Juniors; school=Upper Copse Panthers; school=Netherby Beavers";

/* The last word of a team's name alone, of one of its players too. */
static void teams(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"She plays for the Herons on a Saturday.", "school[the Herons]", list, NULL, 0},
        {"He is a Heron now and so proud.", "school[Heron]", list, NULL, 0},
        {"I heard a dad shout come on Panther, so I did too.", "school[Panther]", list, NULL, 0},
        {"He does foot ball with the Rangers and I got a goal.", "school[the Rangers]", list, NULL,
         0},
        {"There is a boy in those 5pringers and she saw him.", "school[5pringers]",
         "school=Brookdale Springers", NULL, 0},
        {"My friend has a boy in those 0tters and she is glad.", "school[0tters]",
         "school=Keynsham Otters", NULL, REDACT_SCAN_OCR},
        {"Dear Herons families, come along.", "school[Herons]", list, NULL, 0},
        {"Is it near them herons that do the mini rugby? I saw Tom there.", "school[herons]", list,
         NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Birds, other teams, and what every town has. */
static void other_things(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We saw the herons by the lake. Tom was there.", "", list, NULL, 0},
        {"Grandad supports Rangers. Tom does not.", "", list, NULL, 0},
        {"She went up with the Beavers.", "", list, NULL, 0},
        {"The Pink Panther is on telly. We saw Pink Panther again.", "", list, NULL, 0},
        {"A heron ate the fish that Tom had.", "", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(teams), cmocka_unit_test(other_things))
