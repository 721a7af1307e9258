/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/burn.h"

#include "tests/unit/unit.h"

/* The burning itself, in its sandbox, is tests/flow/render.mjs. */

static void requests_read_back(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct burn_box *boxes;
    size_t count;
    struct str image;
    BUF(request, 1000);
    buf_add_bytes(&request, "LBXB\x01", 5);
    buf_add_u32(&request, 2);
    for (uint32_t i = 1; i <= 8; i++) buf_add_u32(&request, i * 0x01020304);
    buf_add_c(&request, "image");
    assert_ok(burn_read(buf_str(&request), arena, &boxes, &count, &image));
    assert_int_equal(count, 2);
    assert_int_equal(boxes[0].x, 0x01020304);
    assert_int_equal(boxes[0].height, 0x04080c10);
    assert_int_equal(boxes[1].width, 7 * 0x01020304);
    assert_str(image, STR("image"));
}

static void requests_that_lie(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct burn_box *boxes = NULL;
    size_t count = 7;
    struct str image = STR("as before");
    BUF(request, 1000);
    buf_add_bytes(&request, "LBXB\x01", 5);
    buf_add_u32(&request, 2);
    for (int i = 0; i < 7; i++) buf_add_u32(&request, 1); /* one number short */
    struct str whole = buf_str(&request);
    for (size_t len = 0; len <= whole.len; len++)
        assert_err(burn_read(str_slice(whole, 0, len), arena, &boxes, &count, &image),
                   ERR_BAD_INPUT);
    assert_err(burn_read(STR("LBXB\x02\0\0\0\0"), arena, &boxes, &count, &image), ERR_BAD_INPUT);
    assert_err(burn_read(STR("LBXB\x01\xff\xff\xff\xff"), arena, &boxes, &count, &image),
               ERR_BAD_INPUT);
    assert_int_equal(count, 7);
    assert_str(image, STR("as before"));
}

/* Refused before a sandbox is started: there is none here. */
static void boxes_outside_the_page(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct part page = {.kind = PART_PAGE, .width = 100, .height = 50, .image = STR("x")}, burnt;
    static const struct burn_box bad[] = {
        {0, 0, 0, 10}, {0, 0, 10, 0}, {100, 0, 1, 1}, {0, 50, 1, 1}, {UINT32_MAX, 0, 1, 1}};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_err(burn_page(NULL, &page, &bad[i], 1, arena, &burnt), ERR_BAD_INPUT);
    assert_err(burn_page(NULL, &page, bad, BURN_BOXES + 1, arena, &burnt), ERR_BAD_INPUT);
    page.kind = PART_TEXT;
    assert_err(burn_page(NULL, &page, NULL, 0, arena, &burnt), ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(requests_read_back), cmocka_unit_test(requests_that_lie),
          cmocka_unit_test(boxes_outside_the_page))
