/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/words.h"

#include "tests/unit/unit.h"

static void lists(void **state)
{
    (void)state;
    ARENA(arena, 4u * 1024 * 1024);
    const struct words *words = words_new(arena);
    struct norm norm;
    norm_fold(STR("Street, the LANE's wide road x"), arena, &norm);
    const struct word_list *streets = WORDS("street lane road");
    assert_false(words_has(&norm, 0, streets)); /* before words_read */
    norm.rows = ARENA_MANY(arena, norm.word_count, const uint64_t *);
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

UNIT_MAIN(NULL, cmocka_unit_test(lists))
