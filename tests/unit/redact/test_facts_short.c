/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] =
    "name=Fotheringay; name=Kowalski; place=Wexcombe; place=Reading; place=Sevenoaks; "
    "school=Thornfield Primary School; school=Brookdale Otters; address=9 Cobbler's Yard; "
    "workplace=Barlow Vets; workplace=Tesco; medical=Kestrel Surgery; phone=07700 900321; "
    "vehicle=QQ99 QQQ; postcode=YO99 1AA; handle=jo_by_the_sea";

static void short_forms(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"F*theringay", "name[F*theringay]", list, NULL, 0},
        {"Fother**gay", "name[Fother**gay]", list, NULL, 0},
        {"it ends in 900321", "phone[900321]", list, NULL, 0},
        {"we drove to Wexcmbe", "place[Wexcmbe]", list, NULL, 0},
        {"TPS", "school[TPS]", list, NULL, 0},
        {"at T.P.S.", "school[T.P.S]", list, NULL, 0},
        {"H.O.B.A. is fine", "school[H.O.B.A]", "school=Hill of Banchory Academy", NULL, 0},
        {"Gran F'stone is in bed", "name[F'stone]", "name=Featherstone", NULL, 0},
        {"the letters B.V. on the lid", "workplace[B.V]", list, NULL, 0},
        {"we had P.E. today", "", "school=Park End", NULL, 0},
        {"Hattie and J Woolstencr.", "name[J Woolstencr]", "name=Woolstencroft", NULL, 0},
        {"Tom is a Wexcombian, as they say", "place[Wexcombian]", list, NULL, 0},
        {"Tom is a Wellian, as they say", "", "place=Wells", NULL, 0},
        {"room 900321 of 2", "phone[900321]", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* The two ends of a word, and a familiar ending. */
static void clipped(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"One love, J P-gton", "name[J P-gton]", "name=Pellington", NULL, 0},
        {"From: Verna P <verna@mail.example>", "name[P] email[verna@mail.example]",
         "name=Pellington", NULL, 0},
        {"Love from Verna P.", "name[P]", "name=Pellington", NULL, 0},
        {"Take vitamin P, Verna Q.", "", "name=Pellington", NULL, 0},
        {"goodbye Pellers and hello", "place[Pellers]", "place=Pellworth", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(short_forms), cmocka_unit_test(clipped))
