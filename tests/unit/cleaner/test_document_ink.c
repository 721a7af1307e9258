/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/document_blots.c"
#include "worker/cleaner/document_ink.c"

enum { WIDTH = 400, HEIGHT = 300, PAPER = 0xffffff, INK = 0x101010 };

struct page {
    uint32_t pixels[WIDTH * HEIGHT];
    struct canvas canvas;
};

static struct page *new_page(uint32_t paper)
{
    struct page *page = malloc(sizeof *page);
    assert_non_null(page);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) page->pixels[i] = paper;
    page->canvas = (struct canvas){page->pixels, WIDTH, HEIGHT, WIDTH};
    return page;
}

static void fill(struct page *page, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
                 uint32_t colour)
{
    for (uint32_t line = y; line < y + height; line++)
        for (uint32_t at = x; at < x + width; at++) page->pixels[line * WIDTH + at] = colour;
}

/* Blots as letters are: so many, each so wide and high. */
static void letters(struct page *page, uint32_t x, uint32_t y, int count, uint32_t colour)
{
    for (int i = 0; i < count; i++) fill(page, x + (uint32_t)i * 14, y, 9, 14, colour);
}

static bool is_text(struct page *page, const struct word *words, size_t count)
{
    bool found = ink_without_words(&page->canvas, words, count);
    free(page);
    return found;
}

static void letters_in_a_row_are_text(void **state)
{
    (void)state;
    struct page *page = new_page(PAPER);
    letters(page, 40, 50, 3, INK);
    assert_true(is_text(page, NULL, 0));
    page = new_page(PAPER);
    letters(page, 40, 50, 2, INK); /* a bullet and a dash, say */
    assert_false(is_text(page, NULL, 0));
    page = new_page(INK); /* light on dark */
    letters(page, 40, 50, 3, PAPER);
    assert_true(is_text(page, NULL, 0));
    page = new_page(PAPER); /* pencil */
    letters(page, 40, 50, 3, 0xd8d8d8);
    assert_true(is_text(page, NULL, 0));
    page = new_page(PAPER); /* too faint for a reader: a scan's own noise */
    letters(page, 40, 50, 3, 0xf0f0f0);
    assert_false(is_text(page, NULL, 0));
    page = new_page(0x4c4c4c); /* as light as the paper, but red */
    letters(page, 40, 50, 3, 0xff0000);
    assert_true(is_text(page, NULL, 0));
}

static void a_word_owns_its_ink(void **state)
{
    (void)state;
    struct word word = {.x = 40, .y = 50, .width = 51, .height = 14, .text = STR("word")};
    struct page *page = new_page(PAPER);
    letters(page, 40, 50, 4, INK);
    assert_false(is_text(page, &word, 1));
    page = new_page(PAPER);
    letters(page, 40, 50, 4, INK);
    letters(page, 40, 150, 4, INK); /* a line that no word owns */
    assert_true(is_text(page, &word, 1));
}

/* Text of a scan below a word that says something else, or that is not text of this size. */
static void a_word_owns_what_can_be_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *what, *text;
        struct word word;
        bool owns;
    } cases[] = {
        {"its line", "word", {.x = 40, .y = 50, .width = 51, .height = 14}, true},
        {"its line, with room above and below",
         "word",
         {.x = 40, .y = 38, .width = 51, .height = 36},
         true},
        {"half the page", "ab", {.x = 10, .y = 10, .width = 300, .height = 250}, false},
        {"wider than its letters", "ab", {.x = 10, .y = 40, .width = 300, .height = 40}, false},
        {"a box much higher than the line",
         "word",
         {.x = 40, .y = 20, .width = 60, .height = 70},
         false},
        {"letters that it has not", "a", {.x = 40, .y = 40, .width = 65, .height = 33}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct word word = cases[i].word;
        word.text = str_from(cases[i].text);
        struct page *page = new_page(PAPER);
        letters(page, 40, 50, strcmp(cases[i].text, "a") ? 4 : 5, INK);
        if (is_text(page, &word, 1) == cases[i].owns) fail_msg("%s", cases[i].what);
    }
    struct word over = {.x = 40, .y = 45, .width = 60, .height = 60, .text = STR("words")};
    struct page *page = new_page(PAPER); /* two lines below one word */
    letters(page, 40, 50, 4, INK);
    letters(page, 40, 80, 4, INK);
    assert_true(is_text(page, &over, 1));
    struct word turned = {.x = 50, .y = 40, .width = 14, .height = 80, .text = STR("turned")};
    page = new_page(PAPER);
    for (uint32_t i = 0; i < 5; i++) fill(page, 50, 42 + i * 14, 14, 9, INK);
    assert_false(is_text(page, &turned, 1));
}

static void lines_and_pictures_are_none(void **state)
{
    (void)state;
    struct page *page = new_page(PAPER);
    fill(page, 10, 20, 300, 2, INK);
    fill(page, 10, 40, 300, 2, INK);
    fill(page, 10, 60, 2, 200, INK);
    fill(page, 100, 100, 200, 150, INK);
    for (uint32_t i = 0; i < 40; i++) fill(page, 20 + i * 8, 280, 2, 2, INK); /* a dotted line */
    assert_false(is_text(page, NULL, 0));
    assert_false(is_text(new_page(PAPER), NULL, 0));
}

/* A stroke that never lifts: no letter stands for itself. */
static void wave(struct page *page, uint32_t x, uint32_t y, uint32_t length, uint32_t colour)
{
    for (uint32_t i = 0; i < length; i++)
        fill(page, x + i, y + (i % 24 < 12 ? i % 12 : 12 - i % 12), 2, 3, colour);
}

static void strokes_are_to_be_read(void **state)
{
    (void)state;
    struct page *page = new_page(PAPER);
    wave(page, 40, 50, 120, 0xb0b0b0); /* joined writing */
    assert_true(is_text(page, NULL, 0));
    page = new_page(PAPER);
    fill(page, 40, 40, 200, 60, 0x901010); /* white on a banner */
    assert_false(is_text(page, NULL, 0));
    page = new_page(PAPER);
    fill(page, 40, 40, 200, 60, 0x901010);
    wave(page, 60, 60, 100, PAPER);
    assert_true(is_text(page, NULL, 0));
    page = new_page(PAPER);
    for (uint32_t i = 0; i < 60; i++) /* sideways */
        fill(page, 150 + (i % 24 < 12 ? i % 12 : 12 - i % 12), 40 + i, 3, 2, INK);
    assert_true(is_text(page, NULL, 0));
    page = new_page(PAPER); /* a photo: nothing in it is straight */
    for (uint32_t y = 0; y < 100; y++)
        for (uint32_t x = 0; x < 100; x++)
            fill(page, 100 + x, 100 + y, 1, 1, (x * x + y * 7 + x * y) % 251 * 0x10101U);
    assert_true(is_text(page, NULL, 0));
}

static void bullets_and_boxes_to_tick_are_none(void **state)
{
    (void)state;
    struct page *page = new_page(PAPER);
    for (uint32_t i = 0; i < 5; i++) {
        fill(page, 20, 20 + i * 40, 10, 10, INK);
        fill(page, 60, 20 + i * 40, 20, 20, INK);
        fill(page, 62, 22 + i * 40, 16, 16, PAPER);
    }
    assert_false(is_text(page, NULL, 0));
}

static void corner(struct page *page, uint32_t x, uint32_t y, uint32_t unit)
{
    fill(page, x, y, 7 * unit, 7 * unit, INK);
    fill(page, x + unit, y + unit, 5 * unit, 5 * unit, PAPER);
    fill(page, x + 2 * unit, y + 2 * unit, 3 * unit, 3 * unit, INK);
}

static void codes_are_to_be_read(void **state)
{
    (void)state;
    struct page *page = new_page(PAPER);
    corner(page, 200, 150, 4);
    assert_true(is_text(page, NULL, 0));
    page = new_page(PAPER);
    for (uint32_t i = 0; i < 12; i++) fill(page, 60 + i * 9, 100, 2 + i % 3, 60, INK);
    assert_true(is_text(page, NULL, 0));
}

UNIT_MAIN(NULL, cmocka_unit_test(letters_in_a_row_are_text), cmocka_unit_test(a_word_owns_its_ink),
          cmocka_unit_test(a_word_owns_what_can_be_its_own),
          cmocka_unit_test(lines_and_pictures_are_none), cmocka_unit_test(strokes_are_to_be_read),
          cmocka_unit_test(bullets_and_boxes_to_tick_are_none),
          cmocka_unit_test(codes_are_to_be_read))
