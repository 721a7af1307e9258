/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

/* Numbers from the ranges that Ofcom keeps for drama. */
static void phones(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"07700900123", "phone[07700900123]", NULL, NULL, 0},
        {"07700 900 123", "phone[07700 900 123]", NULL, NULL, 0},
        {"07700-900-123", "phone[07700-900-123]", NULL, NULL, 0},
        {"0770.090.0123", "phone[0770.090.0123]", NULL, NULL, 0},
        {"(01632) 960123", "phone[01632) 960123]", NULL, NULL, 0},
        {"+44 7700 900123", "phone[+44 7700 900123]", NULL, NULL, 0},
        {"+44 (0)7700 900123", "phone[+44 (0)7700 900123]", NULL, NULL, 0},
        {"0044 7700 900123", "phone[0044 7700 900123]", NULL, NULL, 0},
        {"447700900123", "phone[447700900123]", NULL, NULL, 0},
        {"020 7946 0123 ext 45", "phone[020 7946 0123 ext 45]", NULL, NULL, 0},
        {"o77oo 9oo 123", "phone[o77oo 9oo 123]", NULL, NULL, 0},
        {"O77OO 9OO l23", "phone[O77OO 9OO l23]", NULL, NULL, 0},
        {"0 7 7 0 0 9 0 0 1 2 3", "phone[0 7 7 0 0 9 0 0 1 2 3]", NULL, NULL, 0},
        {"oh seven seven double oh nine double oh one two three",
         "phone[oh seven seven double oh nine double oh one two three]", NULL, NULL, 0},
        {"zero 7 seven 00, nine hundred 123", "phone[zero 7 seven 00, nine hundred 123]", NULL,
         NULL, 0},
        {"dim saith saith dim dim naw dim dim un dau tri",
         "phone[dim saith saith dim dim naw dim dim un dau tri]", NULL, NULL, 0},
        {"zero siedem siedem zero zero dziewięć zero zero jeden dwa trzy",
         "phone[zero siedem siedem zero zero dziewięć zero zero jeden dwa trzy]", NULL, NULL, 0},
        {"07700 900123 01632 960123", "phone[07700 900123] phone[01632 960123]", NULL, NULL, 0},
        {"07700\n900123", "phone[07700\n900123]", NULL, NULL, 0},
        {"+48 600 000 000", "phone[+48 600 000 000]", NULL, NULL, 0},
        {"ring me on 960123", "phone[960123]", NULL, NULL, 0},
        {"ring me on 7700 900123", "phone[7700 900123]", NULL, NULL, 0},
        {"0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e39\ufe0f\u20e30\ufe0f"
         "\u20e3"
         "0\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e3",
         "phone["
         "0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e39\ufe0f\u20e30\ufe0f"
         "\u20e30\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e3]",
         NULL, NULL, 0},
        {"077009001", "", NULL, NULL, 0},
        {"on 116 123", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

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
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(phones), cmocka_unit_test(banks))
