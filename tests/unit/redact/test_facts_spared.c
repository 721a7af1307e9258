/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static void days_and_pets(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Every Friday we swim.", "", "name=Friday", NULL, 0},
        {"We had no sunshine for days.", "", "handle=sunshine", NULL, 0},
        {"I am sunshine on insta.", "handle[sunshine]", "handle=sunshine", NULL, 0},
        {"He is mad about St George and the dragon.", "", "school=St George's School", NULL, 0},
        {"She left on Friday 3 June.", "", "name=Friday", NULL, 0},
        {"Ask Mrs Friday at the desk.", "name[Friday]", "name=Friday", NULL, 0},
        {"The cat is called Pellington and he bites.", "", "name=Pellington", NULL, 0},
        {"two guinea pigs called Biscuit and Pellington", "", "name=Pellington", NULL, 0},
        {"Pellington the hamster escaped.", "", "name=Pellington", NULL, 0},
        {"Our dog bit Mr Pellington.", "name[Pellington]", "name=Pellington", NULL, 0},
        {"The dog is old. He is called Pellington at work.", "name[Pellington]", "name=Pellington",
         NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void saints_and_toys(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"St Andrew must have watched over him.", "", "school=St Andrew's", NULL, 0},
        {"He is at St Andrew's now.", "school[St Andrew's]", "school=St Andrew's", NULL, 0},
        {"Does he still like Bouncer?", "", "handle=bouncer99", NULL, 0},
        {"add bouncer99 on snap", "handle[bouncer99]", "handle=bouncer99", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void books_and_queens(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"She has read The Heron in the Reeds twice.", "", "address=The Reeds", NULL, 0},
        {"We live in the Reeds now.", "address[the Reeds]", "address=The Reeds", NULL, 0},
        {"He thinks the Queen's still alive.", "", "medical=Queen's", NULL, 0},
        {"We stood for the King's speech.", "", "school=King's", NULL, 0},
        {"I was in the Queen's for a week.", "medical[Queen's]", "medical=Queen's", NULL, 0},
        {"the Queen's still have my notes", "medical[Queen's]", "medical=Queen's", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(days_and_pets), cmocka_unit_test(saints_and_toys),
              cmocka_unit_test(books_and_queens))
