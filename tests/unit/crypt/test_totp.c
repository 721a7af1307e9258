/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/totp.h"

#include "tests/unit/unit.h"

#define SEED20 "12345678901234567890"
#define SEED32 SEED20 "123456789012"
#define SEED64 SEED20 SEED20 SEED20 "1234"

static struct utc at(int64_t second)
{
    return (struct utc){second * UTC_SECOND_US};
}

/* The table of RFC 6238, appendix B. */
static void the_vectors_of_rfc_6238(void **state)
{
    (void)state;
    static const struct {
        int64_t second;
        const char *sha1, *sha256, *sha512;
    } cases[] = {
        {59, "94287082", "46119246", "90693936"},
        {1111111109, "07081804", "68084774", "25091201"},
        {1111111111, "14050471", "67062674", "99943326"},
        {1234567890, "89005924", "91819424", "93441116"},
        {2000000000, "69279037", "90698825", "38618901"},
        {20000000000, "65353130", "77737706", "47863826"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(one, 8);
        BUF(two, 8);
        BUF(three, 8);
        struct utc now = at(cases[i].second);
        assert_ok(totp_code((struct totp_kind){TOTP_SHA1, 8, 30}, STR(SEED20), now, &one));
        assert_ok(totp_code((struct totp_kind){TOTP_SHA256, 8, 30}, STR(SEED32), now, &two));
        assert_ok(totp_code((struct totp_kind){TOTP_SHA512, 8, 30}, STR(SEED64), now, &three));
        assert_string_equal(one.at, cases[i].sha1);
        assert_string_equal(two.at, cases[i].sha256);
        assert_string_equal(three.at, cases[i].sha512);
    }
}

static void six_digits_are_the_last_six(void **state)
{
    (void)state;
    BUF(code, 8);
    assert_ok(totp_code(TOTP_OURS, STR(SEED20), at(1111111109), &code));
    assert_buf(code, "081804");
}

/* Step 1111111109 / 30 = 37037036; its code is 081804. */
static void a_code_counts_for_its_step_and_one_to_either_side(void **state)
{
    (void)state;
    enum { STEP = 37037036 };
    static const struct {
        int64_t second, last_step;
        const char *typed;
        enum err expected;
    } cases[] = {
        {STEP * 30, 0, "081804", OK},
        {STEP * 30 + 29, 0, "081804", OK},
        {STEP * 30 + 30, 0, "081804", OK},
        {STEP * 30 + 59, 0, "081804", OK},
        {STEP * 30 - 30, 0, "081804", OK},
        {STEP * 30 + 60, 0, "081804", ERR_NO_MATCH},
        {STEP * 30 - 31, 0, "081804", ERR_NO_MATCH},
        {STEP * 30, STEP - 1, "081804", OK},
        {STEP * 30, STEP, "081804", ERR_NO_MATCH},
        {STEP * 30, STEP + 1, "081804", ERR_NO_MATCH},
        {STEP * 30, 0, "081 804", OK},
        {STEP * 30, 0, " 081804 ", OK},
        {STEP * 30, 0, "081805", ERR_NO_MATCH},
        {STEP * 30, 0, "81804", ERR_NO_MATCH},
        {STEP * 30, 0, "0818040", ERR_NO_MATCH},
        {STEP * 30, 0, "O81804", ERR_NO_MATCH},
        {STEP * 30, 0, "", ERR_NO_MATCH},
        {0, 0, "081804", ERR_NO_MATCH},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t step = -7;
        enum err error = totp_check(STR(SEED20), str_from(cases[i].typed), at(cases[i].second),
                                    cases[i].last_step, &step);
        if (error != cases[i].expected) fail_msg("case %zu: %s", i, err_info(error)->name);
        assert_int_equal(step, error == OK ? STEP : -7);
    }
}

static void a_code_works_once(void **state)
{
    (void)state;
    int64_t last = 0;
    assert_ok(totp_check(STR(SEED20), STR("081804"), at(1111111109), last, &last));
    assert_err(totp_check(STR(SEED20), STR("081804"), at(1111111109), last, &last), ERR_NO_MATCH);
    assert_ok(totp_check(STR(SEED20), STR("050471"), at(1111111111), last, &last));
    assert_err(totp_check(STR(SEED20), STR("081804"), at(1111111111), last, &last), ERR_NO_MATCH);
}

static void secrets_are_random(void **state)
{
    (void)state;
    unsigned char one[TOTP_SECRET_BYTES] = {0}, two[TOTP_SECRET_BYTES] = {0};
    totp_make(one);
    totp_make(two);
    assert_memory_not_equal(one, two, sizeof one);
}

static void the_secret_is_shown_as_base32(void **state)
{
    (void)state;
    BUF(text, 100);
    BUF(uri, 1000);
    assert_ok(totp_secret_text(STR(SEED20), &text));
    assert_buf(text, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_ok(totp_uri(STR(SEED20), STR("Post Desk"), STR("p\xc3\xa9ter@x:y"), &uri));
    assert_buf(uri, "otpauth://totp/Post%20Desk:p%C3%A9ter%40x%3Ay"
                    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Post%20Desk"
                    "&algorithm=SHA1&digits=6&period=30");
}

static void a_failing_library_is_an_error(void **state)
{
    (void)state;
    BUF(out, 1000);
    int64_t step = -7;
    setenv("LETTERBOX_FAULT", "totp_generate:fail,totp_base32:fail", 1);
    assert_err(totp_code(TOTP_OURS, STR(SEED20), at(59), &out), ERR_CRYPTO);
    assert_err(totp_check(STR(SEED20), STR("287082"), at(59), 0, &step), ERR_CRYPTO);
    assert_err(totp_secret_text(STR(SEED20), &out), ERR_CRYPTO);
    assert_err(totp_uri(STR(SEED20), STR("a"), STR("b"), &out), ERR_CRYPTO);
    unsetenv("LETTERBOX_FAULT");
    assert_int_equal(out.len, 0);
    assert_int_equal(step, -7);
}

UNIT_MAIN(NULL, cmocka_unit_test(the_vectors_of_rfc_6238),
          cmocka_unit_test(six_digits_are_the_last_six),
          cmocka_unit_test(a_code_counts_for_its_step_and_one_to_either_side),
          cmocka_unit_test(a_code_works_once), cmocka_unit_test(secrets_are_random),
          cmocka_unit_test(the_secret_is_shown_as_base32),
          cmocka_unit_test(a_failing_library_is_an_error))
