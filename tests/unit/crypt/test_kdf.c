/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/kdf.h"

#include "tests/unit/unit.h"

#include "core/buf.h"
#include "core/code.h"

static const char *const labels[] = {
#define KDF(name, label) label,
#define MAC(name, label) label,
#define BOX(name, label) label,
#include "crypt/labels.def"
#undef KDF
#undef MAC
#undef BOX
};

static void labels_are_all_different(void **state)
{
    (void)state;
    size_t count = COUNT(labels);
    for (size_t i = 0; i < count; i++) {
        assert_true(str_starts(str_from(labels[i]), STR("letterbox/1/")));
        for (size_t j = i + 1; j < count; j++) assert_string_not_equal(labels[i], labels[j]);
    }
}

static void check_hex(const void *bytes, size_t len, const char *expected)
{
    BUF(hex, 1000);
    code_hex_put(&hex, bytes, len);
    assert_string_equal(hex.at, expected);
}

/* The RFC's own cases have no label of ours: these values were computed from its definition with
 * another implementation of HMAC (Python's hmac). */
static void derive_is_hkdf(void **state)
{
    (void)state;
    SECRET(key);
    for (unsigned char i = 0; i < SECRET_BYTES; i++) key.bytes[i] = i;
    static const struct {
        enum kdf_label label;
        const char *context;
        const char *expected;
    } cases[] = {
        {KDF_SESSION_ID, "", "f83f975d245a0113b6d871a1d890b31ada4314e3eeaf1b03cd7b86ab06cfa8ae"},
        {KDF_SEAL_STREAM, "context",
         "b12bd62b15f002508b60dd3de4a76d0f601fb3e951b82d60aa4c164f683ec3ef"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        SECRET(derived);
        assert_ok(kdf_derive(&key, cases[i].label, str_from(cases[i].context), &derived));
        check_hex(derived.bytes, sizeof derived.bytes, cases[i].expected);
    }
}

static void derive_two_needs_both_in_order(void **state)
{
    (void)state;
    SECRET(one);
    SECRET(two);
    SECRET(a);
    SECRET(b);
    SECRET(c);
    one.bytes[0] = 1;
    two.bytes[0] = 2;
    assert_ok(kdf_derive_two(&one, &two, KDF_PASSWORD_WRAP, (struct str){0}, &a));
    assert_ok(kdf_derive_two(&two, &one, KDF_PASSWORD_WRAP, (struct str){0}, &b));
    assert_ok(kdf_derive(&one, KDF_PASSWORD_WRAP, (struct str){0}, &c));
    assert_false(secret_equal(&a, &b));
    assert_false(secret_equal(&a, &c));
}

static void mac_is_hmac_over_label_and_value(void **state)
{
    (void)state;
    SECRET(key);
    for (unsigned char i = 0; i < SECRET_BYTES; i++) key.bytes[i] = i;
    unsigned char mac[KDF_MAC_BYTES], streamed[KDF_MAC_BYTES], other[KDF_MAC_BYTES];
    assert_ok(kdf_mac(&key, MAC_LOOKUP_SENDER, STR("jean@example.org"), mac));
    check_hex(mac, sizeof mac, "667eb7c5ff66c7a4a5537ae62e44c2c8309061cc5c524488cbf73eb410b87ae5");
    __attribute__((cleanup(kdf_mac_free))) struct kdf_mac_stream *stream = NULL;
    assert_ok(kdf_mac_open(&key, MAC_LOOKUP_SENDER, &stream));
    assert_ok(kdf_mac_add(stream, STR("jean@")));
    assert_ok(kdf_mac_add(stream, (struct str){0}));
    assert_ok(kdf_mac_add(stream, STR("example.org")));
    assert_ok(kdf_mac_finish(stream, streamed));
    assert_memory_equal(mac, streamed, sizeof mac);
    assert_ok(kdf_mac(&key, MAC_LOOKUP_PHONE, STR("jean@example.org"), other));
    assert_memory_not_equal(mac, other, sizeof mac);
}

static void sha256_vectors(void **state)
{
    (void)state;
    unsigned char digest[KDF_MAC_BYTES];
    assert_ok(kdf_sha256((struct str){0}, digest));
    check_hex(digest, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_ok(kdf_sha256(STR("abc"), digest));
    check_hex(digest, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_failing_library_is_an_error(void **state)
{
    (void)state;
    SECRET(key);
    SECRET(derived);
    unsigned char mac[KDF_MAC_BYTES];
    struct secret before = derived;
    setenv("LETTERBOX_FAULT", "crypt_derive:fail,crypt_mac:fail", 1);
    assert_err(kdf_derive(&key, KDF_SELF_TEST, (struct str){0}, &derived), ERR_CRYPTO);
    assert_true(secret_equal(&before, &derived));
    assert_err(kdf_mac(&key, MAC_SELF_TEST, STR("x"), mac), ERR_CRYPTO);
    assert_err(crypt_init(), ERR_CRYPTO);
    unsetenv("LETTERBOX_FAULT");
    assert_ok(crypt_init());
}

UNIT_MAIN(NULL, cmocka_unit_test(labels_are_all_different), cmocka_unit_test(derive_is_hkdf),
          cmocka_unit_test(derive_two_needs_both_in_order),
          cmocka_unit_test(mac_is_hmac_over_label_and_value), cmocka_unit_test(sha256_vectors),
          cmocka_unit_test(a_failing_library_is_an_error))
