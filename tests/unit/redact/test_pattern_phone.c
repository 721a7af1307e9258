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

static void in_pieces(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"07700 then 900 then 123", "phone[07700 then 900 then 123]", NULL, NULL, 0},
        {"07700900 and the last three are 123", "phone[07700900 and the last three are 123]", NULL,
         NULL, 0},
        {"ring me on 77 00 900 123", "phone[77 00 900 123]", NULL, NULL, 0},
        {"seven seven double oh nine double oh one two three",
         "phone[seven seven double oh nine double oh one two three]", NULL, NULL, 0},
        {"07seven00 9double0 123", "phone[07seven00 9double0 123]", NULL, NULL, 0},
        {"tel. 601 234 567", "phone[601 234 567]", NULL, NULL, 0},
        {"07700 900 and we were 123 in all that day", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Two numbers that are one, and words between its pieces. */
static void in_halves(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"answer 07700 9\nQ2 who is fast, a cat or me\nQ5 the rest of it. answer 00436",
         "phone[07700 9] phone[00436]", NULL, NULL, 0},
        {"01632 is the same for all of us. After that its niner six zero, eight double one.",
         "phone[01632] phone[niner six zero, eight double one]", NULL, NULL, 0},
        {"only think 077 and then double zero and then my lucky 9 and again double zero, and last "
         "is 582.",
         "phone[077 and then double zero and then my lucky 9 and again double zero, and last is "
         "582]",
         NULL, NULL, 0},
        {"07700 is a model number, and it has 42 pieces in 3 bags.", "", NULL, NULL, 0},
        {"use plus 44 77 double-nought 900 743, please", "phone[plus 44 77 double-nought 900 743]",
         NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(phones), cmocka_unit_test(in_pieces), cmocka_unit_test(in_halves))
