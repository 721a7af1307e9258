/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static void addresses(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"14 Mill Lane", "address[14 Mill Lane]", NULL, NULL, 0},
        {"The cost of three ice creams on that street was high.", "", NULL, NULL, 0},
        {"we live at 22a church street now", "address[22a church street]", NULL, NULL, 0},
        {"Flat 6, 14 Mill Lane", "address[Flat 6, 14 Mill Lane]", NULL, NULL, 0},
        {"Flat 2/1, 14 Mill Lane", "address[Flat 2/1, 14 Mill Lane]", NULL, NULL, 0},
        {"Unit 7 Mill Road", "address[Unit 7 Mill Road]", NULL, NULL, 0},
        {"9 St. John's Road", "address[9 St. John's Road]", NULL, NULL, 0},
        {"14 Mill\nLane", "address[14 Mill\nLane]", NULL, NULL, 0},
        {"up on Quarry Lane we met", "address[Quarry Lane]", NULL, NULL, 0},
        {"post to BFPO 9912", "address[BFPO 9912]", NULL, NULL, 0},
        {"8 Castle Hill Villas, Dover", "address[8 Castle Hill Villas] place[Dover]", NULL, NULL,
         0},
        {"Saltgrass, 3 Undershore Lane", "address[Saltgrass, 3 Undershore Lane]", NULL, NULL, 0},
        {"So Sam, 3 Undershore Lane it is", "address[3 Undershore Lane]", NULL, NULL, 0},
        {"flat 9 the 2nd floor 41 Kennedy Way", "address[flat 9 the 2nd floor 41 Kennedy Way]",
         NULL, NULL, 0},
        {"ask for Clarkson Avenue, house 70, room 5, please",
         "address[Clarkson Avenue, house 70, room 5]", NULL, NULL, 0},
        {"it is Marine Parade or so, and we saw the Santa Parade", "address[Marine Parade]", NULL,
         NULL, 0},
        {"Barlows, 41 Gilesgate, Hexham NE96 3LT",
         "address[41 Gilesgate] place[Hexham] postcode[NE96 3LT]", NULL, NULL, 0},
        {"we watch Coronation Street", "", NULL, NULL, 0},
        {"a 10 minute drive and a 2 mile walk", "", NULL, NULL, 0},
        {"he got 3 stars on the way to school", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Streets of a game. */
static void games(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We play Monopoly. Sam always buys Park Lane first.", "", NULL, NULL, 0},
        {"They moved to Park Lane last week.", "address[Park Lane]", NULL, NULL, 0},
        {"We live at Cobden Street 17. It is warm.", "address[Cobden Street 17]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A number with a letter, and a Polish postcode. */
static void told_otherwise(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"I live in a room, 38-B Quarry St, with my cat.", "address[38-B Quarry St]", NULL, NULL,
         0},
        {"w mieście, kod 26-000, zapraszam", "postcode[26-000]", NULL, NULL, 0},
        {"Castlebar, Eircode F23 XOOO, soon", "postcode[F23 XOOO]", NULL, NULL, 0},
        {"her yard is flat 40 block C, 9 Tiverton Rd now",
         "address[flat 40 block C, 9 Tiverton Rd]", NULL, NULL, 0},
        {"a flat above 214 Stanley Rd, ring", "address[flat above 214 Stanley Rd]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(addresses), cmocka_unit_test(games),
              cmocka_unit_test(told_otherwise))
