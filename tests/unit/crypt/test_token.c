/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"

#include "tests/unit/unit.h"

#include "core/code.h"

static struct secret cookie, other;
static struct password_places places;

static int make_keys(void **state)
{
    (void)state;
    assert_ok(crypt_init());
    secret_random(&cookie);
    secret_random(&other);
    password_places_init(&places, 8, 200);
    return 0;
}

static void tokens_are_read_as_they_are_written(void **state)
{
    (void)state;
    BUF(text, 100);
    SECRET(back);
    token_put(&text, &cookie);
    assert_int_equal(text.len, TOKEN_LETTERS);
    assert_true(token_get(buf_str(&text), &back));
    assert_true(secret_equal(&back, &cookie));
    static const char *const wrong[] = {
        "",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A",
    };
    for (size_t i = 0; i < COUNT(wrong); i++) assert_false(token_get(str_from(wrong[i]), &back));
    assert_true(secret_equal(&back, &cookie));
}

static void a_session_gives_different_values(void **state)
{
    (void)state;
    SECRET(id);
    SECRET(csrf);
    SECRET(again);
    assert_ok(token_session_id(&cookie, &id));
    assert_ok(token_session_csrf(&cookie, &csrf));
    assert_ok(token_session_id(&cookie, &again));
    assert_true(secret_equal(&id, &again));
    assert_false(secret_equal(&id, &csrf));
    assert_false(secret_equal(&id, &cookie));
    assert_ok(token_session_id(&other, &again));
    assert_false(secret_equal(&id, &again));
}

static void a_session_opens_its_secret_with_its_cookie_only(void **state)
{
    (void)state;
    BUF(box, 1000);
    SECRET(back);
    assert_ok(token_session_close(&cookie, 7, &other, &box));
    assert_ok(token_session_open(&cookie, 7, buf_str(&box), &back));
    assert_true(secret_equal(&back, &other));
    assert_err(token_session_open(&cookie, 8, buf_str(&box), &back), ERR_SEAL_BROKEN);
    assert_err(token_session_open(&other, 7, buf_str(&box), &back), ERR_SEAL_BROKEN);
}

static void sign_in_codes(void **state)
{
    (void)state;
    char code[TOKEN_CODE_DIGITS + 1], back[TOKEN_CODE_DIGITS + 1] = "before";
    unsigned char one[KDF_MAC_BYTES], two[KDF_MAC_BYTES];
    bool seen[10] = {false};
    for (int i = 0; i < 100; i++) {
        token_code_make(code);
        assert_int_equal(strlen(code), 6);
        for (int d = 0; d < 6; d++) {
            assert_in_range(code[d], '0', '9');
            seen[code[d] - '0'] = true;
        }
    }
    for (int d = 0; d < 10; d++) assert_true(seen[d]);
    assert_ok(token_code_hash(&cookie, "012345", one));
    assert_ok(token_code_hash(&cookie, "012345", two));
    assert_memory_equal(one, two, sizeof one);
    assert_ok(token_code_hash(&cookie, "012346", two));
    assert_memory_not_equal(one, two, sizeof one);
    assert_ok(token_code_hash(&other, "012345", two));
    assert_memory_not_equal(one, two, sizeof one);

    static const struct {
        const char *typed, *code;
    } cases[] = {{"012345", "012345"}, {"012 345", "012345"}, {" 01-23 45 ", "012345"},
                 {"01234", NULL},      {"0123456", NULL},     {"O12345", NULL},
                 {"", NULL},           {"012.345", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        memcpy(back, "before", sizeof back);
        assert_int_equal(token_code_get(str_from(cases[i].typed), back), cases[i].code != NULL);
        assert_string_equal(back, cases[i].code ? cases[i].code : "before");
    }
}

static void joining_codes(void **state)
{
    (void)state;
    char code[TOKEN_JOIN_LETTERS + 1], plain[TOKEN_JOIN_LETTERS + 1] = {0};
    unsigned char one[KDF_MAC_BYTES], two[KDF_MAC_BYTES];
    bool seen[32] = {false};
    for (int i = 0; i < 200; i++) {
        token_join_make(code);
        assert_true(code_letters_get(str_from(code), TOKEN_JOIN_LETTERS, plain));
        assert_string_equal(code, plain);
        for (int l = 0; l < 12; l++) seen[code_letter_value(code[l])] = true;
    }
    for (int l = 0; l < 32; l++) assert_true(seen[l]);
    assert_ok(token_join_hash("ABCDEFGHJKMN", one));
    assert_ok(token_join_hash("ABCDEFGHJKMP", two));
    assert_memory_not_equal(one, two, sizeof one);
    assert_ok(token_join_email("ABCDEFGHJKMN", STR("jean@example.org"), one));
    assert_ok(token_join_email("ABCDEFGHJKMN", STR("jean@example.org"), two));
    assert_memory_equal(one, two, sizeof one);
    assert_ok(token_join_email("ABCDEFGHJKMP", STR("jean@example.org"), two));
    assert_memory_not_equal(one, two, sizeof one);
    assert_ok(token_join_email("ABCDEFGHJKMN", STR("joan@example.org"), two));
    assert_memory_not_equal(one, two, sizeof one);
    BUF(longer, 1000);
    for (int i = 0; i <= KDF_CONTEXT_MAX; i++) buf_add_byte(&longer, 'x');
    assert_err(token_join_email("ABCDEFGHJKMN", buf_str(&longer), one), ERR_TOO_BIG);
    longer.len--;
    assert_ok(token_join_email("ABCDEFGHJKMN", buf_str(&longer), one));
}

static void one_browser_at_two_links_is_not_told_to_be_one(void **state)
{
    (void)state;
    SECRET(one);
    SECRET(second);
    unsigned char first[KDF_MAC_BYTES], again[KDF_MAC_BYTES], elsewhere[KDF_MAC_BYTES];
    secret_random(&one);
    secret_random(&second);
    assert_ok(token_link_reader(&one, 7, first));
    assert_ok(token_link_reader(&one, 7, again));
    assert_memory_equal(first, again, sizeof first);
    assert_ok(token_link_reader(&one, 8, elsewhere));
    assert_memory_not_equal(first, elsewhere, sizeof first);
    assert_ok(token_link_reader(&second, 7, elsewhere));
    assert_memory_not_equal(first, elsewhere, sizeof first);
}

static void a_link_opens_with_token_and_pin_only(void **state)
{
    (void)state;
    struct token_link link = {5, {8, 1}, {1, 2, 3}};
    BUF(box, 1000);
    SECRET(token);
    SECRET(back);
    secret_random(&token);
    assert_ok(token_link_close(&places, &link, &token, "482913", &other, &box));
    assert_ok(token_link_open(&places, false, &link, &token, "482913", buf_str(&box), &back));
    assert_true(secret_equal(&back, &other));
    struct str bytes = buf_str(&box);
    assert_err(token_link_open(&places, true, &link, &token, "482914", bytes, &back), ERR_NO_MATCH);
    assert_err(token_link_open(&places, true, &link, &cookie, "482913", bytes, &back),
               ERR_NO_MATCH);
    struct token_link wrong = link;
    wrong.link_id = 6;
    assert_err(token_link_open(&places, true, &wrong, &token, "482913", bytes, &back),
               ERR_NO_MATCH);
    wrong = link;
    wrong.salt[0] = 9;
    assert_err(token_link_open(&places, true, &wrong, &token, "482913", bytes, &back),
               ERR_NO_MATCH);
    unsigned char hash[KDF_MAC_BYTES], again[KDF_MAC_BYTES];
    assert_ok(token_link_hash(&token, hash));
    assert_ok(token_link_hash(&cookie, again));
    assert_memory_not_equal(hash, again, sizeof hash);
}

static void look_up_values_differ_by_key_use_and_agency(void **state)
{
    (void)state;
    static const struct {
        bool other_key;
        enum mac_label use;
        int64_t agency;
        const char *value;
    } cases[] = {
        {false, MAC_LOOKUP_SENDER, 1, "jean@example.org"},
        {false, MAC_LOOKUP_SENDER, 1, "joan@example.org"},
        {false, MAC_LOOKUP_SENDER, 2, "jean@example.org"},
        {false, MAC_LOOKUP_SIGN_IN, 1, "jean@example.org"},
        {true, MAC_LOOKUP_SENDER, 1, "jean@example.org"},
        {false, MAC_LOOKUP_SENDER, 1, ""},
    };
    unsigned char values[COUNT(cases)][KDF_MAC_BYTES], again[KDF_MAC_BYTES];
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct secret *key = cases[i].other_key ? &other : &cookie;
        struct str value = str_from(cases[i].value);
        assert_ok(token_lookup(key, cases[i].use, cases[i].agency, value, values[i]));
        assert_ok(token_lookup(key, cases[i].use, cases[i].agency, value, again));
        assert_memory_equal(values[i], again, sizeof again);
        for (size_t j = 0; j < i; j++) assert_memory_not_equal(values[i], values[j], sizeof again);
    }
}

UNIT_MAIN(make_keys, cmocka_unit_test(tokens_are_read_as_they_are_written),
          cmocka_unit_test(a_session_gives_different_values),
          cmocka_unit_test(a_session_opens_its_secret_with_its_cookie_only),
          cmocka_unit_test(sign_in_codes), cmocka_unit_test(joining_codes),
          cmocka_unit_test(one_browser_at_two_links_is_not_told_to_be_one),
          cmocka_unit_test(a_link_opens_with_token_and_pin_only),
          cmocka_unit_test(look_up_values_differ_by_key_use_and_agency))
