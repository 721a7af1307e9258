/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/font.h"

#include "tests/unit/render/fonts.h"
#include "tests/unit/unit.h"

static void letters_that_can_be_printed(void **state)
{
    (void)state;
    struct render_fonts *fonts;
    assert_ok(render_fonts_open(&fonts));
    static const struct {
        const char *text;
        size_t missing;
    } cases[] = {
        {"", 0},
        {"Dear Ann, £5 & “quotes” – 1½", 0},
        {"Ștefănescu, Żółć, ŵ ŷ, Ünal, Ærø", 0},
        {"Привет, Γειά, مرحبا", 0},
        {"🌙🎉❤️", 0},
        {"a\U000F0000b", 1}, /* a private letter */
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(render_font_missing(fonts, str_from(cases[i].text)), cases[i].missing);
    render_fonts_close(&fonts);
    assert_null(fonts);
    render_fonts_close(&fonts);
}

UNIT_MAIN(NULL, cmocka_unit_test(letters_that_can_be_printed))
