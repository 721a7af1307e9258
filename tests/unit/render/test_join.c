/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/join.h"

#include <string.h>

#include "render/label.h"
#include "render/pdf.h"
#include "tests/unit/render/fonts.h"
#include "tests/unit/unit.h"

/* What other programs see in a joined file is tests/flow/render.mjs. */

static struct render_fonts *fonts;

static int open_fonts(void **state)
{
    (void)state;
    return render_fonts_open(&fonts) == OK ? 0 : -1;
}

static void letter(size_t lines, struct buf *ret_pdf)
{
    BUF(text, 10000);
    for (size_t i = 0; i < lines; i++) buf_print(&text, "line %zu\n", i);
    const struct render_part part = {.kind = RENDER_TEXT, .text = buf_str(&text)};
    const struct recipient_view view = {.name = STR("Robin Example"),
                                        .address = STR("2 Some Street (left) \\ 3 0 R"),
                                        .reference = STR("AB12-CD34-EF56"),
                                        .title = STR("Post Desk"),
                                        .parts = &part,
                                        .part_count = 1};
    assert_ok(lines ? render_pdf_letters(fonts, &view, 1, ret_pdf)
                    : render_label_sheets(fonts, &view, 1, ret_pdf));
}

static void pages_add_up(void **state)
{
    (void)state;
    static const size_t lines[] = {5, 200, 0, 5};
    BUF(joined, 1000000);
    struct buf pdfs[COUNT(lines)];
    struct str files[COUNT(lines)];
    size_t all = 0, pages;
    for (size_t i = 0; i < COUNT(lines); i++) {
        pdfs[i] = buf_new(1000000);
        letter(lines[i], &pdfs[i]);
        files[i] = buf_str(&pdfs[i]);
        assert_ok(render_join_pages(files[i], &pages));
        assert_int_equal(pages, lines[i] == 200 ? 6 : 1);
        all += pages;
    }
    assert_ok(render_join(files, COUNT(files), &joined));
    assert_ok(render_join_pages(buf_str(&joined), &pages));
    assert_int_equal(pages, all);
    /* what was joined is a file that can be joined again */
    BUF(twice, 1000000);
    struct str both[] = {buf_str(&joined), files[1]};
    assert_ok(render_join(both, 2, &twice));
    assert_ok(render_join_pages(buf_str(&twice), &pages));
    assert_int_equal(pages, all + 6);
    BUF(small, joined.len - 1);
    assert_int_equal(render_join(files, COUNT(files), &small), ERR_TOO_BIG);
    for (size_t i = 0; i < COUNT(lines); i++) buf_free(&pdfs[i]);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    BUF(pdf, 1000000);
    letter(5, &pdf);
    size_t pages;
    BUF(out, 1000000);
    assert_int_equal(render_join(NULL, 0, &out), ERR_BAD_INPUT);
    for (size_t len = 0; len < pdf.len; len += 7)
        assert_int_equal(render_join_pages(str_slice(buf_str(&pdf), 0, len), &pages),
                         ERR_BAD_INPUT);
    static const struct {
        const char *what, *old, *new;
    } changes[] = {
        {"another kind of file", "%PDF-", "%PSF-"},
        {"no table where it should be", "xref\n0 ", "xerf\n0 "},
        {"a table that begins elsewhere", "xref\n0 ", "xref\n1 "},
        {"an object with another number", "\n1 0 obj\n", "\n9 0 obj\n"},
        {"an object that does not end", "endobj\n", "endobx\n"},
        {"no catalogue", "/Root ", "/Rot  "},
        {"no pages", "/Type /Pages", "/Type /Pagex"},
        {"a second revision", "%%EOF\n", "%%EOG\n"},
    };
    for (size_t i = 0; i < COUNT(changes); i++) {
        BUF(changed, 1000000);
        buf_add(&changed, buf_str(&pdf));
        size_t at = str_find(buf_str(&changed), str_from(changes[i].old));
        if (at == STR_NONE) fail_msg("%s: nothing to change", changes[i].what);
        memcpy(changed.at + at, changes[i].new, strlen(changes[i].new));
        if (render_join_pages(buf_str(&changed), &pages) != ERR_BAD_INPUT)
            fail_msg("%s is taken", changes[i].what);
    }
}

UNIT_MAIN(open_fonts, cmocka_unit_test(pages_add_up), cmocka_unit_test(other_files_are_refused))
