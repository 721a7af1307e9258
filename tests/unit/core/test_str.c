/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/str.h"

#include "tests/unit/unit.h"

static const struct str none = {NULL, 0};

static void comparing(void **state)
{
    (void)state;
    static const struct {
        struct str a, b;
        bool equal, same, starts, ends;
        int order;
    } cases[] = {
        {STR(""), STR(""), true, true, true, true, 0},
        {{NULL, 0}, STR(""), true, true, true, true, 0},
        {STR("a"), STR(""), false, false, true, true, 1},
        {STR(""), STR("a"), false, false, false, false, -1},
        {STR("abc"), STR("abc"), true, true, true, true, 0},
        {STR("abc"), STR("ABC"), false, true, false, false, 1},
        {STR("abc"), STR("ab"), false, false, true, false, 1},
        {STR("abc"), STR("bc"), false, false, false, true, -1},
        {STR("a\0b"), STR("a\0c"), false, false, false, false, -1},
        {STR("z"), STR("\xc3\xa9"), false, false, false, false, -1},
        {STR("\xc3\x89"), STR("\xc3\xa9"), false, false, false, false, -1},
        {STR("[{"), STR("{["), false, false, false, false, -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str a = cases[i].a, b = cases[i].b;
        assert_int_equal(str_equal(a, b), cases[i].equal);
        assert_int_equal(str_same(a, b), cases[i].same);
        assert_int_equal(str_starts(a, b), cases[i].starts);
        assert_int_equal(str_ends(a, b), cases[i].ends);
        int order = str_order(a, b);
        assert_int_equal((order > 0) - (order < 0), cases[i].order);
        order = str_order(b, a);
        assert_int_equal((order > 0) - (order < 0), -cases[i].order);
    }
}

static void slicing(void **state)
{
    (void)state;
    static const struct {
        size_t start, end;
        const char *expected;
    } cases[] = {{0, 5, "hello"}, {1, 3, "el"}, {3, 99, "lo"}, {5, 9, ""},
                 {9, 9, ""},      {3, 1, ""},   {0, 0, ""},    {0, (size_t)-1, "hello"}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_str(str_slice(STR("hello"), cases[i].start, cases[i].end),
                   str_from(cases[i].expected));
    assert_str(str_from_byte(STR("hello"), 2), STR("llo"));
    assert_str(str_from_byte(STR("hello"), 7), none);
    assert_str(str_slice(none, 0, 3), none);
    assert_str(str_from(NULL), none);
    assert_str(str_from("x"), STR("x"));
}

static void trimming(void **state)
{
    (void)state;
    static const struct {
        struct str text, expected;
    } cases[] = {{STR(" a b\t\r\n"), STR("a b")},
                 {STR("a"), STR("a")},
                 {STR(" \v\f "), STR("")},
                 {STR(""), STR("")},
                 {{NULL, 0}, STR("")},
                 {STR("\xc2\xa0x"), STR("\xc2\xa0x")},
                 {STR("\0 "), STR("\0")}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_str(str_trim(cases[i].text), cases[i].expected);
}

static void finding(void **state)
{
    (void)state;
    static const struct {
        struct str text, part;
        size_t expected;
    } cases[] = {{STR("hello"), STR("l"), 2},   {STR("hello"), STR("lo"), 3},
                 {STR("hello"), STR(""), 0},    {STR("hello"), STR("lol"), STR_NONE},
                 {STR(""), STR("a"), STR_NONE}, {{NULL, 0}, STR("a"), STR_NONE},
                 {STR("a\0bc"), STR("\0b"), 1}, {STR("aab"), STR("ab"), 1}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(str_find(cases[i].text, cases[i].part), cases[i].expected);
    assert_int_equal(str_find_byte(STR("hello"), 'l'), 2);
    assert_int_equal(str_find_byte(STR("hello"), 0), STR_NONE);
    assert_int_equal(str_find_byte(none, 'x'), STR_NONE);
}

static void splitting(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *pieces; /* each in brackets */
    } cases[] = {{STR("a,,b"), "[a][][b]"}, {STR("a,"), "[a][]"}, {STR("a"), "[a]"},
                 {STR(","), "[][]"},        {STR(""), "[]"},      {{NULL, 0}, ""}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(pieces, 100);
        struct str rest = cases[i].text, piece;
        while (str_split(&rest, ',', &piece)) buf_print(&pieces, "[%.*s]", STR_ARG(piece));
        assert_str(buf_str(&pieces), str_from(cases[i].pieces));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(comparing), cmocka_unit_test(slicing), cmocka_unit_test(trimming),
          cmocka_unit_test(finding), cmocka_unit_test(splitting))
