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
    static const char *const unknown[] = {"tregenza", "marlrigg", "otley", ""};
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
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(words))
