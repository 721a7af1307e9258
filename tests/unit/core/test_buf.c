/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/buf.h"

#include "tests/unit/unit.h"

static void every_way_to_add(void **state)
{
    (void)state;
    BUF(buf, 1000);
    buf_add(&buf, STR("one "));
    buf_add_c(&buf, "two ");
    buf_add_c(&buf, NULL);
    buf_add_bytes(&buf, "three", 3);
    buf_add_byte(&buf, '!');
    buf_add_int(&buf, -9223372036854775807 - 1);
    buf_print(&buf, " %03d|%s", 7, "x");
    assert_ok(buf_done(&buf));
    assert_buf(buf, "one two thr!-9223372036854775808 007|x");
    assert_int_equal(buf.at[buf.len], 0);
    buf_clear(&buf);
    buf_add_u16(&buf, 0x0102);
    buf_add_u32(&buf, 0x03040506);
    buf_add_u64(&buf, 0x0708090a0b0c0d0e);
    assert_buf(buf, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e");
}

static void what_does_not_fit_is_remembered_and_not_cut(void **state)
{
    (void)state;
    BUF(buf, 5);
    buf_add_c(&buf, "four");
    buf_add_c(&buf, "five");
    assert_err(buf_done(&buf), ERR_TOO_BIG);
    assert_buf(buf, "four");
    buf_add_c(&buf, "x"); /* would fit, but the chain is broken */
    assert_buf(buf, "four");
    buf_print(&buf, "%s", "y");
    assert_null(buf_extend(&buf, 0));
    buf_clear(&buf);
    assert_ok(buf_done(&buf));
    buf_print(&buf, "%s", "12345");
    assert_ok(buf_done(&buf));
    buf_print(&buf, "%s", "");
    assert_ok(buf_done(&buf));
    buf_add_byte(&buf, '6');
    assert_err(buf_done(&buf), ERR_TOO_BIG);
    assert_buf(buf, "12345");
}

static void it_grows_to_its_maximum(void **state)
{
    (void)state;
    BUF(plain, 100000);
    BUF_SECRET(secret, 100000);
    for (int i = 0; i < 100000; i++) {
        buf_add_byte(&plain, (char)('a' + i % 26));
        buf_add_byte(&secret, (char)('a' + i % 26));
    }
    assert_ok(buf_done(&plain));
    assert_int_equal(plain.len, 100000);
    assert_str(buf_str(&plain), buf_str(&secret));
    buf_add_byte(&plain, 'x');
    assert_err(buf_done(&plain), ERR_TOO_BIG);
    BUF(huge, SIZE_MAX);
    buf_add_byte(&huge, 'x');
    assert_null(buf_extend(&huge, SIZE_MAX));
    assert_err(buf_done(&huge), ERR_TOO_BIG);
}

static void extending_counts_at_once(void **state)
{
    (void)state;
    BUF(buf, 10);
    char *at = buf_extend(&buf, 4);
    assert_non_null(at);
    memcpy(at, "abcd", 4);
    assert_buf(buf, "abcd");
}

static void clearing_a_secret_wipes_it(void **state)
{
    (void)state;
    BUF_SECRET(buf, 100);
    buf_add_c(&buf, "secret");
    buf_clear(&buf);
    for (size_t i = 0; i < buf.room; i++) assert_int_equal(buf.at[i], 0);
    assert_int_equal(buf.len, 0);
}

static void freed_it_is_empty_and_usable(void **state)
{
    (void)state;
    struct buf buf = buf_new_secret(10);
    buf_free(&buf);
    buf_add_c(&buf, "x");
    buf_free(&buf);
    assert_null(buf.at);
    assert_true(buf.secret);
    assert_int_equal(buf.max, 10);
    assert_int_equal(buf_str(&buf).len, 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(every_way_to_add),
          cmocka_unit_test(what_does_not_fit_is_remembered_and_not_cut),
          cmocka_unit_test(it_grows_to_its_maximum), cmocka_unit_test(extending_counts_at_once),
          cmocka_unit_test(clearing_a_secret_wipes_it),
          cmocka_unit_test(freed_it_is_empty_and_usable))
