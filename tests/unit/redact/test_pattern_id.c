/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void postcodes(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"YO99 1AA", "postcode[YO99 1AA]", NULL, NULL, 0},
        {"yo99 1aa", "postcode[yo99 1aa]", NULL, NULL, 0},
        {"yo991aa", "postcode[yo991aa]", NULL, NULL, 0},
        {"Y O 9 9 1 A A", "postcode[Y O 9 9 1 A A]", NULL, NULL, 0},
        {"YO99\n1AA", "postcode[YO99\n1AA]", NULL, NULL, 0},
        {"YO99-1AA", "postcode[YO99-1AA]", NULL, NULL, 0},
        {"M9 9ZZ and EC1A 9ZZ", "postcode[M9 9ZZ] postcode[EC1A 9ZZ]", NULL, NULL, 0},
        {"YO99 lAA", "postcode[YO99 lAA]", NULL, NULL, 0},
        {"our postcode is YO99", "postcode[YO99]", NULL, NULL, 0},
        {"was gr8 1st time", "", NULL, NULL, 0},
        {"w8 4me", "", NULL, NULL, 0},
        {"he got 10 out of 10", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void plates(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"QQ99 QQQ", "vehicle[QQ99 QQQ]", NULL, NULL, 0},
        {"LB 94 ZKO", "vehicle[LB 94 ZKO]", NULL, NULL, 0},
        {"my car reg is qq99qqq", "vehicle[qq99qqq]", NULL, NULL, 0},
        {"his van is D417 XYZ", "vehicle[D417 XYZ]", NULL, NULL, 0},
        {"is 1234 a good number", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

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
        {"192.0.2.17", "url[192.0.2.17]", NULL, NULL, 0},
        {"SE 123 456", "place[SE 123 456]", NULL, NULL, 0},
        {"version 1.2.3", "", NULL, NULL, 0},
        {"case closed 2 years ago", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void births(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"you were born on 4 June 2014", "dob[4 June 2014]", NULL, NULL, 0},
        {"D.O.B. 04/06/14", "dob[04/06/14]", NULL, NULL, 0},
        {"Angela, b. 2 Jan 1989", "dob[b. 2 Jan 1989]", NULL, NULL, 0},
        {"4/6/2014, the day you were born", "dob[4/6/2014]", NULL, NULL, 0},
        {"Nadia: 14-Mar-2015", "dob[14-Mar-2015]", NULL, NULL, 0},
        {"we met on 4 June 2014", "", NULL, NULL, 0},
        {"Sent: 4 June 2014", "", NULL, NULL, 0},
        {"happy birthday for the 4th", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(postcodes), cmocka_unit_test(plates),
              cmocka_unit_test(official_numbers), cmocka_unit_test(births))
