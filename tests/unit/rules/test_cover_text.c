/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cover.h"
#include "tests/unit/unit.h"

enum { WORDS = 6 };

static void words_stay_in_order(void **state)
{
    (void)state;
    /* a b c, d e f on the next line; which are gone */
    static const struct {
        const char *gone;
        enum review_gap before_last;
        const char *text;
    } cases[] = {
        {"......", REVIEW_GAP_SPACE, "a b c\nd e f"},
        {"x.x...", REVIEW_GAP_SPACE, "[removed] b [removed]\nd e f"},
        {"x.xxx.", REVIEW_GAP_SPACE, "[removed] b [removed]\nf"},
        {"..xx..", REVIEW_GAP_SPACE, "a b [removed]\ne f"},
        {"....x.", REVIEW_GAP_NONE, "a b c\nd [removed] f"},
        {"....xx", REVIEW_GAP_NONE, "a b c\nd [removed]"},
        {".....x", REVIEW_GAP_NONE, "a b c\nd e [removed]"},
        {".....x", REVIEW_GAP_PARAGRAPH, "a b c\nd e\n\n[removed]"},
        {"......", REVIEW_GAP_NONE, "a b c\nd ef"},
        {"xxxxxx", REVIEW_GAP_SPACE, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct review_word words[WORDS];
        bool gone[WORDS];
        for (size_t k = 0; k < WORDS; k++) {
            words[k] = (struct review_word){.gap = k == 3 ? REVIEW_GAP_LINE : REVIEW_GAP_SPACE,
                                            .text = str_slice(STR("abcdef"), k, k + 1)};
            gone[k] = cases[i].gone[k] == 'x';
        }
        words[5].gap = cases[i].before_last;
        const struct review_part part = {.words = words, .word_count = WORDS};
        const struct cover cover = {.is_gone = gone};
        BUF(text, 1000);
        assert_ok(cover_text(&part, &cover, &text));
        assert_str(buf_str(&text), str_from(cases[i].text));
    }
}

static void too_much(void **state)
{
    (void)state;
    struct review_word word = {.text = STR("longer")};
    bool gone = false;
    const struct review_part part = {.words = &word, .word_count = 1};
    const struct cover cover = {.is_gone = &gone};
    BUF(text, 3);
    assert_err(cover_text(&part, &cover, &text), ERR_TOO_BIG);
}

UNIT_MAIN(NULL, cmocka_unit_test(words_stay_in_order), cmocka_unit_test(too_much))
