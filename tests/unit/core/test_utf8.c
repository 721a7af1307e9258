/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/utf8.h"

#include "tests/unit/unit.h"

static void points_are_read_and_written_alike(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        uint32_t point;
    } cases[] = {
        {STR("\0"), 0},
        {STR("A"), 'A'},
        {STR("\x7f"), 0x7f},
        {STR("\xc2\x80"), 0x80},
        {STR("\xdf\xbf"), 0x7ff},
        {STR("\xe0\xa0\x80"), 0x800},
        {STR("\xed\x9f\xbf"), 0xd7ff},
        {STR("\xee\x80\x80"), 0xe000},
        {STR("\xef\xbf\xbf"), 0xffff},
        {STR("\xf0\x90\x80\x80"), 0x10000},
        {STR("\xf4\x8f\xbf\xbf"), 0x10ffff},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str rest = cases[i].bytes;
        uint32_t point = 0xffffffff;
        assert_true(utf8_next(&rest, &point));
        assert_int_equal(point, cases[i].point);
        assert_int_equal(rest.len, 0);
        assert_false(utf8_next(&rest, &point));
        BUF(written, 8);
        utf8_add(&written, cases[i].point);
        assert_str(buf_str(&written), cases[i].bytes);
    }
}

static void what_is_not_utf8_is_refused(void **state)
{
    (void)state;
    static const struct str cases[] = {
        STR("\x80"),             /* a tail alone */
        STR("\xc0\x80"),         /* not the shortest form */
        STR("\xc1\xbf"),         /* the same */
        STR("\xe0\x9f\xbf"),     /* the same */
        STR("\xf0\x8f\xbf\xbf"), /* the same */
        STR("\xed\xa0\x80"),     /* a surrogate */
        STR("\xed\xbf\xbf"),     /* the same */
        STR("\xf4\x90\x80\x80"), /* past U+10FFFF */
        STR("\xf5\x80\x80\x80"), /* the same */
        STR("\xff"),
        STR("\xc2"),
        STR("\xe2\x82"),
        STR("\xf0\x9f\x98"),
        STR("\xc2\x41"),
        STR("\xe2\x82\x41"),
        STR("\xe2\x41\xac"),
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str rest = cases[i];
        uint32_t point = 77;
        assert_false(utf8_next(&rest, &point));
        assert_int_equal(point, 77);
        assert_int_equal(rest.len, cases[i].len);
        assert_false(utf8_valid(cases[i]));
        BUF(clean, 100);
        BUF(within, 100);
        assert_err(utf8_clean(cases[i], &clean), ERR_BAD_UTF8);
        buf_add_c(&within, "before ");
        buf_add(&within, cases[i]);
        assert_false(utf8_valid(buf_str(&within)));
    }
    assert_true(utf8_valid(STR("")));
    assert_true(utf8_valid(STR("caf\xc3\xa9 \xf0\x9f\x98\x80\0")));
}

static void counting_and_boundaries(void **state)
{
    (void)state;
    static const struct str text = STR("a\xc3\xa9\xf0\x9f\x98\x80");
    static const bool boundary[] = {true, true, false, true, false, false, false, true, false};
    assert_int_equal(utf8_count(text), 3);
    assert_int_equal(utf8_count(STR("")), 0);
    for (size_t i = 0; i < COUNT(boundary); i++)
        assert_int_equal(utf8_on_boundary(text, i), boundary[i]);
}

static void cleaning(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        enum err error;
        struct str clean;
    } cases[] = {
        {STR(""), OK, STR("")},
        {STR("plain\n\ttext"), OK, STR("plain\n\ttext")},
        {STR("a\r\nb\rc\n\rd\r"), OK, STR("a\nb\nc\n\nd\n")},
        {STR("cafe\xcc\x81"), OK, STR("caf\xc3\xa9")}, /* composed */
        {STR("caf\xc3\xa9"), OK, STR("caf\xc3\xa9")},
        {STR("\xe2\x84\xab"), OK, STR("\xc3\x85")},     /* Angstrom sign */
        {STR("\xef\xac\x81"), OK, STR("\xef\xac\x81")}, /* the ligature fi stays: NFC, not NFKC */
        {STR("q\xcc\x87\xcc\xa3"), OK, STR("q\xcc\xa3\xcc\x87")}, /* marks in order */
        {STR("\xea\xb0\x80"), OK, STR("\xea\xb0\x80")},
        {STR("\xe1\x84\x80\xe1\x85\xa1"), OK, STR("\xea\xb0\x80")}, /* Hangul */
        {STR("a\0b"), ERR_BAD_UTF8, STR("")},
        {STR("\x1b[0m"), ERR_BAD_UTF8, STR("")},
        {STR("\x7f"), ERR_BAD_UTF8, STR("")},
        {STR("\xc2\x85"), ERR_BAD_UTF8, STR("")}, /* next line, a C1 control */
        {STR("bad \xff"), ERR_BAD_UTF8, STR("")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(clean, 100);
        assert_err(utf8_clean(cases[i].text, &clean), cases[i].error);
        assert_str(buf_str(&clean), cases[i].clean);
    }
    BUF(small, 3);
    assert_err(utf8_clean(STR("four"), &small), ERR_TOO_BIG);
    assert_int_equal(small.len, 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(points_are_read_and_written_alike),
          cmocka_unit_test(what_is_not_utf8_is_refused), cmocka_unit_test(counting_and_boundaries),
          cmocka_unit_test(cleaning))
