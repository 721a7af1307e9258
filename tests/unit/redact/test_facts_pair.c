/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

/* A word in two pieces, as it is, misspelt, or as it sounds. */
static void pairs(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"He goes to Free hold for his lessons.", "school[Free hold]", "school=Freehold Madrasah",
         NULL, 0},
        {"He says Lommy-shay like all.", "school[Lommy-shay]", "school=Lomeshaye Nursery", NULL, 0},
        {"Tom is in year six at North Moor, with a frog.", "school[North Moor]", "school=Northmuir",
         NULL, 0},
        {"It is a north moor, with a lake.", "", "school=Northmuir", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(pairs))
