/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

/* What every scanner leaves alone. */
static void ordinary_numbers(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"She is 8 and 121 cm tall, in Year 3, and has 7 cousins.", "", NULL, NULL, 0},
        {"It cost £2.50, up from 50p; 1,250 people came on 12 March 2024 at 7.15.", "", NULL, NULL,
         0},
        {"They won 3-1 and Page 2 of 3 has Lego set 60219.", "", NULL, NULL, 0},
        {"we r gr8 4 u 2 b m8s lol 2day", "", NULL, NULL, 0},
        {"on the M6 and the A64 by bus 42", "", NULL, NULL, 0},
        {"one two three four five, once I caught a fish alive", "", NULL, NULL, 0},
        {"I have 1 dog.\n2 cats.\n3 fish.", "", NULL, NULL, 0},
        {"He ran the 800 m in 2.31 and 10 km in 55 minutes", "", NULL, NULL, 0},
        {"a 20 minute walk, a 3 mile drive and a 2 hour way", "", NULL, NULL, 0},
        {"love u xxx ... 100%", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void each_category(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"ring 01632 960123 or write to jo@mail.example, I'm at 4 Mill Lane, YO99 1AA, see "
         "www.jo.example",
         "phone[01632 960123] email[jo@mail.example] address[4 Mill Lane] postcode[YO99 1AA] "
         "url[www.jo.example]",
         NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(ordinary_numbers), cmocka_unit_test(each_category))
