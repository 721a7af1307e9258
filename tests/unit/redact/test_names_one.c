/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

/* What everybody has, a far town, a trip, and hyphens with one letter; and where somebody is. */
static void one_word(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"He is in the Army and on the Broads.", "", NULL, NULL, 0},
        {"She fell off the U-bend in my T-shirt.", "", NULL, NULL, 0},
        {"He moved up to the big room in Year 7.", "", NULL, NULL, 0},
        {"We went on the coach to Whitby for the lights.", "", NULL, NULL, 0},
        {"They play cards in Ibadan.", "", NULL, NULL, 0},
        {"He loves Bethany and we all do.", "", NULL, NULL, 0},
        {"I work in Arthur's, the chippy.", "workplace[Arthur's]", NULL, NULL, 0},
        {"We still go to Bethania on a Sunday.", "place[Bethania]", NULL, NULL, 0},
        {"I am now in Slough, with Tom and a cat.", "place[Slough]", NULL, NULL, 0},
        {"She is a Saturday girl in Osborne's, with Tom.", "workplace[Osborne's]", NULL, NULL, 0},
        {"I still play the organ in Bethania, slowly.", "school[Bethania]", NULL, NULL, 0},
        {"My mother in Ibadan is old.", "place[Ibadan]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(one_word))
