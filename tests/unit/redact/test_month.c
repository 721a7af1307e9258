/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/month.h"

#include "redact/lexicon.h"
#include "tests/unit/unit.h"

static void months(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    struct norm norm;
    norm_fold(STR("January sept Novernber Rhagfyr stycznia 0ctober ja maybe"), arena, &norm);
    lexicon_read(lexicon_new(arena), &norm, arena);
    static const int expected[] = {1, 9, 11, 12, 1, 10, 0, 0};
    for (size_t i = 0; i < COUNT(expected); i++) assert_int_equal(month_of(&norm, i), expected[i]);
    assert_true(month_listed(&norm, 0));
    assert_false(month_listed(&norm, 6));
}

/* One letter wrong, missing or too many, in a word that no list has. */
static void misspelt(void **state)
{
    (void)state;
    ARENA(arena, 8u * 1024 * 1024);
    struct norm norm;
    norm_fold(STR("Septmber Decemeber Febuuary Sptember remember"), arena, &norm);
    lexicon_read(lexicon_new(arena), &norm, arena);
    static const int expected[] = {9, 12, 2, 9, 0};
    for (size_t i = 0; i < COUNT(expected); i++) assert_int_equal(month_of(&norm, i), expected[i]);
}

UNIT_MAIN(NULL, cmocka_unit_test(months), cmocka_unit_test(misspelt))
