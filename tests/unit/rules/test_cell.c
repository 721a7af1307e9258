/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cell.h"

#include "tests/unit/unit.h"

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *day;
        enum sheet_problem problem;
    } cases[] = {
        {"03/04/2019", "2019-04-03", SHEET_FINE},
        {"3/4/2019", "2019-04-03", SHEET_FINE},
        {"3.4.2019", "2019-04-03", SHEET_FINE},
        {"03-04-2019", "2019-04-03", SHEET_FINE},
        {"3 Apr 2019", "2019-04-03", SHEET_FINE},
        {"3-Apr-2019", "2019-04-03", SHEET_FINE},
        {"3rd April 2019", "2019-04-03", SHEET_FINE},
        {"3rd of April, 2019", "2019-04-03", SHEET_FINE},
        {"21st SEPT. 2018", "2018-09-21", SHEET_FINE},
        {"2019-04-03", "2019-04-03", SHEET_FINE},
        {"2019/4/3", "2019-04-03", SHEET_FINE},
        {"03/04/2019 00:00:00", "2019-04-03", SHEET_FINE},
        {"2019-04-03T00:00:00", "2019-04-03", SHEET_FINE},
        {"29/02/2020", "2020-02-29", SHEET_FINE},
        {"29/02/2019", NULL, SHEET_DATE_IMPOSSIBLE},
        {"31/04/2019", NULL, SHEET_DATE_IMPOSSIBLE},
        {"04/25/2019", NULL, SHEET_DATE_IMPOSSIBLE},
        {"00/04/2019", NULL, SHEET_DATE_IMPOSSIBLE},
        {"2019-02-30", NULL, SHEET_DATE_IMPOSSIBLE},
        {"03/04/19", NULL, SHEET_DATE_YEAR},
        {"3 Apr 19", NULL, SHEET_DATE_YEAR},
        {"43558", NULL, SHEET_DATE_NUMBER},
        {"2019", NULL, SHEET_DATE_NUMBER},
        {"April 2019", NULL, SHEET_DATE_SHAPE},
        {"Spring 2019", NULL, SHEET_DATE_SHAPE},
        {"3 Foo 2019", NULL, SHEET_DATE_SHAPE},
        {"03/04/2019?", NULL, SHEET_DATE_SHAPE},
        {"about 3 April 2019", NULL, SHEET_DATE_SHAPE},
        {"3 4 5 6 7 8 9 10 11 2019", NULL, SHEET_DATE_SHAPE},
        {"20190403", NULL, SHEET_DATE_NUMBER},
        {"", NULL, SHEET_DATE_SHAPE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct day day = {0};
        enum sheet_problem problem = cell_date(str_from(cases[i].cell), &day);
        if (problem != cases[i].problem) print_error("%s\n", cases[i].cell);
        assert_int_equal(problem, cases[i].problem);
        if (!cases[i].day) continue;
        BUF(text, 20);
        day_put(&text, day);
        assert_str(buf_str(&text), str_from(cases[i].day));
    }
}

static void months(void **state)
{
    (void)state;
    enum { MARCH = 1 << 3, SEPTEMBER = 1 << 9 };
    static const struct {
        const char *cell;
        enum sheet_problem problem;
        unsigned bits;
    } cases[] = {
        {"Mar & Sept", SHEET_FINE, MARCH | SEPTEMBER},
        {"March/September", SHEET_FINE, MARCH | SEPTEMBER},
        {"3, 9", SHEET_FINE, MARCH | SEPTEMBER},
        {"03;09", SHEET_FINE, MARCH | SEPTEMBER},
        {"September and March", SHEET_FINE, MARCH | SEPTEMBER},
        {"Mar., Sep.", SHEET_FINE, MARCH | SEPTEMBER},
        {"march\nseptember", SHEET_FINE, MARCH | SEPTEMBER},
        {"Mar, March, 3", SHEET_FINE, MARCH},
        {"December", SHEET_FINE, 1 << 12},
        {"May", SHEET_FINE, 1 << 5},
        {"1,2,3,4,5,6,7,8,9,10,11,12", SHEET_FINE, 0x1ffe},
        {"twice yearly", SHEET_MONTHS_GUESS, 0},
        {"Spring", SHEET_MONTHS_GUESS, 0},
        {"Spring and September", SHEET_MONTHS_GUESS, 0},
        {"annually", SHEET_MONTHS_GUESS, 0},
        {"late March", SHEET_MONTHS_GUESS, 0},
        {"every 6 months", SHEET_MONTHS_GUESS, 0},
        {"Christmas", SHEET_MONTHS_GUESS, 0},
        {"13", SHEET_MONTHS_SHAPE, 0},
        {"0", SHEET_MONTHS_SHAPE, 0},
        {"Ma", SHEET_MONTHS_SHAPE, 0},
        {"Marchember", SHEET_MONTHS_SHAPE, 0},
        {"March - June", SHEET_MONTHS_SHAPE, 0},
        {"March (first week)", SHEET_MONTHS_SHAPE, 0},
        {"&", SHEET_MONTHS_SHAPE, 0},
        {"", SHEET_MONTHS_SHAPE, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct months read = {0};
        enum sheet_problem problem = cell_months(str_from(cases[i].cell), &read);
        if (problem != cases[i].problem || read.bits != cases[i].bits)
            print_error("%s\n", cases[i].cell);
        assert_int_equal(problem, cases[i].problem);
        assert_int_equal(read.bits, cases[i].bits);
    }
}

static void words(void **state)
{
    (void)state;
    static const char *const list[] = {"none", "no_face", "view_only", NULL};
    static const struct {
        const char *cell;
        int index;
    } cases[] = {{"none", 0},       {"No-Face", 1},    {"no face", 1}, {"VIEW_ONLY", 2},
                 {"viewonly", 2},   {"nothing", -1},   {"non", -1},    {"", -1},
                 {"no face x", -1}, {"view onlyy", -1}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t index = 9;
        bool is_one = cell_word(str_from(cases[i].cell), list, &index);
        assert_int_equal(is_one ? (int)index : -1, cases[i].index);
    }
}

static void text(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *text;
    } cases[] = {
        {" a ", "a"}, {"'=1+1", "=1+1"},  {"'+44 7700", "+44 7700"},          {"'@x", "@x"},
        {"'-", "-"},  {"'Arry", "'Arry"}, {"=HYPERLINK(1)", "=HYPERLINK(1)"}, {"'", "'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_str(cell_text(str_from(cases[i].cell)), str_from(cases[i].text));
    static const char *const nothing[] = {"",        "-",         "N/A",         "none",
                                          "Unknown", "not known", "\xe2\x80\x93"};
    for (size_t i = 0; i < COUNT(nothing); i++)
        assert_true(cell_says_nothing(str_from(nothing[i])));
    assert_false(cell_says_nothing(STR("Ann")));
}

static void folding(void **state)
{
    (void)state;
    ARENA(arena, 100000);
    assert_str(cell_fold(STR("  Zo\xc3\xab  O'MALLEY\n Smith "), arena), STR("zoe o'malley smith"));
    assert_str(cell_fold(STR(""), arena), STR(""));
}

static void languages(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *code;
    } cases[] = {{"English", "en"}, {"en", "en"},      {"en-GB", "en"}, {"POLISH", "pl"},
                 {"ur", "ur"},      {"Klingon", NULL}, {"e", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str code = STR("");
        assert_int_equal(cell_language(str_from(cases[i].cell), &code),
                         cases[i].code ? SHEET_FINE : SHEET_LANGUAGE);
        assert_str(code, str_from(cases[i].code));
    }
}

static void formats(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *word;
    } cases[] = {{"large print", "large"}, {"Large-Print", "large"}, {"Easy read", "easy"},
                 {"easy words", "easy"},   {"usual", "usual"},       {"Braille", NULL},
                 {"larger", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str word = STR("");
        assert_int_equal(cell_reads(str_from(cases[i].cell), &word),
                         cases[i].word ? SHEET_FINE : SHEET_READS);
        assert_str(word, str_from(cases[i].word));
    }
}

static void relations(void **state)
{
    (void)state;
    ARENA(arena, 100000);
    static const struct {
        const char *cell;
        enum side side;
    } cases[] = {
        {"birth mother", SIDE_BIRTH},
        {"Grandmother", SIDE_BIRTH},
        {"", SIDE_BIRTH},
        {"adult sister", SIDE_BIRTH},
        {"sibling's adopters", SIDE_SIBLING},
        {"Sister's adoptive family", SIDE_SIBLING},
        {"brother\xe2\x80\x99s adoptive parents", SIDE_SIBLING},
        {"adoptive parents of half-sister", SIDE_SIBLING},
        {"former foster carer", SIDE_OTHER},
        {"foster brother", SIDE_OTHER},
        {"sibling's foster carer", SIDE_SIBLING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum side side = cell_relation(str_from(cases[i].cell), arena);
        if (side != cases[i].side) print_error("%s\n", cases[i].cell);
        assert_int_equal(side, cases[i].side);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(dates), cmocka_unit_test(months), cmocka_unit_test(words),
          cmocka_unit_test(text), cmocka_unit_test(folding), cmocka_unit_test(languages),
          cmocka_unit_test(formats), cmocka_unit_test(relations))
