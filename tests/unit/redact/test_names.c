/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names.h"

#include "tests/unit/redact/proposed.h"

static void people(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Her teacher is Mrs Pellingham.", "name[Pellingham]", NULL, NULL, 0},
        {"we saw Dr. A. Okonkwo today", "name[A. Okonkwo]", NULL, NULL, 0},
        {"thanks to Mrs Ann Pellingham", "name[Pellingham]", NULL, "Ann", 0},
        {"mrs pellingham says hi. she is nice. love u", "name[pellingham]", NULL, NULL, 0},
        {"Mr Bean and Father Christmas", "", NULL, NULL, 0},
        {"my sister Ellie", "", NULL, NULL, 0},
        {"Miss you lots", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void places(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"He goes to Tiny Tigers nursery", "school[Tiny Tigers nursery]", NULL, NULL, 0},
        {"he goes to the nursery, to primary school", "", NULL, NULL, 0},
        {"I write from HMP Marlrigg", "place[Marlrigg]", NULL, NULL, 0},
        {"We moved to Tutshill in spring", "place[Tutshill]", NULL, NULL, 0},
        {"We went to Tenerife, to France and to Tesco", "", NULL, NULL, 0},
        {"he works at Binley Motors", "workplace[Binley Motors]", NULL, NULL, 0},
        {"Say hello to Hartmut", "", NULL, NULL, 0},
        {"we met at Slate Museum", "place[Slate Museum]", NULL, NULL, 0},
        {"He is in New York and reads in Harry Potter", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* What a place beside these words is. */
static void what_it_is(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"I work in hotel Saracen's Court now.", "workplace[Saracen's Court]", NULL, NULL, 0},
        {"I am on nights as a nurse at Hindlethorpe.", "workplace[Hindlethorpe]", NULL, NULL, 0},
        {"He had his broken wrist set at Hindlethorpe.", "medical[Hindlethorpe]", NULL, NULL, 0},
        {"We walked to Hindlethorpe Castle.", "place[Hindlethorpe Castle]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(people), cmocka_unit_test(places), cmocka_unit_test(what_it_is))
