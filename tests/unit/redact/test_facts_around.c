/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] =
    "name=Fotheringay; name=Kowalski; place=Wexcombe; place=Reading; place=Sevenoaks; "
    "school=Thornfield Primary School; school=Brookdale Otters; address=9 Cobbler's Yard; "
    "workplace=Barlow Vets; workplace=Tesco; medical=Kestrel Surgery; phone=07700 900321; "
    "vehicle=QQ99 QQQ; postcode=YO99 1AA; handle=jo_by_the_sea";

/* What goes with a term: numbers, kinds, other forms of its words. */
static void with_it(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"at 9 Cobblers Yard", "address[9 Cobblers Yard]", list, NULL, 0},
        {"No. 9, Cobbler's Yard", "address[No. 9, Cobbler's Yard]", list, NULL, 0},
        {"on Tawney Str. nr 16", "address[Tawney Str. nr 16]", "address=16 Tawney Street", NULL, 0},
        {"at Wexcombe-by-Sea we", "place[Wexcombe-by-Sea]", list, NULL, 0},
        {"the Mill o' Dunnet reel", "school[the Mill o' Dunnet]", "school=Mill of Dunnet School",
         NULL, 0},
        {"the Thornfield Primary", "school[the Thornfield Primary]", list, NULL, 0},
        {"Barlow Veterinary", "workplace[Barlow Veterinary]", list, NULL, 0},
        {"Wexcombe cum Hardy", "place[Wexcombe cum Hardy]", list, NULL, 0},
        {"Brookdale Otters U9s", "school[Brookdale Otters U9s]", list, NULL, 0},
        {"his belts under Totnes T.K.D. I made him", "school[Totnes T.K.D]",
         "school=Totnes Taekwondo", NULL, 0},
        {"at the Sole Bay H.C.: the nurse said", "medical[the Sole Bay H.C]", "medical=Sole Bay",
         NULL, 0},
        {"the shop wrote Orlaith T in gold", "name[Orlaith T]", "name=Orlaith; name=Templeton",
         NULL, 0},
        {"the shop wrote Orlaith G in gold", "name[Orlaith]", "name=Orlaith; name=Templeton", NULL,
         0},
        {"at five moora muws now", "address[five moora muws]", "address=5 Mooragh Mews", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void apart(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Thornfield. School is fun.", "school[Thornfield]", list, NULL, 0},
        {"Kestrel and the others", "", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* The first word of a term, written another way. */
static void first_word(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"our friend at 3 Pellam vets says", "workplace[3 Pellam vets]",
         "workplace=Three Pellam Vets", NULL, 0},
        {"her squint done at Doctor Pellams today", "medical[Doctor Pellams]",
         "medical=Dr Pellam's", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(with_it), cmocka_unit_test(apart), cmocka_unit_test(first_word))
