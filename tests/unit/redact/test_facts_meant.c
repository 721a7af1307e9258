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
        {"a dog whose name is Fotheringay, after the man", "", list, NULL, 0},
        {"Rose, May, Reading and Tom", "place[Reading]", list, NULL, 0},
        {"Reading festival", "", list, NULL, 0},
        {"he supports Reading", "", list, NULL, 0},
        {"jo by the sea", "", list, NULL, 0},
        {"add jo by the sea on insta", "handle[jo by the sea]", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(meant), cmocka_unit_test(others))
