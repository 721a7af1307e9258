/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void postcodes(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"YO99 1AA", "postcode[YO99 1AA]", NULL, NULL, 0},
        {"a Bristol, registered AGW 1, is his", "vehicle[AGW 1]", NULL, NULL, 0},
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

static void by_their_cue(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"my reg is QIZ 99447", "vehicle[QIZ 99447]", NULL, NULL, 0},
        {"the white Transit, QQ99 QQQ", "vehicle[QQ99 QQQ]", NULL, NULL, 0},
        {"company reg 04471", "", NULL, NULL, 0},
        {"Lego set no. 42100", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void in_words(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"YO ninety nine one AA", "postcode[YO ninety nine one AA]", NULL, NULL, 0},
        {"QQ twelve QQQ", "vehicle[QQ twelve QQQ]", NULL, NULL, 0},
        {"alpha bravo one two charlie delta echo",
         "vehicle[alpha bravo one two charlie delta echo]", NULL, NULL, 0},
        {"a golf hotel in Lima", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Whole words are no letters of a code. */
static void whole_words(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"I took it to the post office mysel1f.", "", NULL, NULL, REDACT_SCAN_OCR},
        {"Ring 01632 960583. Let her ring.", "phone[01632 960583]", NULL, NULL, REDACT_SCAN_OCR},
        {"THE PHONE IS 01632 960583 AND SHE IS IN", "phone[01632 960583]", NULL, NULL,
         REDACT_SCAN_OCR},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(postcodes), cmocka_unit_test(plates), cmocka_unit_test(by_their_cue),
              cmocka_unit_test(in_words), cmocka_unit_test(whole_words))
