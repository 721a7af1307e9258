/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/shown.h"

#include "tests/unit/unit.h"

static void reads_what_it_wrote(void **state)
{
    (void)state;
    static const struct {
        struct str words, image;
    } cases[] = {
        {{"Dear Ann", 8}, {"\xff\xd8 image", 8}},
        {{"", 0}, {"\xff\xd8 image", 8}},
        {{"only words", 10}, {"", 0}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(content, 100);
        struct str words, image;
        assert_ok(shown_write(cases[i].words, cases[i].image, &content));
        assert_ok(shown_read(buf_str(&content), &words, &image));
        assert_str(words, cases[i].words);
        assert_str(image, cases[i].image);
    }
}

static void an_image_alone_is_as_it_was(void **state)
{
    (void)state;
    BUF(content, 100);
    assert_ok(shown_write((struct str){NULL, 0}, STR("\xff\xd8 image"), &content));
    assert_buf(content, "\xff\xd8 image");
}

static void lies(void **state)
{
    (void)state;
    static const struct str bad[] = {
        {"LBXP", 4},
        {"LBXP\x01\0\0\0", 8},
        {"LBXP\x02\0\0\0\0", 9},
        {"LBXP\x01\0\0\0\x03xy", 11},
        {"LBXP\x01\xff\xff\xff\xffxy", 11},
    };
    struct str words = STR("as before"), image = STR("this too");
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(shown_read(bad[i], &words, &image), ERR_BAD_INPUT);
    assert_str(words, STR("as before"));
    assert_str(image, STR("this too"));
    BUF(small, 10);
    assert_err(shown_write(STR("words"), STR("image"), &small), ERR_TOO_BIG);
}

UNIT_MAIN(NULL, cmocka_unit_test(reads_what_it_wrote),
          cmocka_unit_test(an_image_alone_is_as_it_was), cmocka_unit_test(lies))
