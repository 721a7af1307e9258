/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] =
    "name=Fotheringay; name=Kowalski; place=Wexcombe; place=Reading; place=Sevenoaks; "
    "school=Thornfield Primary School; school=Brookdale Otters; address=9 Cobbler's Yard; "
    "workplace=Barlow Vets; workplace=Tesco; medical=Kestrel Surgery; phone=07700 900321; "
    "vehicle=QQ99 QQQ; postcode=YO99 1AA; handle=jo_by_the_sea";

/* An ordinary word, or a shop in every town, is meant where its neighbours say so. */
static void meant(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We live in Reading now.", "place[Reading]", list, NULL, 0},
        {"He loves reading books.", "", list, NULL, 0},
        {"Reading is fun.", "", list, NULL, 0},
        {"she works at tesco on nights", "workplace[tesco]", list, NULL, 0},
        {"We bought it in Tesco.", "", list, NULL, 0},
        {"her shift at Tesco", "workplace[Tesco]", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void others(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Rose, May, Reading and Tom", "place[Reading]", list, NULL, 0},
        {"Reading festival", "", list, NULL, 0},
        {"he supports Reading", "", list, NULL, 0},
        {"jo by the sea", "", list, NULL, 0},
        {"add jo by the sea on insta", "handle[jo by the sea]", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Words of the list in the names of other things, and as they are meant. */
static void part_of_another_thing(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"I saw the Lion King with my sister.", "", "name=King", NULL, 0},
        {"It was the King and he is in Green Class.", "", "name=King; name=Green", NULL, 0},
        {"We ate Stilton on toast with crackers.", "", "place=Stilton", NULL, 0},
        {"On St George's Day they had a dragon.", "", "school=St George's", NULL, 0},
        {"my group at hope house on a Tuesday. We like it. It is warm.", "medical[hope house]",
         "medical=Hope House", NULL, 0},
        {"She looks tired in her orchards jumper. Bed!", "school[orchards]", "school=Orchards",
         NULL, 0},
        {"She is number 5 in the queue. Tom is too.", "", "address=Number 5", NULL, 0},
        {"Happy Christmas to you all.", "", "name=Christmas", NULL, 0},
        {"A letter from Mr Christmas came.", "name[Christmas]", "name=Christmas", NULL, 0},
        {"He won a goldfish which he called Barry. Barry is well.", "", "place=Barry", NULL, 0},
        {"Mae gen i gath o'r enw Barry.", "", "name=Barry", NULL, 0},
        {"be kind, you are my little stars", "", "school=Little Stars", NULL, 0},
        {"they are at little stars now", "school[little stars]", "school=Little Stars", NULL, 0},
        {"She stood at the lakeside with Tom. We all did.", "", "medical=Lakeside", NULL, 0},
        {"W sierpniu byliśmy w Polsce: dom babci jest mały. Dom jest stary.", "",
         "address=Dom Polski", NULL, 0},
        {"The news is Sunderland went up!", "", "place=Sunderland", NULL, 0},
        {"His dad is Sunderland mad.", "", "place=Sunderland", NULL, 0},
        {"Sunderland went quiet when we moved.", "place[Sunderland]", "place=Sunderland", NULL, 0},
        {"Grandad is Accrington Stanley mad.", "", "place=Accrington", NULL, 0},
        {"I read them all and the Victoria ones are best.", "", "school=Victoria Juniors", NULL, 0},
        {"She goes to Victoria Juniors now.", "school[Victoria Juniors]", "school=Victoria Juniors",
         NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(meant), cmocka_unit_test(others),
              cmocka_unit_test(part_of_another_thing))
