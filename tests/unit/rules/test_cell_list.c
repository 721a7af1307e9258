/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cell.h"

#include "tests/unit/unit.h"

static void join(const struct person_list *list, struct buf *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (i) buf_add_byte(text, '|');
        buf_add(text, list->at[i]);
    }
}

static void people(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *names, *first;
        enum sheet_problem problem;
    } cases[] = {
        {"Ann Marsh", "Ann Marsh", "Ann", SHEET_FINE},
        {"Ann Marsh and Tom Marsh", "Ann Marsh|Tom Marsh", "Ann and Tom", SHEET_FINE},
        {"Ann and Tom Marsh", "Ann Marsh|Tom Marsh", "Ann and Tom", SHEET_FINE},
        {"Ann & Tom Marsh", "Ann Marsh|Tom Marsh", "Ann and Tom", SHEET_FINE},
        {"Ann Marsh\nTom Hill", "Ann Marsh|Tom Hill", "Ann and Tom", SHEET_FINE},
        {"Ann Marsh / Tom Hill", "Ann Marsh|Tom Hill", "Ann and Tom", SHEET_FINE},
        {"Ann Marsh, Tom Hill and Jo Hill", "Ann Marsh|Tom Hill|Jo Hill", "Ann, Tom and Jo",
         SHEET_FINE},
        {"Mrs Ann Marsh", "Ann Marsh", "Ann", SHEET_FINE},
        {"Kayla", "Kayla", "Kayla", SHEET_FINE},
        {"Sandy Anderson", "Sandy Anderson", "Sandy", SHEET_FINE},
        {"Dr Priya Shah & Sam Shah", "Priya Shah|Sam Shah", "Priya and Sam", SHEET_FINE},
        {"Mr & Mrs Marsh", "Mr Marsh|Mrs Marsh", "", SHEET_FINE},
        {"Mrs Marsh", "Mrs Marsh", "", SHEET_FINE},
        {"The Okafor Family", "The Okafor Family", "", SHEET_FINE},
        {"Marsh, Ann", NULL, NULL, SHEET_NAME_COMMA},
        {"Marsh, Ann and Tom", NULL, NULL, SHEET_NAME_COMMA},
        {"ann@example.org", NULL, NULL, SHEET_NAME_SHAPE},
        {"01632 960123", NULL, NULL, SHEET_NAME_SHAPE},
        {"&", NULL, NULL, SHEET_MISSING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1000000);
        BUF(text, 1000);
        struct person_list names = {.count = 0};
        enum sheet_problem problem = cell_names(str_from(cases[i].cell), arena, &names);
        if (problem != cases[i].problem) print_error("%s\n", cases[i].cell);
        assert_int_equal(problem, cases[i].problem);
        if (problem != SHEET_FINE) continue;
        join(&names, &text);
        assert_str(buf_str(&text), str_from(cases[i].names));
        assert_str(cell_first_names(&names, true, arena), str_from(cases[i].first));
    }
}

/* A lone word may be a surname, and of a family none must be shown. */
static void lone_words(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct person_list names;
    assert_int_equal(cell_names(STR("Okafor"), arena, &names), SHEET_FINE);
    assert_str(cell_first_names(&names, false, arena), STR(""));
    assert_str(cell_first_names(&names, true, arena), STR("Okafor"));
    assert_int_equal(cell_names(STR("Okafor and Ann Marsh"), arena, &names), SHEET_FINE);
    assert_str(cell_first_names(&names, false, arena), STR("Okafor and Ann"));
}

static void too_many_people(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    BUF(cell, 10000);
    struct person_list names;
    for (size_t i = 0; i <= PERSON_LIST; i++) buf_add_c(&cell, "Ann Marsh\n");
    assert_int_equal(cell_names(buf_str(&cell), arena, &names), SHEET_NAMES_MANY);
}

static void surnames(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct person_list names;
    assert_int_equal(cell_names(STR("Ann and Tom Marsh"), arena, &names), SHEET_FINE);
    assert_false(cell_has_two_surnames(&names, arena));
    assert_int_equal(cell_names(STR("Ann Marsh and Tom Hill"), arena, &names), SHEET_FINE);
    assert_true(cell_has_two_surnames(&names, arena));
}

static void lists(void **state)
{
    (void)state;
    static const struct {
        bool is_phone;
        const char *cell, *list;
    } cases[] = {
        {false, "a@x.example", "a@x.example"},
        {false, "a@x.example; b@x.example", "a@x.example|b@x.example"},
        {false, "a@x.example, b@x.example or c@x.example", "a@x.example|b@x.example|c@x.example"},
        {false, "a@x.example\nb@x.example", "a@x.example|b@x.example"},
        {true, "01632 960123", "01632 960123"},
        {true, "01632 960123 / 07700 900123", "01632 960123|07700 900123"},
        {true, "01632/960123", "01632/960123"},
        {true, "01632 960123; +44 7700 900123", "01632 960123|+44 7700 900123"},
        {true, "01632 960123 or 07700 900123", "01632 960123|07700 900123"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1000000);
        BUF(text, 1000);
        struct person_list list;
        struct str cell = str_from(cases[i].cell);
        assert_int_equal(cases[i].is_phone ? cell_phones(cell, arena, &list)
                                           : cell_emails(cell, arena, &list),
                         SHEET_FINE);
        join(&list, &text);
        assert_str(buf_str(&text), str_from(cases[i].list));
    }
}

static void numbers_of_spreadsheets(void **state)
{
    (void)state;
    assert_true(cell_phone_was_number(STR("7700900123")));
    assert_true(cell_phone_was_number(STR("4.47701E+11")));
    assert_false(cell_phone_was_number(STR("07700900123")));
    assert_false(cell_phone_was_number(STR("ask at the desk")));
    assert_false(cell_phone_was_number(STR("123")));
}

static void addresses(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    assert_str(cell_address(STR("14 Larkspur Avenue, Otley, LS57 3DW"), arena),
               STR("14 Larkspur Avenue\nOtley\nLS57 3DW"));
    assert_str(cell_address(STR("14, Larkspur Avenue,Otley"), arena),
               STR("14 Larkspur Avenue\nOtley"));
    assert_str(cell_address(STR("14 Larkspur Avenue,\n Otley, Leeds\nLS57 3DW"), arena),
               STR("14 Larkspur Avenue\nOtley, Leeds\nLS57 3DW"));
}

static void leaks(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *list;
        enum sheet_problem problem;
    } cases[] = {
        {"name=Okafor; place=Otley", "name:Okafor|place:Otley", SHEET_FINE},
        {"Name = Okafor\nschool= St Mary = s;", "name:Okafor|school:St Mary = s", SHEET_FINE},
        {"Okafor", NULL, SHEET_LEAK_SHAPE},
        {"name=", NULL, SHEET_LEAK_SHAPE},
        {"=Okafor", NULL, SHEET_LEAK_SHAPE},
        {"name=Okafor; Otley", NULL, SHEET_LEAK_SHAPE},
        {";", "", SHEET_FINE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1000000);
        BUF(text, 1000);
        struct person_leak list[CELL_LEAKS];
        size_t count = 0;
        enum sheet_problem problem = cell_leaks(str_from(cases[i].cell), arena, list, &count);
        assert_int_equal(problem, cases[i].problem);
        if (problem != SHEET_FINE) continue;
        for (size_t k = 0; k < count; k++)
            buf_print(&text, "%s%.*s:%.*s", k ? "|" : "", STR_ARG(list[k].category),
                      STR_ARG(list[k].term));
        assert_str(buf_str(&text), str_from(cases[i].list));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(people), cmocka_unit_test(lone_words),
          cmocka_unit_test(too_many_people), cmocka_unit_test(surnames), cmocka_unit_test(lists),
          cmocka_unit_test(numbers_of_spreadsheets), cmocka_unit_test(addresses),
          cmocka_unit_test(leaks))
