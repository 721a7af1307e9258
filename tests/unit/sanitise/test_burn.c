/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/burn.h"

#include "tests/unit/unit.h"

/* The burning itself, in its sandbox, is tests/flow/render.mjs. */

enum { SEED = 's' };

static void begin(struct buf *request, char version, uint32_t boxes)
{
    buf_clear(request);
    buf_add_bytes(request, "LBXB", 4);
    buf_add_byte(request, version);
    for (int i = 0; i < BURN_SEED_BYTES; i++) buf_add_byte(request, SEED);
    buf_add_u32(request, boxes);
}

static void requests_read_back(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct burn_request read;
    BUF(request, 1000);
    begin(&request, 2, 2);
    for (uint32_t i = 1; i <= 8; i++) {
        buf_add_u32(&request, i * 0x01020304);
        if (i == 4) buf_add_byte(&request, BURN_PAPER);
        if (i == 8) buf_add_byte(&request, BURN_NOISE);
    }
    buf_add_c(&request, "image");
    assert_ok(burn_read(buf_str(&request), arena, &read));
    assert_int_equal(read.count, 2);
    assert_int_equal(read.seed[0], SEED);
    assert_int_equal(read.seed[BURN_SEED_BYTES - 1], SEED);
    assert_int_equal(read.boxes[0].x, 0x01020304);
    assert_int_equal(read.boxes[0].height, 0x04080c10);
    assert_int_equal(read.boxes[0].style, BURN_PAPER);
    assert_int_equal(read.boxes[1].width, 7 * 0x01020304);
    assert_int_equal(read.boxes[1].style, BURN_NOISE);
    assert_str(read.image, STR("image"));
}

static void requests_that_lie(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct burn_request read = {.count = 7, .image = STR("as before")};
    BUF(request, 1000);
    begin(&request, 2, 2);
    for (int i = 0; i < BURN_BOX_BYTES * 2 - 1; i++) buf_add_byte(&request, 0); /* one short */
    struct str whole = buf_str(&request);
    for (size_t len = 0; len <= whole.len; len++)
        assert_err(burn_read(str_slice(whole, 0, len), arena, &read), ERR_BAD_INPUT);
    begin(&request, 1, 0);
    assert_err(burn_read(buf_str(&request), arena, &read), ERR_BAD_INPUT);
    begin(&request, 2, UINT32_MAX);
    assert_err(burn_read(buf_str(&request), arena, &read), ERR_BAD_INPUT);
    begin(&request, 2, 1);
    for (int i = 0; i < BURN_BOX_BYTES; i++) buf_add_byte(&request, BURN_STYLES);
    assert_err(burn_read(buf_str(&request), arena, &read), ERR_BAD_INPUT);
    assert_int_equal(read.count, 7);
    assert_str(read.image, STR("as before"));
}

/* Refused before a sandbox is started: there is none here. */
static void boxes_outside_the_page(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct part page = {.kind = PART_PAGE, .width = 100, .height = 50, .image = STR("x")}, burnt;
    static const struct burn_box bad[] = {
        {0, 0, 0, 10, BURN_BLACK}, {0, 0, 10, 0, BURN_BLACK},         {100, 0, 1, 1, BURN_BLACK},
        {0, 50, 1, 1, BURN_BLACK}, {UINT32_MAX, 0, 1, 1, BURN_BLACK}, {0, 0, 1, 1, BURN_STYLES}};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(burn_page(NULL, NULL, &page, &bad[i], 1, arena, &burnt), ERR_BAD_INPUT);
    assert_err(burn_page(NULL, NULL, &page, bad, BURN_BOXES + 1, arena, &burnt), ERR_BAD_INPUT);
    page.kind = PART_TEXT;
    assert_err(burn_page(NULL, NULL, &page, NULL, 0, arena, &burnt), ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(requests_read_back), cmocka_unit_test(requests_that_lie),
          cmocka_unit_test(boxes_outside_the_page))
