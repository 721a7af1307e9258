/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/secretbox.h"

#include "tests/unit/unit.h"

static struct secret key, other_key;

static int make_keys(void **state)
{
    (void)state;
    assert_ok(crypt_init());
    secret_random(&key);
    secret_random(&other_key);
    return 0;
}

static enum err open_with(const struct secret *secret, enum box_label label, struct str binding,
                          struct str box)
{
    BUF_SECRET(content, 1000);
    enum err error = secretbox_open(secret, label, binding, box, &content);
    if (error != OK) assert_int_equal(content.len, 0);
    return error;
}

static void opens_with_secret_label_and_binding_only(void **state)
{
    (void)state;
    BUF(box, 1000);
    BUF_SECRET(content, 1000);
    assert_ok(secretbox_close(&key, BOX_LINK_SECRET, STR("account 7"), STR("twenty bytes"), &box));
    assert_int_equal(box.len, SECRETBOX_EXTRA_BYTES + 12);
    assert_ok(secretbox_open(&key, BOX_LINK_SECRET, STR("account 7"), buf_str(&box), &content));
    assert_buf(content, "twenty bytes");
    struct str bytes = buf_str(&box);
    assert_err(open_with(&other_key, BOX_LINK_SECRET, STR("account 7"), bytes), ERR_SEAL_BROKEN);
    assert_err(open_with(&key, BOX_SESSION_SECRET, STR("account 7"), bytes), ERR_SEAL_BROKEN);
    assert_err(open_with(&key, BOX_LINK_SECRET, STR("account 8"), bytes), ERR_SEAL_BROKEN);
    assert_err(open_with(&key, BOX_LINK_SECRET, (struct str){0}, bytes), ERR_SEAL_BROKEN);
}

static void every_changed_cut_or_added_byte_is_refused(void **state)
{
    (void)state;
    BUF(box, 1000);
    assert_ok(secretbox_close(&key, BOX_LINK_SECRET, STR("b"), STR("text"), &box));
    for (size_t i = 0; i < box.len; i++) {
        box.at[i] ^= 1;
        assert_err(open_with(&key, BOX_LINK_SECRET, STR("b"), buf_str(&box)), ERR_SEAL_BROKEN);
        box.at[i] ^= 1;
    }
    for (size_t len = 0; len < box.len; len++)
        assert_err(open_with(&key, BOX_LINK_SECRET, STR("b"), (struct str){box.at, len}),
                   ERR_SEAL_BROKEN);
    buf_add_byte(&box, 0);
    assert_err(open_with(&key, BOX_LINK_SECRET, STR("b"), buf_str(&box)), ERR_SEAL_BROKEN);
}

static void secrets_travel_whole(void **state)
{
    (void)state;
    BUF(box, 1000);
    SECRET(back);
    assert_ok(secretbox_close_secret(&key, BOX_SESSION_SECRET, STR("s"), &other_key, &box));
    assert_ok(secretbox_open_secret(&key, BOX_SESSION_SECRET, STR("s"), buf_str(&box), &back));
    assert_true(secret_equal(&back, &other_key));
    static const struct str wrong[] = {STR("31 bytes, which is one too few."),
                                       STR("33 bytes, which is one too much!!")};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        buf_clear(&box);
        assert_ok(secretbox_close(&key, BOX_SESSION_SECRET, STR("s"), wrong[i], &box));
        assert_err(secretbox_open_secret(&key, BOX_SESSION_SECRET, STR("s"), buf_str(&box), &back),
                   ERR_SEAL_BROKEN);
        assert_true(secret_equal(&back, &other_key));
    }
}

static void limits_and_failures(void **state)
{
    (void)state;
    BUF(box, 2 * SECRETBOX_MAX_BYTES);
    BUF(small, 10);
    BUF(big, 2 * SECRETBOX_MAX_BYTES);
    assert_non_null(buf_extend(&big, SECRETBOX_MAX_BYTES));
    assert_ok(secretbox_close(&key, BOX_LINK_SECRET, STR("b"), buf_str(&big), &box));
    buf_add_byte(&big, 0);
    buf_clear(&box);
    assert_err(secretbox_close(&key, BOX_LINK_SECRET, STR("b"), buf_str(&big), &box), ERR_TOO_BIG);
    assert_err(secretbox_close(&key, BOX_LINK_SECRET, STR("b"), STR("x"), &small), ERR_TOO_BIG);
    setenv("LETTERBOX_FAULT", "secretbox_close:fail", 1);
    assert_err(secretbox_close(&key, BOX_LINK_SECRET, STR("b"), STR("x"), &box), ERR_CRYPTO);
    unsetenv("LETTERBOX_FAULT");
    assert_int_equal(box.len, 0);
}

UNIT_MAIN(make_keys, cmocka_unit_test(opens_with_secret_label_and_binding_only),
          cmocka_unit_test(every_changed_cut_or_added_byte_is_refused),
          cmocka_unit_test(secrets_travel_whole), cmocka_unit_test(limits_and_failures))
