/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"

#include "tests/unit/unit.h"

static void hex(void **state)
{
    (void)state;
    static const struct {
        struct str bytes, text;
    } cases[] = {{STR(""), STR("")}, {STR("\x00\xff\x1a"), STR("00ff1a")}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 100);
        char back[8] = {0};
        code_hex_put(&text, cases[i].bytes.at, cases[i].bytes.len);
        assert_str(buf_str(&text), cases[i].text);
        assert_true(code_hex_get(cases[i].text, back, cases[i].bytes.len));
        assert_memory_equal(back, cases[i].bytes.at, cases[i].bytes.len);
    }
    static const struct str wrong[] = {STR("00FF1A"), STR("00ff1"),  STR("00ff1a0"), STR("00ff1g"),
                                       STR(""),       STR("00 f1a"), STR("00ff1a00")};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char back[8] = "before";
        assert_false(code_hex_get(wrong[i], back, 3));
        assert_string_equal(back, "before");
    }
}

/* RFC 4648 §10, and what differs between the alphabets. */
static void base64(void **state)
{
    (void)state;
    static const struct {
        struct str bytes, plain, url;
    } cases[] = {
        {STR(""), STR(""), STR("")},
        {STR("f"), STR("Zg=="), STR("Zg")},
        {STR("fo"), STR("Zm8="), STR("Zm8")},
        {STR("foo"), STR("Zm9v"), STR("Zm9v")},
        {STR("foob"), STR("Zm9vYg=="), STR("Zm9vYg")},
        {STR("fooba"), STR("Zm9vYmE="), STR("Zm9vYmE")},
        {STR("foobar"), STR("Zm9vYmFy"), STR("Zm9vYmFy")},
        {STR("\xfb\xff\xfe"), STR("+//+"), STR("-__-")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(plain, 100);
        BUF(url, 100);
        BUF(back, 100);
        char fixed[8] = {0};
        code_base64_put(&plain, cases[i].bytes.at, cases[i].bytes.len);
        code_base64url_put(&url, cases[i].bytes.at, cases[i].bytes.len);
        assert_str(buf_str(&plain), cases[i].plain);
        assert_str(buf_str(&url), cases[i].url);
        assert_true(code_base64_get(cases[i].plain, &back));
        assert_str(buf_str(&back), cases[i].bytes);
        assert_true(code_base64url_get(cases[i].url, fixed, cases[i].bytes.len));
        assert_memory_equal(fixed, cases[i].bytes.at, cases[i].bytes.len);
    }
    BUF(lines, 100);
    assert_true(code_base64_get(STR("Zm9v\r\n Ym\tFy\n"), &lines));
    assert_buf(lines, "foobar");
}

static void base64_refuses_what_is_not_written(void **state)
{
    (void)state;
    static const struct str plain[] = {
        STR("Zg"),   STR("Zg="),      STR("Zh=="),         STR("Zm9="),  STR("Z==="),  STR("===="),
        STR("=Zg="), STR("Zm9v-_=="), STR("Zm9vZg==Zg=="), STR("Zm9\0"), STR("Zm9v="),
    };
    static const struct str url[] = {STR("Zm8="), STR("Zm9"),  STR("Zm"),   STR("Zm8v"),
                                     STR("Z+8"),  STR("Zm8 "), STR("Zm8\0")};
    for (size_t i = 0; i < COUNT(plain); i++) {
        BUF(back, 100);
        assert_false(code_base64_get(plain[i], &back));
        assert_int_equal(back.len, 0);
    }
    for (size_t i = 0; i < COUNT(url); i++) {
        char back[8] = "before";
        assert_false(code_base64url_get(url[i], back, 2));
        assert_string_equal(back, "before");
    }
}

static void letters(void **state)
{
    (void)state;
    for (int i = 0; i < 32; i++) assert_int_equal(code_letter_value(CODE_LETTERS[i]), i);
    static const struct {
        char letter;
        int value;
    } cases[] = {{'a', 10}, {'z', 31}, {'i', 1},  {'I', 1},  {'l', 1},   {'L', 1},  {'o', 0},
                 {'O', 0},  {'u', -1}, {'U', -1}, {' ', -1}, {'\0', -1}, {'-', -1}, {'_', -1}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(code_letter_value(cases[i].letter), cases[i].value);
}

static void typed_codes(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *plain;
    } cases[] = {
        {"ABCDEFGHJKMN", "ABCDEFGHJKMN"},
        {"abcd-efgh-jkmn", "ABCDEFGHJKMN"},
        {" abcd efgh jkmn ", "ABCDEFGHJKMN"},
        {"OIL0-1234-5678", "011012345678"},
        {"ABCDEFGHJKM", NULL},
        {"ABCDEFGHJKMNP", NULL},
        {"ABCDEFGHJKMU", NULL},
        {"", NULL},
        {"ABCD_EFGH_JKMN", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char plain[13] = "before";
        assert_int_equal(code_letters_get(str_from(cases[i].typed), 12, plain),
                         cases[i].plain != NULL);
        if (cases[i].plain)
            assert_memory_equal(plain, cases[i].plain, 12);
        else
            assert_string_equal(plain, "before");
    }
}

static void ids(void **state)
{
    (void)state;
    static const struct {
        int64_t id;
        const char *text, *reference;
    } cases[] = {
        {1, "000000000001", "0000-0000-0001"},
        {31, "00000000000z", "0000-0000-000Z"},
        {32, "000000000010", "0000-0000-0010"},
        {(INT64_C(1) << 60) - 1, "zzzzzzzzzzzz", "ZZZZ-ZZZZ-ZZZZ"},
        {INT64_C(1) << 59, "g00000000000", "G000-0000-0000"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 20);
        BUF(reference, 20);
        int64_t back = 0;
        code_id_put(&text, cases[i].id);
        code_reference_put(&reference, cases[i].id);
        assert_str(buf_str(&text), str_from(cases[i].text));
        assert_str(buf_str(&reference), str_from(cases[i].reference));
        assert_true(code_id_get(buf_str(&text), &back));
        assert_int_equal(back, cases[i].id);
        assert_true(code_id_get(buf_str(&reference), &back));
        assert_int_equal(back, cases[i].id);
    }
    static const char *const wrong[] = {
        "000000000000", "", "1", "00000000000", "0000000000001", "00000000000u", "../../etc/pa"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        int64_t back = 77;
        assert_false(code_id_get(str_from(wrong[i]), &back));
        assert_int_equal(back, 77);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(hex), cmocka_unit_test(base64),
          cmocka_unit_test(base64_refuses_what_is_not_written), cmocka_unit_test(letters),
          cmocka_unit_test(typed_codes), cmocka_unit_test(ids))
