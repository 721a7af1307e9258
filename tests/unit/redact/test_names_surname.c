/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

static void behind_a_first_name(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We met Sheila Farquharson there.", "name[Sheila Farquharson]", NULL, NULL, 0},
        {"We met Sheila Farquharson there.", "name[Farquharson]", NULL, "Sheila", 0},
        {"signed T. Umpleby", "name[T. Umpleby]", NULL, NULL, 0},
        {"my nana Umpleby", "name[Umpleby]", NULL, NULL, 0},
        {"he loves Harry Potter and Taylor Swift", "", NULL, NULL, 0},
        {"my mate is Zain Merchant", "name[Zain Merchant]", NULL, NULL, 0},
        {"her dog is Zain Merchant", "", NULL, NULL, 0},
        {"It was Zain Merchant Street", "address[Zain Merchant Street]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void first_names(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"our dog Treacle and my friend Ellie", "", NULL, NULL, 0},
        {"Ellie and Tom were there", "", NULL, NULL, 0},
        {"My aunt Beth is well.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(behind_a_first_name), cmocka_unit_test(first_names))
