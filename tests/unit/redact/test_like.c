/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/like.h"

#include "core/arena.h"
#include "tests/unit/unit.h"

static const struct glyph *fold(const char *text, struct arena *arena, size_t *ret_count)
{
    struct norm norm;
    norm_fold(str_from(text), arena, &norm);
    *ret_count = norm.glyph_count;
    return norm.glyphs;
}

static void distances(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        unsigned most, distance;
    } cases[] = {
        {"", "", 2, 0},
        {"otley", "otley", 2, 0},
        {"otly", "otley", 2, 1},
        {"otlley", "otley", 2, 1},
        {"oltey", "otley", 2, 1}, /* neighbours swapped */
        {"holinworth", "hollingworth", 3, 2},
        {"ot1ey", "otley", 2, 0}, /* the same shape */
        {"leeds", "otley", 2, 3}, /* over the bound */
        {"a", "abcd", 2, 3},
        {"featherstonhaugh", "featherstonehaugh", 1, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        size_t a_count, b_count;
        const struct glyph *a = fold(cases[i].a, arena, &a_count),
                           *b = fold(cases[i].b, arena, &b_count);
        assert_int_equal(like_distance(a, a_count, b, b_count, cases[i].most), cases[i].distance);
        assert_int_equal(like_distance(b, b_count, a, a_count, cases[i].most), cases[i].distance);
    }
}

static void shapes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
        size_t taken;
    } cases[] = {
        {"otley and", "otley", 5}, {"0tley", "otley", 5},     {"lathorn", "lathom", 7},
        {"lathom", "lathorn", 6},  {"Merri1l", "merrill", 7}, {"BlCKERSTAFF", "bickerstaff", 11},
        {"ot", "otley", 0},        {"ottey", "otley", 0},     {"vvood", "wood", 5},
        {"s m i t h", "smith", 5},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        size_t t_count, w_count;
        const struct glyph *t = fold(cases[i].text, arena, &t_count),
                           *w = fold(cases[i].word, arena, &w_count);
        assert_int_equal(like_shape_start(t, t_count, w, w_count), cases[i].taken);
    }
}

static void sounds(void **state)
{
    (void)state;
    static const char *const alike[][2] = {
        {"Philips", "Filips"},  {"Kathryn", "Cathrin"}, {"Pickersgill", "Pikkersgil"},
        {"Wright", "Rite"},     {"Knowles", "Nowles"},  {"Braithwaite", "Braithwayt"},
        {"Wantage", "Wantidge"}};
    for (size_t i = 0; i < COUNT(alike); i++) {
        ARENA(arena, 100000);
        char a[LIKE_SOUND + 1], b[LIKE_SOUND + 1];
        size_t count;
        const struct glyph *glyphs = fold(alike[i][0], arena, &count);
        like_sound(glyphs, count, a);
        glyphs = fold(alike[i][1], arena, &count);
        like_sound(glyphs, count, b);
        assert_string_equal(a, b);
        assert_true(a[0] != '\0');
    }
    ARENA(arena, 10000);
    char sound[LIKE_SOUND + 1];
    size_t count;
    const struct glyph *glyphs = fold("ab", arena, &count);
    like_sound(glyphs, count, sound);
    assert_string_equal(sound, "");
    glyphs = fold("bcdfgbcdfgbcdfgbcdfgbcdfgbcdfg", arena, &count);
    like_sound(glyphs, count, sound);
    assert_int_equal(strlen(sound), LIKE_SOUND);
}

static void sets_of_letters(void **state)
{
    (void)state;
    ARENA(arena, 10000);
    size_t count;
    const struct glyph *glyphs = fold("otley", arena, &count);
    uint64_t otley = like_letters(glyphs, count);
    glyphs = fold("0t1ey", arena, &count);
    assert_true(otley == like_letters(glyphs, count));
    assert_int_equal(__builtin_popcountll(otley), 5);
    assert_true(like_same(glyphs, glyphs, count));
}

UNIT_MAIN(NULL, cmocka_unit_test(distances), cmocka_unit_test(shapes), cmocka_unit_test(sounds),
          cmocka_unit_test(sets_of_letters))
