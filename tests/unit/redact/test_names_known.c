/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

/* What is played, staged, read, worn and flown to. */
static void innocent(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"She is a demon at Top Trumps and always wins at Snakes and Ladders.", "", NULL, NULL, 0},
        {"He was a tree in Into the Woods in April.", "", NULL, NULL, 0},
        {"She was Titania in A Midsummer Night's Dream.", "", NULL, NULL, 0},
        {"He can name every Pokemon from Ockmander to Pellisaur.", "", NULL, NULL, 0},
        {"We flew to Ockonia from Pellwick and swam.", "", NULL, NULL, 0},
        {"This email was scanned by MailPell 3.1 for you.", "", NULL, NULL, 0},
        {"Ockbury Rovers 2 Pellham 2.", "", NULL, NULL, 0},
        {"Aunty Jo in Perth, Australia", "", NULL, NULL, 0},
        {"For tea he would have a Pellus Crispy Pancake", "", NULL, NULL, 0},
        {"For the book day he went as Willy Pellonka", "", NULL, NULL, 0},
        {"The cat is called Sir Purrcival", "", NULL, NULL, 0},
        {"He came down in his Sunderland top and we laughed.", "", NULL, NULL, 0},
        {"She has read all of The Heron in the Reeds to us.", "", NULL, NULL, 0},
        {"We like Kevin and Susan, Pellod y Ockwm and The Lamp Show.", "", NULL, NULL, 0},
        {"Last night we watched Pellod y Ockwm with Gran.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* The same words where somebody lives or works. */
static void meant(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"he won at Retford with a blue hen", "place[Retford]", NULL, NULL, 0},
        {"She lives in Ockonia by the airport.", "place[Ockonia]", NULL, NULL, 0},
        {"He lives in Sunderland. Top of the class!", "place[Sunderland]", NULL, NULL, 0},
        {"We had our tea in the Reeds on Friday.", "place[the Reeds]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(innocent), cmocka_unit_test(meant))
