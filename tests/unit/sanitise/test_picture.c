/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "sanitise/picture.h"

static uint32_t crc(struct str bytes)
{
    uint32_t sum = ~0U;
    for (size_t i = 0; i < bytes.len; i++) {
        sum ^= (unsigned char)bytes.at[i];
        for (int bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320U ^ sum >> 1 : sum >> 1;
    }
    return ~sum;
}

static void add_chunk(struct buf *png, const char *type, struct str data)
{
    BUF(typed, 1024);
    buf_add_c(&typed, type);
    buf_add(&typed, data);
    buf_add_u32(png, (uint32_t)data.len);
    buf_add(png, buf_str(&typed));
    buf_add_u32(png, crc(buf_str(&typed)));
}

#define GREY_2X1 ((struct str){"\0\0\0\2\0\0\0\1\x08\0\0\0\0", 13})

/* A PNG with one chunk more, before or after its data. */
static void make_png(struct buf *png, struct str header, const char *before, const char *after)
{
    buf_add_c(png, "\x89PNG\r\n\x1a\n");
    add_chunk(png, "IHDR", header);
    if (before) add_chunk(png, before, STR("abc"));
    add_chunk(png, "IDAT", STR("data"));
    if (after) add_chunk(png, after, STR("abc"));
    add_chunk(png, "IEND", STR(""));
}

static void png_holds_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
        enum err expected;
    } cases[] = {{NULL, NULL, OK},
                 {"PLTE", NULL, OK},
                 {"tEXt", NULL, ERR_BAD_INPUT},
                 {NULL, "tEXt", ERR_BAD_INPUT},
                 {"eXIf", NULL, ERR_BAD_INPUT},
                 {"iCCP", NULL, ERR_BAD_INPUT},
                 {"tRNS", NULL, ERR_BAD_INPUT},
                 {"tIME", NULL, ERR_BAD_INPUT},
                 {"acTL", NULL, ERR_BAD_INPUT},
                 {NULL, "PLTE", ERR_BAD_INPUT}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(png, 4096);
        make_png(&png, GREY_2X1, cases[i].before, cases[i].after);
        assert_err(picture_check(IMAGE_PNG, buf_str(&png), 2, 1), cases[i].expected);
    }
}

static void png_is_what_it_says(void **state)
{
    (void)state;
    BUF(png, 4096);
    make_png(&png, GREY_2X1, NULL, NULL);
    assert_ok(picture_check(IMAGE_PNG, buf_str(&png), 2, 1));
    assert_err(picture_check(IMAGE_PNG, buf_str(&png), 1, 2), ERR_BAD_INPUT);
    assert_err(picture_check(IMAGE_PNG, buf_str(&png), 0, 0), ERR_BAD_INPUT);
    assert_err(picture_check(IMAGE_JPEG, buf_str(&png), 2, 1), ERR_BAD_INPUT);
    for (size_t len = 0; len < png.len; len++)
        assert_err(picture_check(IMAGE_PNG, str_slice(buf_str(&png), 0, len), 2, 1), ERR_BAD_INPUT);
    png.at[png.len - 20] ^= 1;
    assert_err(picture_check(IMAGE_PNG, buf_str(&png), 2, 1), ERR_BAD_INPUT);
    png.at[png.len - 20] ^= 1;
    buf_add_byte(&png, 'x');
    assert_err(picture_check(IMAGE_PNG, buf_str(&png), 2, 1), ERR_BAD_INPUT);
    static const struct str others[] = {{"\0\0\0\2\0\0\0\1\x08\4\0\0\0", 13}, /* grey and alpha */
                                        {"\0\0\0\2\0\0\0\1\x08\6\0\0\0", 13}, /* colour and alpha */
                                        {"\0\0\0\2\0\0\0\1\x10\2\0\0\0", 13}, /* 16 bits */
                                        {"\0\0\0\2\0\0\0\1\x08\0\1\0\0", 13}}; /* another packing */
    for (size_t i = 0; i < COUNT(others); i++) {
        buf_clear(&png);
        make_png(&png, others[i], NULL, NULL);
        assert_err(picture_check(IMAGE_PNG, buf_str(&png), 2, 1), ERR_BAD_INPUT);
    }
}

static void add_segment(struct buf *jpeg, unsigned char marker, struct str data)
{
    buf_add_byte(jpeg, (char)0xff);
    buf_add_byte(jpeg, (char)marker);
    buf_add_u16(jpeg, (uint16_t)(data.len + 2));
    buf_add(jpeg, data);
}

#define FRAME_2X1 ((struct str){"\x08\0\1\0\2\1\1\x11\0", 9})

static void make_jpeg(struct buf *jpeg, unsigned char marker, struct str extra)
{
    buf_add_bytes(jpeg, "\xff\xd8", 2);
    add_segment(jpeg, 0xe0, (struct str){"JFIF\0\1\1\0\0\1\0\1\0\0", 14});
    if (marker) add_segment(jpeg, marker, extra);
    add_segment(jpeg, 0xdb, STR("table"));
    add_segment(jpeg, 0xc0, FRAME_2X1);
    add_segment(jpeg, 0xc4, STR("codes"));
    add_segment(jpeg, 0xda, STR("\1\1\1\1\1\1"));
    buf_add_bytes(jpeg, "\x12\xff\x00\x34\xff\xd0\x56\xff\xd9", 9);
}

static void jpeg_holds_nothing_else(void **state)
{
    (void)state;
    static const struct {
        unsigned char marker;
        struct str data;
        enum err expected;
    } cases[] = {{0, {"", 0}, OK},
                 {0xdd, {"\0\4", 2}, OK},
                 {0xee, {"Adobe\0\0\0\0\0\0\1", 12}, OK},
                 {0xe1, {"Exif\0\0II", 8}, ERR_BAD_INPUT},
                 {0xe1, {"http://ns.adobe.com/xap/1.0/\0<x/>", 33}, ERR_BAD_INPUT},
                 {0xe2, {"ICC_PROFILE\0\1\1", 14}, ERR_BAD_INPUT},
                 {0xe2, {"MPF\0", 4}, ERR_BAD_INPUT},
                 {0xed, {"Photoshop 3.0\0", 14}, ERR_BAD_INPUT},
                 {0xfe, {"a comment", 9}, ERR_BAD_INPUT},
                 {0xe0, {"JFXX\0\x10thumbna", 14}, ERR_BAD_INPUT},
                 {0xee, {"Adobe and a good deal more", 26}, ERR_BAD_INPUT}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(jpeg, 4096);
        make_jpeg(&jpeg, cases[i].marker, cases[i].data);
        assert_err(picture_check(IMAGE_JPEG, buf_str(&jpeg), 2, 1), cases[i].expected);
    }
}

static void jpeg_is_what_it_says(void **state)
{
    (void)state;
    BUF(jpeg, 4096);
    make_jpeg(&jpeg, 0, STR(""));
    assert_ok(picture_check(IMAGE_JPEG, buf_str(&jpeg), 2, 1));
    assert_err(picture_check(IMAGE_JPEG, buf_str(&jpeg), 1, 2), ERR_BAD_INPUT);
    for (size_t len = 0; len < jpeg.len; len++)
        assert_err(picture_check(IMAGE_JPEG, str_slice(buf_str(&jpeg), 0, len), 2, 1),
                   ERR_BAD_INPUT);
    buf_add_c(&jpeg, "a film behind the picture");
    assert_err(picture_check(IMAGE_JPEG, buf_str(&jpeg), 2, 1), ERR_BAD_INPUT);
    buf_clear(&jpeg);
    make_jpeg(&jpeg, 0xc0, FRAME_2X1); /* two frames */
    assert_err(picture_check(IMAGE_JPEG, buf_str(&jpeg), 2, 1), ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(png_holds_nothing_else), cmocka_unit_test(png_is_what_it_says),
          cmocka_unit_test(jpeg_holds_nothing_else), cmocka_unit_test(jpeg_is_what_it_says))
