/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_data.c"

static void takes_pictures_out_of_the_page(void **state)
{
    (void)state;
    static const struct {
        const char *html, *kept, *picture;
    } cases[] = {
        {"<img src=\"data:image/png;base64,QUJD\">x", "<img src=\"\">x", "ABC"},
        {"<img src='DATA:image/jpeg;charset=x;base64,QUI='>", "<img src=''>", "AB"},
        {"<img src=data:image/gif;base64,QUJD>", "<img src=>", "ABC"},
        {"a{background:url(data:image/gif;base64,QU\n JD)}", "a{background:url()}", "ABC"},
        {"<img src=\"data:image/png;base64,QUI%3D\">", "<img src=\"\">", "AB"},
        {"<img src=\"data:image/svg+xml,%3Csvg\">", "<img src=\"data:image/svg+xml,%3Csvg\">",
         NULL},
        {"<img src=\"data:text/html;base64,QUJD\">", "<img src=\"data:text/html;base64,QUJD\">",
         NULL},
        {"see data:image", "see data:image", NULL},
        {"", "", NULL},
        {"<img src=\"data:image/png;base64,", "<img src=\"", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 64 * 1024);
        BUF(kept, 1000);
        struct data_pictures pictures;
        data_take(str_from(cases[i].html), arena, &kept, &pictures);
        assert_str(buf_str(&kept), str_from(cases[i].kept));
        assert_int_equal(pictures.count, cases[i].picture ? 1 : 0);
        if (cases[i].picture) assert_str(pictures.at[0], str_from(cases[i].picture));
    }
}

static void takes_so_many_and_says_so(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    BUF(page, 64 * 1024);
    BUF(kept, 64 * 1024);
    struct data_pictures pictures;
    for (int i = 0; i <= DATA_PICTURES_MAX; i++)
        buf_add_c(&page, "<img src='data:image/png;base64,QUJD'>");
    data_take(buf_str(&page), arena, &kept, &pictures);
    assert_int_equal(pictures.count, DATA_PICTURES_MAX);
    assert_true(pictures.is_over);
}

UNIT_MAIN(NULL, cmocka_unit_test(takes_pictures_out_of_the_page),
          cmocka_unit_test(takes_so_many_and_says_so))
