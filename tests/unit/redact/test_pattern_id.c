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
        {"my ref is FC/2019/0042", "id[FC/2019/0042]", NULL, NULL, 0},
        {"payroll no. 0071882", "id[0071882]", NULL, NULL, 0},
        {"Hospital no. N4471920", "id[N4471920]", NULL, NULL, 0},
        {"MORGA657054SM9IJ 35", "id[MORGA657054SM9IJ 35]", NULL, NULL, 0},
        {"00:1A:2B:3C:4D:5E", "id[00:1A:2B:3C:4D:5E]", NULL, NULL, 0},
        {"192.0.2.17", "id[192.0.2.17]", NULL, NULL, 0},
        {"SE 123 456", "place[SE 123 456]", NULL, NULL, 0},
        {"version 1.2.3", "", NULL, NULL, 0},
        {"case closed 2 years ago", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void by_their_cue(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"GMC 9990417", "id[GMC 9990417]", NULL, NULL, 0},
        {"VAT GB 999 9973 41", "id[VAT GB 999 9973 41]", NULL, NULL, 0},
        {"badge, number BCC-PHV 20418", "id[BCC-PHV 20418]", NULL, NULL, 0},
        {"quoting MRD-00441-G", "id[MRD-00441-G]", NULL, NULL, 0},
        {"log number 24*0099417", "id[24*0099417]", NULL, NULL, 0},
        {"412 of 02/03/25", "id[412 of 02/03/25]", NULL, NULL, 0},
        {"file K9904471", "id[K9904471]", NULL, NULL, 0},
        {"52.9999, -2.4417", "address[52.9999, -2.4417]", NULL, NULL, 0},
        {"Lego set number 75192", "", NULL, NULL, 0},
        {"registered charity number 1042658", "", NULL, NULL, 0},
        {"order number was 4471023", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Numbers behind others, and the agency's own. */
static void behind_another(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"sort 99 80 16, Finn 3004 1198 and Lola 3004 1199",
         "bank[99 80 16] bank[3004 1198] bank[3004 1199]", NULL, NULL, 0},
        {"Please quote our reference LBX-0417 when you write.", "", NULL, NULL, 0},
        {"ID 77009008, email checked by build 9007, no virus", "", NULL, NULL, 0},
        {"bus pass WM-633-004417", "id[WM-633-004417]", NULL, NULL, 0},
        {"passport nine nine nine one two three four five six",
         "id[nine nine nine one two three four five six]", NULL, NULL, 0},
        {"account one double oh seven double eight four five",
         "bank[one double oh seven double eight four five]", NULL, NULL, 0},
        {"CCLI 0004418", "id[0004418]", NULL, NULL, 0},
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
        {"call 0800123456 or 8812345678 times", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(official_numbers), cmocka_unit_test(by_their_cue),
              cmocka_unit_test(behind_another), cmocka_unit_test(without_a_cue))
