/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cover.h"

#include "tests/unit/unit.h"

/*
 * How the work grows with the page, and what is done with a page on which it would never end. How
 * wide the black is: test_cover.c.
 */

enum { COLUMNS = 12, WIDE = 100, PITCH = 30, HIGH = 20, MOST = 20000 };

static struct review_word words[MOST];
static struct cover_box boxes[MOST];

/* A page as it is written, or all its words in one place; every second word has a box. */
static struct review_part page_of(size_t count, bool is_heap)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t x = is_heap ? 10 : 10 + (uint32_t)(i % COLUMNS) * WIDE;
        uint32_t y = is_heap ? 10 : 10 + (uint32_t)(i / COLUMNS) * PITCH;
        words[i] = (struct review_word){
            x, y, WIDE - 15, HIGH, i % COLUMNS ? REVIEW_GAP_SPACE : REVIEW_GAP_LINE, STR("word")};
        if (i % 2 == 0) boxes[i / 2] = (struct cover_box){x, y, WIDE - 15, HIGH};
    }
    return (struct review_part){.number = 1,
                                .kind = REVIEW_PAGE,
                                .width = COLUMNS * WIDE + 200,
                                .height = (MOST / COLUMNS + 2) * PITCH,
                                .words = words,
                                .word_count = count};
}

/* Four times the words are about four times the steps. */
static void work_grows_with_the_page(void **state)
{
    (void)state;
    size_t steps[2];
    for (size_t i = 0; i < 2; i++) {
        ARENA(arena, (size_t)1 << 24);
        size_t count = i ? MOST : MOST / 4;
        struct review_part part = page_of(count, false);
        struct cover cover;
        cover_page(&part, boxes, count / 2, arena, &cover);
        assert_false(cover.is_crowded);
        for (size_t k = 0; k < count; k += 2) assert_true(cover.is_gone[k]);
        steps[i] = cover.steps;
    }
    assert_in_range(steps[1], steps[0], 6 * steps[0]);
}

static void a_heap_of_words_is_covered_whole(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 24);
    struct review_part part = page_of(MOST, true);
    struct cover cover;
    cover_page(&part, boxes, MOST / 2, arena, &cover);
    assert_true(cover.is_crowded);
    assert_in_range(cover.steps, COVER_STEPS, 2 * COVER_STEPS);
    assert_int_equal(cover.count, 1);
    assert_memory_equal(&cover.rects[0],
                        (&(struct cover_rect){0, 0, part.width, part.height, false}),
                        sizeof *cover.rects);
    for (size_t i = 0; i < MOST; i++) assert_true(cover.is_gone[i]);
    BUF(text, 100);
    assert_ok(cover_text(&part, &cover, &text));
    assert_int_equal(text.len, 0);
}

/* Such a page without boxes is only shown. */
static void a_heap_without_boxes_stays(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 24);
    struct review_part part = page_of(MOST, true);
    struct cover cover;
    cover_page(&part, NULL, 0, arena, &cover);
    assert_false(cover.is_crowded);
    assert_int_equal(cover.count, 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(work_grows_with_the_page),
          cmocka_unit_test(a_heap_of_words_is_covered_whole),
          cmocka_unit_test(a_heap_without_boxes_stays))
