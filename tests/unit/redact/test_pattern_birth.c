/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include "tests/unit/redact/proposed.h"

static const char list[] = "dob=4 June 2014";

static void births(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"you were born on 4 June 2014", "dob[4 June 2014]", NULL, NULL, 0},
        {"D.O.B. 04/06/14", "dob[04/06/14]", NULL, NULL, 0},
        {"Angela, b. 2 Jan 1989", "dob[b. 2 Jan 1989]", NULL, NULL, 0},
        {"4/6/2014, the day you were born", "dob[4/6/2014]", NULL, NULL, 0},
        {"Nadia: 14-Mar-2015", "dob[14-Mar-2015]", NULL, NULL, 0},
        {"he was born 31 de dezembro de 2019", "dob[31 de dezembro de 2019]", NULL, NULL, 0},
        {"What day was he born? I looked it up, the third of May, 2016.",
         "dob[the third of May, 2016]", NULL, NULL, 0},
        {"Nia was born on 30/07/2016. Tom: you were second, on 31 July 2016",
         "dob[30/07/2016] dob[31 July 2016]", NULL, NULL, 0},
        {"we were second, on 31 July 2016", "", NULL, NULL, 0},
        {"Child         MSTR C DUNNICLIF     02/03/2014", "dob[02/03/2014]", NULL, NULL, 0},
        {"It is the fourth of June and warm.", "", list, NULL, 0},
        {"we met on 4 June 2014", "", NULL, NULL, 0},
        {"Sent: 4 June 2014", "", NULL, NULL, 0},
        {"happy birthday for the 4th", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void said_otherwise(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"born on Christmas Day 2014", "dob[Christmas Day 2014]", NULL, NULL, 0},
        {"born the 9th of the tenth 2015", "dob[the 9th of the tenth 2015]", NULL, NULL, 0},
        {"she was born on the 3rd of May", "dob[the 3rd of May]", NULL, NULL, 0},
        {"he turned ten on 9 November", "dob[9 November]", NULL, NULL, 0},
        {"DOB 04111986", "dob[04111986]", NULL, NULL, 0},
        {"date of birth 04 11 1986", "dob[04 11 1986]", NULL, NULL, 0},
        {"4.11.14, 7lb 2oz", "dob[4.11.14]", NULL, NULL, 0},
        {"Jack 4.5.13", "dob[4.5.13]", NULL, NULL, 0},
        {"born 3 0ctober 2014", "dob[3 0ctober 2014]", NULL, NULL, 0},
        {"she will be 10 on 4 June 2024", "dob[4 June 2024]", NULL, NULL, 0},
        {"Happy birthday for the 4th of March!", "", NULL, NULL, 0},
        {"we moved on 4 June 2014", "", NULL, NULL, 0},
        {"His party is on 3 May.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

static void listed(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"4 June", "dob[4 June]", list, NULL, 0},
        {"the fourth of June", "dob[the fourth of June]", list, NULL, 0},
        {"040614", "dob[040614]", list, NULL, 0},
        {"4 6 14", "dob[4 6 14]", list, NULL, 0},
        {"my birthday is 4/6", "dob[4/6]", list, NULL, 0},
        {"4/6 of them", "", list, NULL, 0},
        {"    Sunday, 4 June\n\nDear Ann,\n\nHello.", "", list, NULL, 0},
        {"Sunday, 4 June is the day", "dob[4 June]", list, NULL, 0},
        {"Her day is Sunday, 4 June.\n\nBye", "dob[4 June]", list, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

/* More ways to say it, and dates that are nobody's. */
static void more_ways(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"His birthday's the 3rd of June.", "dob[the 3rd of June]", NULL, NULL, 0},
        {"Cafodd ei eni ar y trydydd o Fehefin 2015.", "dob[trydydd o Fehefin 2015]", NULL, NULL,
         0},
        {"urodzony trzeciego czerwca 2015", "dob[trzeciego czerwca 2015]", NULL, NULL, 0},
        {"my son (3 June 2015)", "dob[3 June 2015]", NULL, NULL, 0},
        {"I've got 03.06.2015 inked on my arm", "dob[03.06.2015]", NULL, NULL, 0},
        {"3rd June 2015 was the best day of my life", "dob[3rd June 2015]", NULL, NULL, 0},
        {"You were due on 1 June but came on 3 June 2015.", "dob[3 June 2015]", NULL, NULL, 0},
        {"Date: Sun, 11 May 2025 at 19:20\nSubject: happy birthday", "", NULL, NULL, 0},
        {"When you were born you had black hair. It was the twenty-first of August, 2015, at six.",
         "dob[the twenty-first of August, 2015]", NULL, NULL, 0},
        {"She was born 7 XI 1994 and so on.", "dob[7 XI 1994]", NULL, NULL, 0},
        {"and his birthday they wrote 01/01/2015, I did not know", "dob[01/01/2015]", NULL, NULL,
         0},
        {"the note they wrote 01/01/2015 was lost", "", NULL, NULL, 0},
        {"you will be 12 on the 09-11-2012. bailey your the 30.06.2015. ok",
         "dob[the 09-11-2012] dob[the 30.06.2015]", NULL, NULL, 0},
        {"He is Kofi because he came on a Friday, the 3rd October 2014, to us.",
         "dob[the 3rd October 2014]", NULL, NULL, 0},
        {"The parcel came on Friday, the 3rd October 2014.", "", NULL, NULL, 0},
        {"We moved here. It was the twenty-first of August, 2015.", "", NULL, NULL, 0},
        {"The next letter is due by 30 June 2025.", "", NULL, NULL, 0},
        {"The adoption order was made on 4 December 2016.", "", NULL, NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(births), cmocka_unit_test(said_otherwise), cmocka_unit_test(listed),
              cmocka_unit_test(more_ways))
