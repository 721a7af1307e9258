/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/norm.h"

#include "core/arena.h"
#include "core/utf8.h"
#include "tests/unit/unit.h"

/* The words folded, apart by '|'. */
static void check_words(const char *text, const char *expected)
{
    ARENA(arena, 1000000);
    struct norm norm;
    norm_fold(str_from(text), arena, &norm);
    BUF(out, 10000);
    for (size_t i = 0; i < norm.word_count; i++) {
        if (i > 0) buf_add_byte(&out, '|');
        for (size_t k = 0; k < norm.words[i].count; k++)
            utf8_add(&out, norm.glyphs[norm.words[i].glyph + k].point);
    }
    assert_str(buf_str(&out), str_from(expected));
}

static void folding(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", ""},
        {" .,!\n", ""},
        {"Hello World", "hello|world"},
        {"Ștefănescu Şt", "stefanescu|st"},
        {"ŵ Łódź Ærø straße þorn", "w|lodz|aero|strasse|thorn"},
        {"Zoe\xcc\x88", "zoe"},               /* a combining mark */
        {"S\u00adm\u200bi\u2060th", "smith"}, /* soft hyphen, zero width, word joiner */
        {"Ｓｍｉｔｈ ①②", "smith|12"},        /* fullwidth, in circles */
        {"Ѕmіth Μarsden", "smith|marsden"},   /* Cyrillic and Greek look-alikes */
        {"\U0001D412\U0001D426ith", "smith"}, /* mathematical letters */
        {"0\ufe0f\u20e37\ufe0f\u20e3", "07"}, /* keycaps */
        {"ﬁve", "five"},
        {"s m i t h", "s|m|i|t|h"},
        {"dont don't don’t", "dont|dont|dont"},
        {"rock 'n' roll", "rock|n|roll"},
        {"kel.marsden_xo", "kel|marsden|xo"},
        {"o77oo", "o77oo"},
        {"Привет", "пpиbet"}, /* what has no look-alike stays */
        {"👍🏽 ok", "ok"},
        {"a\xc2\xa0"
         "b",
         "a|b"}, /* no-break space */
    };
    for (size_t i = 0; i < COUNT(cases); i++) check_words(cases[i].text, cases[i].words);
}

static void the_way_back(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct norm norm;
    const char *text = "«Zoe\xcc\x88» \u200bS\u00admith's, x";
    norm_fold(str_from(text), arena, &norm);
    assert_int_equal(norm.word_count, 3);
    struct str all = str_from(text);
    assert_str(str_slice(all, norm_word_start(&norm, 0), norm_word_end(&norm, 0)),
               STR("Zoe\xcc\x88"));
    assert_str(str_slice(all, norm_word_start(&norm, 1), norm_word_end(&norm, 1)),
               STR("S\u00admith's"));
    assert_str(str_slice(all, norm_word_start(&norm, 1), norm_word_bare_end(&norm, 1)),
               STR("S\u00admith"));
    assert_true(norm.words[1].flags & WORD_POSSESSIVE);
    assert_true(norm.words[1].gap & GAP_COMMA);
    assert_int_equal(norm_word_of(&norm, 0), 0);
    assert_int_equal(norm_word_of(&norm, norm.words[1].glyph + 2), 1);
    assert_int_equal(norm_word_of(&norm, norm.glyph_count - 1), 2);
    assert_true(norm_word_is(&norm, 2, "x"));
    assert_false(norm_word_is(&norm, 1, "smith"));
    assert_str(norm_gap(&norm, 1), STR(", "));
}

/* Offsets stay inside the text, in order and on code point boundaries, whatever the bytes. */
static void offsets_of_every_point(void **state)
{
    (void)state;
    ARENA(arena, 64u * 1024 * 1024);
    BUF(text, 5 * 1024 * 1024);
    for (uint32_t point = 1; point <= 0x10ffff; point += point < 0x3000 ? 1 : 97) {
        if (point >= 0xd800 && point <= 0xdfff) continue;
        utf8_add(&text, point);
        if (point % 3 == 0) buf_add_byte(&text, 'a');
    }
    assert_ok(buf_done(&text));
    struct norm norm;
    norm_fold(buf_str(&text), arena, &norm);
    assert_true(norm.glyph_count <= text.len);
    size_t last = 0;
    for (size_t i = 0; i < norm.glyph_count; i++) {
        const struct glyph *glyph = &norm.glyphs[i];
        assert_true(glyph->start >= last && glyph->bytes > 0 && glyph_end(glyph) <= text.len);
        assert_true(utf8_on_boundary(buf_str(&text), glyph->start));
        assert_true(utf8_on_boundary(buf_str(&text), glyph_end(glyph)));
        last = glyph->start;
    }
    size_t glyphs = 0;
    for (size_t i = 0; i < norm.word_count; i++) {
        assert_int_equal(norm.words[i].glyph, glyphs);
        assert_true(norm.words[i].count > 0 && norm.words[i].bare <= norm.words[i].count);
        glyphs += norm.words[i].count;
    }
    assert_int_equal(glyphs, norm.glyph_count);
}

/* A glyph takes in no more combining marks than it can count, and none by halves. */
static void many_marks(void **state)
{
    (void)state;
    enum { MARKS = 40000, ACUTE = 0x301 };
    ARENA(arena, 4u * 1024 * 1024);
    BUF(text, 128 * 1024);
    buf_add_byte(&text, 'e');
    for (size_t i = 0; i < MARKS; i++) utf8_add(&text, ACUTE);
    assert_ok(buf_done(&text));
    struct norm norm;
    norm_fold(buf_str(&text), arena, &norm);
    assert_int_equal(norm.glyph_count, 1);
    assert_true(glyph_end(&norm.glyphs[0]) > UINT16_MAX - 2);
    assert_true(utf8_on_boundary(buf_str(&text), glyph_end(&norm.glyphs[0])));
}

static void sentences_and_case(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct norm norm;
    norm_fold(STR("Dear Ann,\nwe met. He\nsaid 3.5 times! And\n\nbye A1 MRS"), arena, &norm);
    static const bool opens[] = {true,  false, true, false, true,  false, false,
                                 false, false, true, true,  false, false};
    assert_int_equal(norm.word_count, COUNT(opens));
    for (size_t i = 0; i < norm.word_count; i++)
        assert_int_equal((norm.words[i].flags & WORD_OPENS) != 0, opens[i]);
    assert_true(norm.words[6].flags & WORD_DIGITS);
    assert_true(norm.words[11].flags & WORD_MIXED);
    assert_true(norm.words[12].flags & WORD_CAPS);
    assert_false(norm.quiet);
    assert_false(norm.shouting);
    norm_fold(STR("HELLO THERE MY DEAR OLD FRIEND. HOW ARE YOU."), arena, &norm);
    assert_true(norm.shouting);
    norm_fold(STR("hiya tyler. its ur mum. hope u r ok. love u"), arena, &norm);
    assert_true(norm.quiet);
}

static void hashes_and_shapes(void **state)
{
    (void)state;
    ARENA(arena, 10000);
    struct norm norm;
    norm_fold(STR("Rose"), arena, &norm);
    assert_int_equal(norm.words[0].hash, norm_hash_ascii("rose", 4));
    assert_int_equal(norm_shape('0'), norm_shape('o'));
    assert_int_equal(norm_shape('1'), norm_shape('l'));
    assert_int_equal(norm_shape('i'), norm_shape('l'));
    assert_int_equal(norm_shape('5'), norm_shape('s'));
    assert_int_not_equal(norm_shape('a'), norm_shape('b'));
    assert_int_equal(norm_shape(0x142), 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(folding), cmocka_unit_test(the_way_back),
          cmocka_unit_test(offsets_of_every_point), cmocka_unit_test(many_marks),
          cmocka_unit_test(sentences_and_case), cmocka_unit_test(hashes_and_shapes))
