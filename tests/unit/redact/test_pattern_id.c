/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void official_numbers(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"NHS number 999 123 4567", "id[999 123 4567]", NULL, NULL, 0},
        {"999 016 6137", "id[999 016 6137]", NULL, NULL, 0}, /* the check digit is right */
        {"999 016 6138", "id[999 016 6138]", NULL, NULL, 0}, /* by its form alone */
        {"9990166138", "", NULL, NULL, 0},
        {"QQ 12 34 56 C is my NI number", "id[QQ 12 34 56 C]", NULL, NULL, 0},
        {"AB123456C", "id[AB123456C]", NULL, NULL, 0},
        {"Number A9999XY", "id[A9999XY]", NULL, NULL, 0},
        {"case ZZ99C99999", "id[ZZ99C99999]", NULL, NULL, 0},
        {"passport 123456789", "id[123456789]", NULL, NULL, 0},
        {"MORGA657054SM9IJ 35", "id[MORGA657054SM9IJ 35]", NULL, NULL, 0},
        {"00:1A:2B:3C:4D:5E", "id[00:1A:2B:3C:4D:5E]", NULL, NULL, 0},
        {"192.0.2.17", "id[192.0.2.17]", NULL, NULL, 0},
        {"SE 123 456", "place[SE 123 456]", NULL, NULL, 0},
        {"412 of 02/03/25", "id[412 of 02/03/25]", NULL, NULL, 0},
        {"52.9999, -2.4417", "address[52.9999, -2.4417]", NULL, NULL, 0},
        {"sort 99 80 16, Finn 3004 1198 and Lola 3004 1199",
         "bank[99 80 16] bank[3004 1198] bank[3004 1199]", NULL, NULL, 0},
        {"version 1.2.3", "", NULL, NULL, 0},
        {"case closed 2 years ago", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Numbers that tell by their form alone. */
static void without_a_cue(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"my nurnber is QQ 31 42\n53 B. If he wants", "id[QQ 31 42\n53 B]", NULL, NULL, 0},
        {"His own was A00994417 then.", "id[A00994417]", NULL, NULL, 0},
        {"Sam 0304159992", "id[0304159992]", NULL, NULL, 0},
        {"\"That is you,\" he said, \"nine nine nine, one five three, six two oh five\"",
         "id[nine nine nine, one five three, six two oh five]", NULL, NULL, 0},
        {"on the passport (9 0 0 4 4 7 1 2 9) here", "id[9 0 0 4 4 7 1 2 9]", NULL, NULL, 0},
        {"passport nine nine nine one two three four five six",
         "id[nine nine nine one two three four five six]", NULL, NULL, 0},
        {"account one double oh seven double eight four five",
         "bank[one double oh seven double eight four five]", NULL, NULL, 0},
        {"her pupil number, K 925 4871 0606 3, which", "id[K 925 4871 0606 3]", NULL, NULL, 0},
        {"Sam 9 9 9 0 1 6 6 1 3 7 .", "id[9 9 9 0 1 6 6 1 3 7]", NULL, NULL, 0},
        {"they got 9 9 9 0 1 6 6 1 3 8 .", "", NULL, NULL, 0},
        {"my pesel, write it down: 16232104482.", "id[16232104482]", NULL, NULL, 0},
        {"asmens kodas 61705140088. Please renew.", "id[61705140088]", NULL, NULL, 0},
        {"God bless,\nHodan\nO7700 900 1l8", "phone[O7700 900 1l8]", NULL, NULL, REDACT_SCAN_OCR},
        {"call 0800123456 or 8812345678 times", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(official_numbers), cmocka_unit_test(without_a_cue))
