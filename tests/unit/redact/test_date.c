/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/date.h"

#include "redact/lexicon.h"
#include "tests/unit/unit.h"

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int year, month, day;
        size_t words; /* 0: no date */
    } cases[] = {
        {"11 February 2016", 2016, 2, 11, 3},
        {"11th of feb, 2016", 2016, 2, 11, 4},
        {"11 Feb '16", 2016, 2, 11, 3},
        {"11/2/16", 2016, 2, 11, 3},
        {"11.02.2016", 2016, 2, 11, 3},
        {"11-2-1989", 1989, 2, 11, 3},
        {"14.O7.l5", 2015, 7, 14, 3},
        {"7 XI 1994", 1994, 11, 7, 3},
        {"7 I 1994", 1994, 1, 7, 3},
        {"7 i 1994", 0, 0, 0, 0},
        {"third of May\n      in the year twenty thirteen", 2013, 5, 3, 8},
        {"2016-02-11", 2016, 2, 11, 3},
        {"Feb 11th, 2016", 2016, 2, 11, 3},
        {"February the 11th 2016", 2016, 2, 11, 4},
        {"22 Novernber l958", 1958, 11, 22, 3},
        {"3rd of May", 0, 5, 3, 3},
        {"3 May 20 of us", 0, 5, 3, 2},
        {"3 May 15 and", 2015, 5, 3, 3},
        {"fourteenth of March 2015", 2015, 3, 14, 4},
        {"twenty first of March 2015", 2015, 3, 21, 5},
        {"14 Mawrth 2015", 2015, 3, 14, 3},
        {"14 marca 2015", 2015, 3, 14, 3},
        {"9th of the tenth 2015", 2015, 10, 9, 5},
        {"Christmas Day 2010", 2010, 12, 25, 3},
        {"St David's Day", 0, 3, 1, 3},
        {"21 JUN / JUIN 12", 2012, 6, 21, 4},
        {"03MAR2014", 2014, 3, 3, 1},
        {"3 0ctober 2014", 2014, 10, 3, 3},
        {"3 Septmber 2014", 2014, 9, 3, 3},
        {"4 noiembrie 2014", 2014, 11, 4, 3},
        {"third of May ninety one", 1991, 5, 3, 5},
        {"3 bananas 2014", 0, 0, 0, 0},
        {"30 February 2016", 0, 0, 0, 0},
        {"31/4/16", 0, 0, 0, 0},
        {"7.30.15", 0, 0, 0, 0},
        {"12/34/56", 0, 0, 0, 0},
        {"may be 11", 0, 0, 0, 0},
        {"32 May 2016", 0, 0, 0, 0},
        {"11 2 16", 0, 0, 0, 0},
        {"11", 0, 0, 0, 0},
        {"may", 0, 0, 0, 0},
    };
    ARENA(tables, 8u * 1024 * 1024);
    const struct lexicon *lexicon = lexicon_new(tables);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        struct norm norm;
        norm_fold(str_from(cases[i].text), arena, &norm);
        lexicon_read(lexicon, &norm, arena);
        struct date date = {0};
        bool found = date_at(&norm, 0, &date);
        if (found != (cases[i].words > 0)) fail_msg("%s", cases[i].text);
        if (!found) continue;
        assert_int_equal(date.year, cases[i].year);
        assert_int_equal(date.month, cases[i].month);
        assert_int_equal(date.day, cases[i].day);
        assert_int_equal(date.first, 0);
        assert_int_equal(date.last, cases[i].words - 1);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(dates))
