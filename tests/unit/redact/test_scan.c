/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/scan.h"

#include "core/arena.h"
#include "core/utf8.h"
#include "tests/unit/unit.h"

static void mended_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"frorn rny rnother, l arn 0K", "from|my|mother|i|am|0k"},
        {"born in the corner", "born|in|the|corner"},
        {"rneet rne", "meet|me"},
        {"c1ean is 10 and 0", "clean|is|10|and|0"},
        {"Zzrnq", "zzrnq"},
        {"rnorning's light", "mornings|light"},
        {"", ""},
    };
    ARENA(words, 8u * 1024 * 1024);
    const struct lexicon *lexicon = lexicon_new(words);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1000000);
        struct norm norm;
        norm_fold(str_from(cases[i].text), arena, &norm);
        scan_mend(&norm, lexicon);
        BUF(out, 1000);
        size_t glyphs = 0;
        for (size_t k = 0; k < norm.word_count; k++) {
            if (k > 0) buf_add_byte(&out, '|');
            assert_int_equal(norm.words[k].glyph, glyphs);
            for (size_t g = 0; g < norm.words[k].count; g++)
                utf8_add(&out, norm.glyphs[glyphs + g].point);
            glyphs += norm.words[k].count;
        }
        assert_int_equal(glyphs, norm.glyph_count);
        assert_str(buf_str(&out), str_from(cases[i].words));
    }
}

static void the_way_back_stays(void **state)
{
    (void)state;
    ARENA(words, 8u * 1024 * 1024);
    ARENA(arena, 1000000);
    const char *text = "a frorn rnother's b";
    struct norm norm;
    norm_fold(str_from(text), arena, &norm);
    scan_mend(&norm, lexicon_new(words));
    struct str all = str_from(text);
    assert_str(str_slice(all, norm_word_start(&norm, 1), norm_word_end(&norm, 1)), STR("frorn"));
    assert_str(str_slice(all, norm_word_start(&norm, 2), norm_word_bare_end(&norm, 2)),
               STR("rnother"));
    assert_str(str_slice(all, norm_word_start(&norm, 3), norm_word_end(&norm, 3)), STR("b"));
    assert_int_equal(norm_word_of(&norm, norm.words[2].glyph), 2);
}

UNIT_MAIN(NULL, cmocka_unit_test(mended_words), cmocka_unit_test(the_way_back_stays))
