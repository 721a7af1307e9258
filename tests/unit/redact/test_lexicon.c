/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/lexicon.h"

#include "tests/unit/unit.h"

static uint32_t hash(const char *word)
{
    return norm_hash_ascii(word, strlen(word));
}

static void words(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    const struct lexicon *lexicon = lexicon_new(arena);
    static const char *const ordinary[] = {"rose", "reading", "the", "green", "letter", "may"};
    static const char *const proper[] = {"london", "ellie", "france", "elizabeth"};
    static const char *const unknown[] = {"tregenza", "marlrigg", ""};
    for (size_t i = 0; i < COUNT(ordinary); i++) {
        assert_true(lexicon_ordinary(lexicon, hash(ordinary[i])));
        assert_false(lexicon_proper(lexicon, hash(ordinary[i])));
    }
    for (size_t i = 0; i < COUNT(proper); i++) {
        assert_true(lexicon_proper(lexicon, hash(proper[i])));
        assert_false(lexicon_ordinary(lexicon, hash(proper[i])));
    }
    for (size_t i = 0; i < COUNT(unknown); i++) {
        assert_false(lexicon_proper(lexicon, hash(unknown[i])));
        assert_false(lexicon_ordinary(lexicon, hash(unknown[i])));
        assert_int_equal(lexicon_kinds(lexicon, hash(unknown[i])), 0);
    }
    assert_true(lexicon_kinds(lexicon, hash("otley")) & LEXICON_BRITISH);
    assert_true(lexicon_kinds(lexicon, hash("leeds")) & LEXICON_CITY);
    assert_true(lexicon_kinds(lexicon, hash("benidorm")) & LEXICON_HOLIDAY);
    assert_true(lexicon_kinds(lexicon, hash("ellie")) & LEXICON_FIRST);
    assert_int_equal(lexicon_same(lexicon, hash("kit")), lexicon_same(lexicon, hash("katie")));
    assert_non_null(lexicon_words(lexicon));
}

UNIT_MAIN(NULL, cmocka_unit_test(words))
