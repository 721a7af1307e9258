/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/pdf.h"

#include "core/arena.h"
#include "tests/unit/render/fonts.h"
#include "tests/unit/unit.h"

/* What other programs see in the files is tests/flow/render.mjs. */

static struct render_fonts *fonts;

static int open_fonts(void **state)
{
    (void)state;
    return render_fonts_open(&fonts) == OK ? 0 : -1;
}

/* The smallest grey JPEG that the library reads a size from: it is embedded and never decoded. */
static const unsigned char jpeg[] = {0xff, 0xd8, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x20, 0x00,
                                     0x40, 0x01, 0x01, 0x11, 0x00, 0xff, 0xda, 0x00, 0x08, 0x01,
                                     0x01, 0x00, 0x00, 0x3f, 0x00, 0x12, 0x34, 0xff, 0xd9};
static const struct str jpeg_str = {(const char *)jpeg, sizeof jpeg};

static struct recipient_view view_of(const struct render_part *parts, size_t count)
{
    return (struct recipient_view){.name = STR("Robin Example"),
                                   .address = STR("2 Some Street"),
                                   .reference = STR("AB12-CD34-EF56"),
                                   .title = STR("Post Desk"),
                                   .parts = parts,
                                   .part_count = count};
}

static size_t occurrences(struct str file, struct str what)
{
    size_t count = 0;
    for (size_t at = str_find(file, what); at != STR_NONE; at = str_find(file, what)) {
        count++;
        file = str_from_byte(file, at + 1);
    }
    return count;
}

static void sheets_are_counted(void **state)
{
    (void)state;
    BUF(lines, 10000);
    for (int i = 0; i < 200; i++) buf_print(&lines, "line %d\n", i);
    BUF(word, 20000);
    for (int i = 0; i < 10000; i++) buf_add_byte(&word, 'w');
    struct render_part text = {.kind = RENDER_TEXT, .text = STR("\n\nDear Ann\n\n\n")};
    struct render_part empty = {.kind = RENDER_TEXT, .text = STR(" \n \n")};
    struct render_part many = {.kind = RENDER_TEXT, .text = buf_str(&lines)};
    struct render_part unbroken = {.kind = RENDER_TEXT, .text = buf_str(&word)};
    struct render_part photo = {.kind = RENDER_PHOTO, .jpeg = jpeg_str, .width = 64, .height = 32};
    struct render_part page = {.kind = RENDER_PAGE, .jpeg = jpeg_str, .width = 64, .height = 32};
    const struct {
        struct render_part parts[4];
        size_t count, sheets;
    } cases[] = {
        {{{0}}, 0, 1},
        {{text}, 1, 1},
        {{text, text}, 2, 1},
        {{empty}, 1, 1},
        {{many}, 1, 6},
        {{unbroken}, 1, 6},
        {{text, photo, page}, 3, 3},
        {{photo, text}, 2, 2},
        {{photo, text, text, photo}, 4, 3},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct recipient_view view = view_of(cases[i].parts, cases[i].count);
        size_t sheets = 0;
        assert_ok(render_pdf_count(fonts, &view, &sheets));
        if (sheets != cases[i].sheets) fail_msg("case %zu: %zu sheets", i, sheets);
        BUF(pdf, 1000000);
        assert_ok(render_pdf_letters(fonts, &view, 1, &pdf));
        assert_int_equal(occurrences(buf_str(&pdf), STR("/Type /Page %")), sheets);
    }
}

static void large_print_takes_more(void **state)
{
    (void)state;
    BUF(lines, 10000);
    for (int i = 0; i < 60; i++) buf_print(&lines, "line %d\n", i);
    struct render_part part = {.kind = RENDER_TEXT, .text = buf_str(&lines)};
    struct recipient_view view = view_of(&part, 1);
    size_t usual, easy;
    assert_ok(render_pdf_count(fonts, &view, &usual));
    view.is_large = true;
    assert_ok(render_pdf_count(fonts, &view, &easy));
    assert_true(easy > usual);
}

static void the_file_says_nothing_of_its_making(void **state)
{
    (void)state;
    struct render_part parts[] = {
        {.kind = RENDER_TEXT, .text = STR("Dear Ann")},
        {.kind = RENDER_PAGE, .jpeg = jpeg_str, .width = 64, .height = 32}};
    struct recipient_view views[] = {view_of(parts, 2), view_of(parts, 1)};
    BUF(pdf, 1000000);
    assert_ok(render_pdf_letters(fonts, views, 2, &pdf));
    struct str file = buf_str(&pdf);
    assert_true(str_starts(file, STR("%PDF-1.5")));
    assert_int_equal(occurrences(file, STR("/Producer")), 0);
    assert_int_equal(occurrences(file, STR("/CreationDate")), 0);
    assert_int_equal(occurrences(file, STR("/Creator")), 0);
    assert_int_equal(occurrences(file, STR("/Author")), 0);
    assert_int_equal(occurrences(file, STR("cairo")), 0);
    assert_int_equal(occurrences(file, STR("pango")), 0);
    assert_int_equal(occurrences(file, STR("/Title (Post Desk)")), 1);
    assert_int_equal(occurrences(file, STR("/Type /Page %")), 3);
    /* The picture's file as it is. */
    assert_int_equal(occurrences(file, jpeg_str), 1);
    /* Twice the same: there is no clock and no chance in it. */
    BUF(again, 1000000);
    assert_ok(render_pdf_letters(fonts, views, 2, &again));
    assert_str(buf_str(&again), file);
}

static void bad_views(void **state)
{
    (void)state;
    BUF(pdf, 100000);
    struct render_part part = {.kind = RENDER_TEXT, .text = STR("x")};
    struct recipient_view view = view_of(&part, 1);
    assert_err(render_pdf_letters(fonts, &view, 0, &pdf), ERR_BAD_INPUT);
    view.title = (struct str){NULL, 0};
    assert_err(render_pdf_letters(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    view = view_of(&part, 1);
    view.reference = (struct str){NULL, 0};
    assert_err(render_pdf_letters(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    view = view_of(&part, 1);
    part.text = STR("\xc3");
    assert_err(render_pdf_letters(fonts, &view, 1, &pdf), ERR_BAD_UTF8);
    part = (struct render_part){.kind = RENDER_PHOTO, .jpeg = jpeg_str, .width = 0, .height = 32};
    assert_err(render_pdf_letters(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    part = (struct render_part){.kind = RENDER_PHOTO, .jpeg = {NULL, 0}, .width = 64, .height = 32};
    assert_err(render_pdf_letters(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    part =
        (struct render_part){.kind = RENDER_PHOTO, .jpeg = jpeg_str, .width = 65536, .height = 32};
    assert_err(render_pdf_letters(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    part = (struct render_part){.kind = RENDER_TEXT, .text = STR("x")};
    BUF(small, 500);
    assert_err(render_pdf_letters(fonts, &view, 1, &small), ERR_TOO_BIG);
    view.title = STR("A (neutral) \\ title, ünïcode");
    assert_ok(render_pdf_letters(fonts, &view, 1, &pdf));
    assert_int_equal(occurrences(buf_str(&pdf), STR("/Producer")), 0);
}

static int close_fonts(void **state)
{
    (void)state;
    render_fonts_close(&fonts);
    assert_null(fonts);
    render_fonts_close(&fonts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sheets_are_counted), cmocka_unit_test(large_print_takes_more),
        cmocka_unit_test(the_file_says_nothing_of_its_making), cmocka_unit_test(bad_views)};
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
