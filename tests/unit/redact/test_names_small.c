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

PROPOSAL_MAIN(cmocka_unit_test(small))
