/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

static void places(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We moved to Ockbury last year.", "place[Ockbury]", NULL, NULL, 0},
        {"They took him to Pellingham Royal, in an ambulance.", "medical[Pellingham Royal]", NULL,
         NULL, 0},
        {"he works Brundles on the fish", "workplace[Brundles]", NULL, NULL, 0},
        {"where my dad came from, Ockbury", "place[Ockbury]", NULL, NULL, 0},
        {"opposite the Shoulder of Mutton", "place[the Shoulder of Mutton]", NULL, NULL, 0},
        {"a week in Tenerife", "", NULL, NULL, 0},
        {"we went to the Natural History Museum", "", NULL, NULL, 0},
        {"I am on the ward at Burnley General and it is hard.", "medical[Burnley General]", NULL,
         NULL, 0},
        {"He was brilliant at Airedale General and so on.", "medical[Airedale General]", NULL, NULL,
         0},
        {"I am cleaning of an evening in Haven High, so I see it.", "school[Haven High]", NULL,
         NULL, 0},
        {"I write from Small Heath, with my mother.", "place[Small Heath]", NULL, NULL, 0},
        {"I write from Spain, with my mother.", "", NULL, NULL, 0},
        {"She will go on to the Bishop Ockering in autumn.", "school[the Bishop Ockering]", NULL,
         NULL, 0},
        {"He is at Chy an Ock with Gran.", "place[Chy an Ock]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Places behind the small words of Polish, Romanian and Welsh. */
static void other_languages(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Mieszkam teraz w Pellinghamie i pracuję w Brundles przy taśmie",
         "place[Pellinghamie] workplace[Brundles]", NULL, NULL, 0},
        {"Stau la Ockbury cu fratele meu acum", "place[Ockbury]", NULL, NULL, 0},
        {"Rydym ni yn byw yn Ockbury gyda mam", "place[Ockbury]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(places), cmocka_unit_test(other_languages))
