/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words.h"

#include "tests/unit/unit.h"

/* The reading itself, in its sandbox, is tests/flow/sanitise_words.mjs. */

static void requests_read_back(void **state)
{
    (void)state;
    ARENA(arena, 1000000);
    struct words_box boxes[] = {{1, 2, 3, 4}, {0xfffffffe, 6, 7, 8}};
    struct words_picture sent[] = {{STR("first"), boxes, 2}, {STR(""), NULL, 0}};
    struct words_picture *pictures;
    enum words_mode mode;
    size_t count;
    BUF(request, 1000);
    words_request_write(WORDS_SAMPLE, sent, 2, &request);
    assert_ok(words_request_read(buf_str(&request), arena, &mode, &pictures, &count));
    assert_int_equal(mode, WORDS_SAMPLE);
    assert_int_equal(count, 2);
    assert_str(pictures[0].image, STR("first"));
    assert_int_equal(pictures[0].box_count, 2);
    assert_int_equal(pictures[0].boxes[1].x, 0xfffffffe);
    assert_int_equal(pictures[0].boxes[1].height, 8);
    assert_str(pictures[1].image, STR(""));
}

static void requests_that_lie(void **state)
{
    (void)state;
    ARENA(arena, 10000000);
    struct words_box box = {1, 2, 3, 4};
    struct words_picture sent = {STR("image"), &box, 1};
    struct words_picture *pictures = NULL;
    enum words_mode mode = WORDS_PHOTO;
    size_t count = 7;
    BUF(request, 1000);
    words_request_write(WORDS_PAGE, &sent, 1, &request);
    struct str whole = buf_str(&request);
    for (size_t len = 0; len < whole.len; len++)
        assert_err(words_request_read(str_slice(whole, 0, len), arena, &mode, &pictures, &count),
                   ERR_BAD_INPUT);
    assert_int_equal(count, 7);
    buf_add_c(&request, "more");
    assert_err(words_request_read(buf_str(&request), arena, &mode, &pictures, &count),
               ERR_BAD_INPUT);
    static const char *const wrong[] = {"LBXW\x02", "LBXW\x01\x03", "LBXB\x01"};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_err(words_request_read(str_from(wrong[i]), arena, &mode, &pictures, &count),
                   ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(requests_read_back), cmocka_unit_test(requests_that_lie))
