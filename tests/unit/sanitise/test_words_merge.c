/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words_merge.h"

#include "tests/unit/unit.h"

enum { SIGN = 10, LINE = 20, PAGE = 2000 }; /* pixels */

/* Words of one line, each where its signs would stand: "at 3: Dear" begins at the fourth sign. */
struct set {
    struct word words[8];
    struct part part;
};

static void add(struct set *set, uint32_t at, uint32_t line, const char *text)
{
    struct word *word = &set->words[set->part.word_count];
    *word = (struct word){at * SIGN,
                          line * 2 * LINE,
                          (uint32_t)strlen(text) * SIGN,
                          LINE,
                          set->part.word_count ? GAP_SPACE : GAP_NONE,
                          str_from(text)};
    set->part.word_count++;
    set->part.words = set->words;
    set->part.width = set->part.height = PAGE;
}

static void merge(const struct set *page, const struct set *reading, const char *text,
                  const char *unseen)
{
    ARENA(arena, 1000000);
    struct words_merge merge;
    struct part both = page->part;
    struct str left;
    assert_true(words_compare(&page->part, &reading->part, arena, &merge));
    assert_false(words_are_lies(&merge));
    assert_ok(words_join(&merge, arena, &both, &left));
    assert_str(both.text, str_from(text));
    assert_str(left, str_from(unseen));
}

/* What both say stays as the file says it; what only the picture has comes behind it. */
static void both_are_taken(void **state)
{
    (void)state;
    struct set page = {0}, reading = {0};
    add(&page, 0, 0, "Dear"), add(&page, 5, 0, "Kayla,"), add(&page, 0, 1, "Pfeffer");
    add(&reading, 0, 0, "Dear"), add(&reading, 5, 0, "Kayia."), add(&reading, 0, 1, "Ptetfer");
    add(&reading, 20, 5, "Piran"), add(&reading, 26, 5, "School"), add(&reading, 40, 5, "|");
    merge(&page, &reading, "Dear Kayla, Pfeffer\n\nPiran School", "");
}

static void what_is_not_seen_goes(void **state)
{
    (void)state;
    struct set page = {0}, reading = {0};
    add(&page, 0, 0, "Dear"), add(&page, 5, 0, "weather"), add(&page, 13, 0, "today"),
        add(&page, 20, 0, "everybody-and-everything");
    add(&reading, 0, 0, "Dear"), add(&reading, 5, 0, "Robertson-Hay");
    add(&reading, 20, 0, "everybody-and-everything");
    merge(&page, &reading, "Dear Robertson-Hay everybody-and-everything", "weather today");
}

/* A reader joins and splits words, and takes short ones for others. */
static void slips_are_none(void **state)
{
    (void)state;
    struct set page = {0}, reading = {0};
    add(&page, 0, 0, "Dear"), add(&page, 5, 0, "Kayla"), add(&page, 0, 1, "wonderful"),
        add(&page, 12, 1, "is");
    add(&reading, 0, 0, "DearKayla"), add(&reading, 0, 1, "won"), add(&reading, 3, 1, "derful");
    add(&reading, 12, 1, "1s");
    merge(&page, &reading, "Dear Kayla wonderful is", "");
}

/* The box of a field lies over the words of the page: they stay, and it need not be believed. */
static void a_box_over_many(void **state)
{
    (void)state;
    struct set page = {0}, reading = {0};
    add(&reading, 0, 0, "Dear"), add(&reading, 5, 0, "Kayla"), add(&reading, 0, 1, "we"),
        add(&reading, 3, 1, "are");
    add(&reading, 7, 1, "well");
    page = reading;
    add(&page, 0, 0, "Secret");
    page.words[5].width = page.words[5].height = PAGE;
    merge(&page, &reading, "Dear Kayla we are well", "Secret");
    page.words[5].text = STR("well");
    merge(&page, &reading, "Dear Kayla we are well well", "");
}

static void lies_are_told(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct set page = {0}, reading = {0};
    struct words_merge merge;
    add(&page, 0, 0, "apples"), add(&page, 8, 0, "pears"), add(&page, 15, 0, "plums");
    add(&reading, 0, 0, "ring"), add(&reading, 8, 0, "Wendy"), add(&reading, 15, 0, "plums");
    assert_true(words_compare(&page.part, &reading.part, arena, &merge));
    assert_true(words_are_lies(&merge));
}

/* Boxes over the whole page, as many as there may be: too much to compare, and said so. */
static void heaps_are_refused(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    ARENA(arena, 100000000);
    struct word *words = ARENA_MANY(arena, MANY, struct word);
    for (size_t i = 0; i < MANY; i++)
        words[i] = (struct word){0, 0, PAGE, PAGE, GAP_SPACE, STR("x")};
    struct part part = {.width = PAGE, .height = PAGE, .words = words, .word_count = MANY};
    struct words_merge merge;
    assert_false(words_compare(&part, &part, arena, &merge));
}

UNIT_MAIN(NULL, cmocka_unit_test(both_are_taken), cmocka_unit_test(what_is_not_seen_goes),
          cmocka_unit_test(slips_are_none), cmocka_unit_test(a_box_over_many),
          cmocka_unit_test(lies_are_told), cmocka_unit_test(heaps_are_refused))
