/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/words.h"

#include "redact/cue.h"
#include "tests/unit/unit.h"

static void lists(void **state)
{
    (void)state;
    ARENA(arena, 4u * 1024 * 1024);
    const struct words *words = words_new(arena);
    struct norm norm;
    norm_fold(STR("Street, the LANE's wide road x"), arena, &norm);
    const struct word_list *streets = WORDS("street lane road");
    norm.rows = ARENA_MANY(arena, norm.word_count, const uint64_t *);
    norm.cues = ARENA_MANY(arena, norm.word_count, uint64_t);
    norm.begins = ARENA_MANY(arena, norm.word_count, uint16_t);
    for (size_t i = 0; i < norm.word_count; i++) words_read(words, &norm, i);
    static const bool expected[] = {true, false, true, false, true, false, false};
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(words_has(&norm, i, streets), expected[i]);
    assert_true(words_has(&norm, 3, WORDS("wide")));
    assert_false(words_has(&norm, 3, WORDS("")));
    assert_false(words_has(&norm, 1000, streets));
    assert_true(words_has(&norm, 2, WORDS_BEGIN(BEGINS_FIRM, "lane")));
    assert_int_equal(norm.begins[2], BEGINS_FIRM); /* "LANE's" */
    assert_int_equal(norm.begins[0], 0);
}

static uint64_t cues_of(const struct words *words, const char *word)
{
    return words_cues(words, norm_hash_ascii(word, strlen(word)));
}

static void cues(void **state)
{
    (void)state;
    ARENA(arena, 4u * 1024 * 1024);
    const struct words *words = words_new(arena);
    assert_true(cues_of(words, "mrs") & CUE_BIT(TITLE));
    assert_true(cues_of(words, "surgery") & CUE_BIT(K_MEDICAL));
    assert_false(cues_of(words, "surgery") & CUE_BIT(K_SCHOOL));
    assert_true(cues_of(words, "at") & CUE_BIT(STRICT));
    assert_int_equal(cues_of(words, "fetherstone"), 0);
    assert_int_equal(cues_of(words, ""), 0);
}

/* A word that stands twice in a list, or a list that holds another's separator. */
static void cue_lists(void **state)
{
    (void)state;
    static const char *const all[] = {
#define CUE(code, words) words,
#include "redact/cue.def"
#undef CUE
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_null(strstr(all[i], "  "));
        for (const char *at = all[i]; *at != '\0'; at++)
            assert_true(*at == ' ' || (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(lists), cmocka_unit_test(cues), cmocka_unit_test(cue_lists))
