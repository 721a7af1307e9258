/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void banks(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"sort code 00-99-55 account 12345678", "bank[00-99-55] bank[12345678]", NULL, NULL, 0},
        {"OO-99-55 12345678", "bank[OO-99-55] bank[12345678]", NULL, NULL, 0},
        {"sort code 009955", "bank[009955]", NULL, NULL, 0},
        {"4000 0012 3456 7899", "bank[4000 0012 3456 7899]", NULL, NULL, 0},
        {"4000 0012 3456 7898", "bank[4000 0012 3456 7898]", NULL, NULL, 0}, /* by its form alone */
        {"4000001234567898", "", NULL, NULL, 0},
        {"GB33BUKB20201555555555", "bank[GB33BUKB20201555555555]", NULL, NULL, 0},
        {"GB33 BUKB 2020 1555 5555 55", "bank[GB33 BUKB 2020 1555 5555 55]", NULL, NULL, 0},
        {"on 10-11-12 we met", "", NULL, NULL, 0},
        {"12345678", "", NULL, NULL, 0},
        {"pay me at 99.20.46, 5518-0037", "bank[99.20.46] bank[5518-0037]", NULL, NULL, 0},
        {"sort code ninety nine, forty one, oh seven", "bank[ninety nine, forty one, oh seven]",
         NULL, NULL, 0},
        {"the card is mine and the three digits on the back are 417", "bank[417]", NULL, NULL, 0},
        {"I came back with 417 shells", "", NULL, NULL, 0},
        {"paid by card ending **** 6620", "bank[6620]", NULL, NULL, 0},
        {"the film ends 6620 years from now", "", NULL, NULL, 0},
        {"BIC XBNKGB00 please", "bank[XBNKGB00]", NULL, NULL, 0},
        {"the Polish one is PL00 1140 0000 0000 3391 2207, write",
         "bank[PL00 1140 0000 0000 3391 2207]", NULL, NULL, 0},
        {"to the account you used, 998811 and 4420 6671.", "bank[998811] bank[4420 6671]", NULL,
         NULL, 0},
        {"there were 998811 and 4420 6671 came", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A sort code and its account, in pieces and apart. */
static void pairs_with_spaces(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"pay in what you like: it is 00-31-77 and then 4096 1873, thanks",
         "bank[00-31-77] bank[4096 1873]", NULL, NULL, 0},
        {"my bank is 99 40 12, a/c 20994417", "bank[99 40 12] bank[20994417]", NULL, NULL, 0},
        {"the share is held, account 0099 4417 20", "bank[0099 4417 20]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(banks), cmocka_unit_test(pairs_with_spaces))
