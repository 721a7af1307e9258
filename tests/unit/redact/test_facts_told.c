/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static void told(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"its jo bloggs at sea post dot example or text",
         "email[jo bloggs at sea post dot example]", "email=jobloggs@seapost.example", NULL, 0},
        {"in her blog (two red boats, all one word, dot example)",
         "url[two red boats, all one word, dot example]", "url=tworedboats.example", NULL, 0},
        {"his age, no gaps (jo blog ten), is it", "handle[jo blog ten]", "handle=joblog10", NULL,
         0},
        {"it is blog, then ger, then the at thing, then post, a dot and example",
         "email[blog, then ger, then the at thing, then post, a dot and example]",
         "email=blogger@post.example", NULL, 0},
        {"red boats two, all one word, then a dot, then example",
         "url[red boats two, all one word, then a dot, then example]", "url=redboatstwo.example",
         NULL, 0},
        {"Its b l o g (dot) g e r [a t] inbox [d o t] example so",
         "email[b l o g (dot) g e r [a t] inbox [d o t] example]", "email=blog.ger@inbox.example",
         NULL, 0},
        {"my user is J a y b o g s underscore two kay nine",
         "handle[J a y b o g s underscore two kay nine]", "handle=jaybogs_2k9", NULL, 0},
        {"two red boats sailed", "", "url=tworedboats.example", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void slightly_wrong(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"The skip is for WF98 parents only", "postcode[WF98]", "postcode=WF98 3JH", NULL, 0},
        {"he is at abbots dike and hates it", "school[abbots dike]", "school=Abbots Dyke", NULL, 0},
        {"the abbot digs", "", "school=Abbots Dyke", NULL, 0},
        {"We call him Damilola at home.", "name[Damilola]", "name=Oluwadamilola", NULL, 0},
        {"Damilola is allowed.", "", "name=Oluwadamilola", "Damilola", 0},
        {"one of them Priory jumpers", "school[Priory]", "school=Wexcombe Priory Juniors", NULL, 0},
        {"a Priory girl?", "school[Priory]", "school=Wexcombe Priory Juniors", NULL, 0},
        {"We saw the old priory.", "", "school=Wexcombe Priory Juniors", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void short_names(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Bill is well.", "name[Bill]", "name=Pellington; name=William", NULL, 0},
        {"Bill is well.", "", "name=William", NULL, 0},
        {"Hello Kubus", "name[Kubus]", "name=Jakub", NULL, 0},
        {"Happy birthday", "", "name=Harpreet", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(told), cmocka_unit_test(slightly_wrong),
              cmocka_unit_test(short_names))
