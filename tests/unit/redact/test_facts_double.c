/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] = "name=Quillerby-Vane; name=Fotheringay; place=Wexcombe";

/* A surname of two words by its letters, where somebody signs or with a hyphen. */
static void letters(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Best wishes, Clare Q-V", "name[Q-V]", list, NULL, 0},
        {"Love from all the Q-Vs", "name[Q-Vs]", list, NULL, 0},
        {"From: Clare QV\nHello to you all.", "name[QV]", list, NULL, 0},
        {"She wore a V-neck and we sang.", "", list, NULL, 0},
        {"It was QV on the label of the tin.", "", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(letters))
