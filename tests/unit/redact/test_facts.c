/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

#include "tests/unit/redact/proposed.h"

static struct facts *compile(const char *list, struct arena *arena)
{
    struct redact_term *terms = ARENA_MANY(arena, 20, struct redact_term);
    size_t count = read_terms(list, terms);
    static const struct str allowed[] = {{"Kim", 3}, {"Mary Ann", 8}, {"", 0}};
    return facts_compile(terms, count, allowed, 3, lexicon_new(arena), arena);
}

/* The kind of each word: generic, weak, ordinary, telling. */
static void words_of_terms(void **state)
{
    (void)state;
    static const struct {
        const char *list, *kinds;
    } cases[] = {
        {"name=Fotheringay", "t"},
        {"name=Green", "o"},
        {"name=Mr J. van Fotheringay", "gwgt"},
        {"school=St Bede's Primary School", "wtgg"},
        {"address=14 Larkspur Avenue", "wog"},
        {"address=Flat 6, Calder House", "gwtg"},
        {"place=!; place=", ""},
        {"postcode=YO99 1AA", "tt"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 16u * 1024 * 1024);
        const struct facts *facts = compile(cases[i].list, arena);
        BUF(kinds, 100);
        for (size_t k = 0; k < facts->word_count; k++)
            buf_add_byte(&kinds, "gwot"[facts->words[k].kind]);
        assert_str(buf_str(&kinds), str_from(cases[i].kinds));
    }
}

static void allowed_names(void **state)
{
    (void)state;
    ARENA(arena, 16u * 1024 * 1024);
    const struct facts *facts = compile("name=x", arena);
    struct norm norm;
    norm_fold(STR("Kim KIM'S mary Ann Kimberley"), arena, &norm);
    static const bool expected[] = {true, true, true, true, false};
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(facts_allowed(facts, &norm, i), expected[i]);
    assert_non_null(facts_generic(MARK_SCHOOL));
    assert_null(facts_generic(MARK_PHONE));
}

static void births(void **state)
{
    (void)state;
    ARENA(arena, 4u * 1024 * 1024);
    static const struct redact_term terms[] = {{MARK_DOB, {"4 June 2014", 11}},
                                               {MARK_NAME, {"x", 1}}};
    ARENA(words, 8u * 1024 * 1024);
    const struct facts *facts = facts_compile(terms, 2, NULL, 0, lexicon_new(words), arena);
    assert_ptr_equal(facts_birth(facts, 2014, 6, 4), &terms[0]);
    assert_ptr_equal(facts_birth(facts, 0, 6, 4), &terms[0]);
    assert_null(facts_birth(facts, 2015, 6, 4));
    assert_null(facts_birth(facts, 2014, 4, 6));
}

/* The terms are folded as one text; none is read on into the next. */
static void terms_end(void **state)
{
    (void)state;
    ARENA(arena, 4u * 1024 * 1024);
    static const struct redact_term terms[] = {
        {MARK_DOB, {"4", 1}}, {MARK_DOB, {"", 0}}, {MARK_DOB, {"June 2014", 9}}};
    ARENA(words, 8u * 1024 * 1024);
    const struct facts *facts = facts_compile(terms, 3, NULL, 0, lexicon_new(words), arena);
    assert_null(facts_birth(facts, 2014, 6, 4));
    assert_int_equal(facts_longest(facts), 8);
}

UNIT_MAIN(NULL, cmocka_unit_test(words_of_terms), cmocka_unit_test(allowed_names),
          cmocka_unit_test(births), cmocka_unit_test(terms_end))
