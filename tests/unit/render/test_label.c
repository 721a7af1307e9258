/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/label.h"

#include "tests/unit/render/fonts.h"
#include "tests/unit/unit.h"

static struct recipient_view good(void)
{
    return (struct recipient_view){.name = STR("Robin Example"),
                                   .address = STR("2 Some Street\nTown\nZZ99 9ZZ"),
                                   .reference = STR("AB12-CD34-EF56"),
                                   .title = STR("Post Desk")};
}

static void what_a_sheet_needs(void **state)
{
    (void)state;
    struct render_fonts *fonts;
    assert_ok(render_fonts_open(&fonts));
    BUF(pdf, 1000000);
    struct recipient_view view = good();
    assert_ok(render_label_sheets(fonts, &view, 1, &pdf));
    assert_true(str_starts(buf_str(&pdf), STR("%PDF-1.5")));
    assert_true(str_find(buf_str(&pdf), STR("cairo")) == STR_NONE);
    assert_true(str_find(buf_str(&pdf), STR("/CreationDate")) == STR_NONE);
    view.return_address = STR("Post Desk\nPO Box 1");
    assert_ok(render_label_sheets(fonts, &view, 1, &pdf));

    assert_err(render_label_sheets(fonts, &view, 0, &pdf), ERR_BAD_INPUT);
    view = good();
    view.name = STR(" ");
    assert_err(render_label_sheets(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    view = good();
    view.address = STR("\n");
    assert_err(render_label_sheets(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    view = good();
    view.reference = (struct str){NULL, 0};
    assert_err(render_label_sheets(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    view = good();
    view.address = STR("\xff");
    assert_err(render_label_sheets(fonts, &view, 1, &pdf), ERR_BAD_UTF8);
    render_fonts_close(&fonts);
}

/* Smaller letters for a long address; refused, never cut, when even they are too large. */
static void what_fits_the_window(void **state)
{
    (void)state;
    struct render_fonts *fonts;
    assert_ok(render_fonts_open(&fonts));
    BUF(pdf, 1000000);
    BUF(address, 4000);
    struct recipient_view view = good();
    for (int lines = 1; lines <= 8; lines++) {
        buf_print(&address, "%sline %d", lines == 1 ? "" : "\n", lines);
        view.address = buf_str(&address);
        assert_ok(render_label_sheets(fonts, &view, 1, &pdf));
    }
    for (int lines = 0; lines < 20; lines++) buf_add_c(&address, "\nmore");
    view.address = buf_str(&address);
    assert_err(render_label_sheets(fonts, &view, 1, &pdf), ERR_BAD_INPUT);
    render_fonts_close(&fonts);
}

UNIT_MAIN(NULL, cmocka_unit_test(what_a_sheet_needs), cmocka_unit_test(what_fits_the_window))
