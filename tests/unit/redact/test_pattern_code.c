/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern_in.h"

#include "tests/unit/redact/proposed.h"

static void forms(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"my NI number is QQ 12 34 56 C", "id[QQ 12 34 56 C]", NULL, NULL, 0},
        {"my NI number is qq123456c", "id[qq123456c]", NULL, NULL, 0},
        {"NI QQ-12-34-56-C", "id[QQ-12-34-56-C]", NULL, NULL, 0},
        {"QQ 12 34 56", "", NULL, NULL, 0},
        {"ref ZZ/4471/09", "id[ZZ/4471/09]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(forms))
