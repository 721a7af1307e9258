/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/join.h"

#include "tests/unit/redact/proposed.h"

static void joins(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t words; /* 0: nothing is joined */
    } cases[] = {
        {"call P e l l y now", 3},   {"P.e.l.l.y is here", 3}, {"Pell-\nington is here", 3},
        {"> Pell-\n> ington is", 2}, {"a b is here", 0},       {"Pell -\nington", 0},
        {"1 2 3 4 5 6", 0},          {"mother-in-law", 0},     {"", 0},
    };
    ARENA(tables, 8u * 1024 * 1024);
    const struct lexicon *lexicon = lexicon_new(tables);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1024 * 1024);
        struct norm norm, whole;
        norm_fold(str_from(cases[i].text), arena, &norm);
        lexicon_read(lexicon, &norm, arena);
        bool any = join_words(&norm, lexicon, JOIN_NEAR, arena, &whole);
        assert_int_equal(any, cases[i].words != 0);
        if (any) assert_int_equal(whole.word_count, cases[i].words);
    }
}

/* Only what stands near a word that is joined is searched a second time. */
static void the_rest_is_searched_already(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    const struct lexicon *lexicon = lexicon_new(arena);
    struct norm norm, whole;
    norm_fold(STR("one two three four Pell-\nington five six seven eight nine s.i.x ten"), arena,
              &norm);
    lexicon_read(lexicon, &norm, arena);
    assert_true(join_words(&norm, lexicon, 2, arena, &whole));
    static const char expected[] = "110000010000"; /* the joined ones stand at 4 and at 10 */
    assert_int_equal(whole.word_count, sizeof expected - 1);
    for (size_t i = 0; i < whole.word_count; i++) {
        assert_int_equal(norm_searched(&whole, i), expected[i] == '1');
        assert_false(norm_searched(&norm, i));
    }
}

static void found(void **state)
{
    (void)state;
    static const struct proposal cases[] = {
        {"I know it is P e l i n g t o n now", "name[P e l i n g t o n]", "name=Pellington", NULL,
         0},
        {"I know it is P.e.l.i.n.g.t.o.n now", "name[P.e.l.i.n.g.t.o.n]", "name=Pellington", NULL,
         0},
        {"I know it is Pelin-\ngton now", "name[Pelin-\ngton]", "name=Pellington", NULL, 0},
    };
    check_proposals(cases, COUNT(cases));
}

PROPOSAL_MAIN(cmocka_unit_test(joins), cmocka_unit_test(the_rest_is_searched_already),
              cmocka_unit_test(found))
