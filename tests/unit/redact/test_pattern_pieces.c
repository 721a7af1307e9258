/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void codes(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"the stamp: LS ninety-eight, 4 L W. He knows", "postcode[LS ninety-eight, 4 L W]", NULL,
         NULL, 0},
        {"its postcode is s k nine seven two r t if you want", "postcode[s k nine seven two r t]",
         NULL, NULL, 0},
        {"it's TA three nine four double you ex here", "postcode[TA three nine four double you ex]",
         NULL, NULL, 0},
        {"pink car P.O. nine three K.L.Z. outside", "vehicle[P.O. nine three K.L.Z]", NULL, NULL,
         0},
        {"a white van, W K 9 7. . T R E, look", "vehicle[W K 9 7. . T R E]", NULL, NULL, 0},
        {"a van, NX 94 (G.T.O.) in the yard", "vehicle[NX 94 (G.T.O]", NULL, NULL, 0},
        {"i am two and a half you see", "", NULL, NULL, 0},
        {"A 4 x 4 is no car for me.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void handles(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"i mean its big dee, underscore, J F C, underscore, eighty nine. dont tell",
         "handle[big dee, underscore, J F C, underscore, eighty nine]", NULL, NULL, 0},
        {"look for coalface underscore eleven on there", "handle[coalface underscore eleven]", NULL,
         NULL, 0},
        {"what is an underscore?", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(codes), cmocka_unit_test(handles))
