/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

#include "tests/unit/redact/proposed.h"

static void where(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"We live in Embsay now.", "place[Embsay]", NULL, NULL, 0},
        {"the bus goes from outside the Silver Cup", "place[the Silver Cup]", NULL, NULL, 0},
        {"He has started at Pippins.", "school[Pippins]", NULL, NULL, 0},
        {"We left the car by the Rose and Crown.", "place[Rose and Crown]", NULL, NULL, 0},
        {"We saw the Beauty and the Beast.", "", NULL, NULL, 0},
        {"a hair shop, Crowning Gloria, by the lights", "workplace[Crowning Gloria]", NULL, NULL,
         0},
        {"my solicitor is at Tollgate Law now", "workplace[Tollgate Law]", NULL, NULL, 0},
        {"a film with Jude Law in it", "", NULL, NULL, 0},
        {"She goes to Deer Park now", "school[Deer Park]", NULL, NULL, 0},
        {"I work for Screwfix", "workplace[Screwfix]", NULL, NULL, 0},
        {"We go to Screwfix on Sundays", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void what(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"He is in the 2nd Ockbury.", "school[2nd Ockbury]", NULL, NULL, 0},
        {"at his old school, Ockwood, he", "school[Ockwood]", NULL, NULL, 0},
        {"my solicitors, Blackledge Hurst, say", "workplace[Blackledge Hurst]", NULL, NULL, 0},
        {"it was at the L&D again", "place[L&D]", NULL, NULL, 0},
        {"She went up into Senior Infants and cried. The Super Eagles won.", "", NULL, NULL, 0},
        {"It was on a road in the County Clare in 1957. Tom watched The Dengineers.", "", NULL,
         NULL, 0},
        {"Someone asked the dog. They've asked me nine times.", "", NULL, NULL, 0},
        {"His dentist is Smile Rooms and he has no fillings.", "medical[Smile Rooms]", NULL, NULL,
         0},
        {"Our dentist is Polish and he is kind.", "", NULL, NULL, 0},
        {"He has it at the Ockcoe Road Health Centre and is glad.",
         "medical[the Ockcoe Road Health Centre]", NULL, NULL, 0},
        {"I am in the car for Sams swimming so that is it.", "", NULL, NULL, 0},
        {"each day on Tollhouse Way", "address[Tollhouse Way]", NULL, NULL, 0},
        {"HMP Marlrigg", "place[Marlrigg]", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void known(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"a week in Benidorm, and one in Wales", "", NULL, NULL, 0},
        {"They watched the Battle of Britain", "", NULL, NULL, 0},
        {"he supports Leicester City", "", NULL, NULL, 0},
        {"It was St Andrew's Day", "", NULL, NULL, 0},
        {"in the National Gallery", "place[the National Gallery]", NULL, NULL, 0},
        {"our Garden Centre", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A kind, and its name behind it. */
static void told_by_kind(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"Her new school is Pellmere, the one with the clock.", "school[Pellmere]", NULL, NULL, 0},
        {"at the nursery in town, the preschool (Pellchevins)", "school[Pellchevins]", NULL, NULL,
         0},
    };
    check_proposals(cases, COUNT(cases));
}

/* Cadets are everywhere; a far town is no house. */
static void generic_groups(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"He does Army Cadets on a Monday.", "", NULL, NULL, 0},
        {"We stayed in Spain at a place called Nerja for a week.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* A hall by its own name, and what it is before its name. */
static void halls_and_hospitals(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"She likes the Queen's Hall a lot.", "place[Queen's Hall]", NULL, NULL, 0},
        {"We met in the Village Hall and the Town Hall.", "", NULL, NULL, 0},
        {"Have a pint with me. The back bar, the Organ Inn, at seven.", "place[Organ Inn]", NULL,
         NULL, 0},
        {"You was born and I was in hospital Pellingham nineteen hours.", "medical[Pellingham]",
         NULL, NULL, 0},
        {"I was in hospital Monday and home on Tuesday.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(where), cmocka_unit_test(what), cmocka_unit_test(known),
              cmocka_unit_test(told_by_kind), cmocka_unit_test(generic_groups),
              cmocka_unit_test(halls_and_hospitals))
