/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static const char list[] =
    "name=Fotheringay; name=Kowalski; place=Wexcombe; place=Reading; place=Sevenoaks; "
    "school=Thornfield Primary School; school=Brookdale Otters; address=9 Cobbler's Yard; "
    "workplace=Barlow Vets; workplace=Tesco; medical=Kestrel Surgery; phone=07700 900321; "
    "vehicle=QQ99 QQQ; postcode=YO99 1AA; handle=jo_by_the_sea";

static void misspelt(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Fotheringey", "name[Fotheringey]", list, NULL, 0},
        {"Fotherngay", "name[Fotherngay]", list, NULL, 0},
        {"you were a Wainscot then", "name[Wainscot]", "name=Wainscott", NULL, 0},
        {"we painted the wainscot", "", "name=Wainscott", NULL, 0},
        {"Wexcomb", "place[Wexcomb]", list, NULL, 0},
        {"Wexkombe", "place[Wexkombe]", list, NULL, 0},
        {"Wexford", "", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Endings of other languages, and digits that are said. */
static void inflected(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"z panem Kowalskim i Kowalskiego", "name[Kowalskim] name[Kowalskiego]", list, NULL, 0},
        {"u Kowalskich", "name[Kowalskich]", list, NULL, 0},
        {"the road to 7oaks", "place[7oaks]", list, NULL, 0},
        {"7up", "", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(misspelt), cmocka_unit_test(inflected))
