/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern_in.h"

#include "tests/unit/redact/proposed.h"

static void runs(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"oh double seven double oh nine hundred won too free",
         "phone[oh double seven double oh nine hundred won too free]", NULL, NULL, 0},
        {"07700 nine double-o triple one", "phone[07700 nine double-o triple one]", NULL, NULL, 0},
        {"o77oo 9oo l23", "phone[o77oo 9oo l23]", NULL, NULL, 0},
        {"twenty two people", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Polish says its numbers in hundreds. */
static void polish_hundreds(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"zero siedem siedem zero zero, dziewięćset, dwieście trzydzieści pięć",
         "phone[zero siedem siedem zero zero, dziewięćset, dwieście trzydzieści pięć]", NULL, NULL,
         0},
        {"zero zero czterdzieści osiem, pięćset, zero zero zero, sto jedenaście",
         "phone[zero zero czterdzieści osiem, pięćset, zero zero zero, sto jedenaście]", NULL, NULL,
         0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(runs), cmocka_unit_test(polish_hundreds))
