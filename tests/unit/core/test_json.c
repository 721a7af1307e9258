/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err code;
        const char *canonical;
    } cases[] = {
        {" {\"b\" : [1, 2.5, null], \"a\":\"\\u00e9\\/\"} ", OK,
         "{\"a\":\"\303\251/\",\"b\":[1,2.5,null]}"},
        {"\"x\"", OK, "\"x\""},
        {"0", OK, "0"},
        {"", ERR_BAD_JSON, NULL},
        {"{", ERR_BAD_JSON, NULL},
        {"{} {}", ERR_BAD_JSON, NULL},
        {"{\"a\":1,\"a\":2}", ERR_BAD_JSON, NULL},
        {"[1,]", ERR_BAD_JSON, NULL},
        {"[01]", ERR_BAD_JSON, NULL},
        {"[NaN]", ERR_BAD_JSON, NULL},
        {"{a:1}", ERR_BAD_JSON, NULL},
        {"[\"\\u0000\"]", ERR_BAD_JSON, NULL},
        {"[\"\\ud800\"]", ERR_BAD_JSON, NULL},
        {"[\"\xff\"]", ERR_BAD_JSON, NULL},
        {"[\"\xc0\xaf\"]", ERR_BAD_JSON, NULL},
        {"[9223372036854775808]", ERR_BAD_JSON, NULL},
        {"[9223372036854775807]", OK, "[9223372036854775807]"},
        {"[\"[[[[\\\"[[[[\"]", OK, "[\"[[[[\\\"[[[[\"]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        JSON value = NULL;
        assert_int_equal(json_read(str_from(cases[i].text), 1000, &value), cases[i].code);
        if (cases[i].code != OK) {
            assert_null(value);
            continue;
        }
        BUF(out, 1000);
        assert_int_equal(json_write(value, &out), OK);
        assert_string_equal(out.at, cases[i].canonical);
    }
}

static void depth_and_size(void **state)
{
    (void)state;
    for (size_t depth = JSON_DEPTH; depth <= JSON_DEPTH + 1; depth++) {
        BUF(text, 1000);
        for (size_t i = 0; i < depth; i++) buf_add_byte(&text, '[');
        for (size_t i = 0; i < depth; i++) buf_add_byte(&text, ']');
        JSON value = NULL;
        assert_int_equal(json_read(buf_str(&text), 1000, &value),
                         depth > JSON_DEPTH ? ERR_BAD_JSON : OK);
    }
    JSON value = NULL;
    assert_int_equal(json_read(STR("[1,2]"), 4, &value), ERR_TOO_BIG);
    assert_int_equal(json_read(STR("[1,2]"), 5, &value), OK);
    BUF(small, 4);
    assert_int_equal(json_write(value, &small), ERR_TOO_BIG);
}

static void getters_and_putters(void **state)
{
    (void)state;
    JSON object = json_object();
    json_put_str(object, "text", STR("Zo\303\253"));
    json_put_str(object, "bad",
                 STR("a\xff"
                     "b\xc3"));
    json_put_int(object, "number", -7);
    json_put_bool(object, "truth", true);
    json_put_id(object, "id", 1152921504606846975);
    json_put_code(object, "code", 1);
    json_put_reference(object, "reference", 1);
    json_put(object, "list", json_array());
    json_add(json_object_get(object, "list"), json_str(STR("")));

    assert_true(str_equal(json_get_str(object, "text"), STR("Zo\303\253")));
    assert_true(str_equal(json_get_str(object, "bad"), STR("a\357\277\275b\357\277\275")));
    assert_int_equal(json_get_str(object, "number").len, 0);
    assert_int_equal(json_get_str(object, "absent").len, 0);
    assert_int_equal(json_get_int(object, "number", -10, 10, 3), -7);
    assert_int_equal(json_get_int(object, "number", 0, 10, 3), 3);
    assert_int_equal(json_get_int(object, "text", 0, 10, 3), 3);
    assert_true(json_get_bool(object, "truth"));
    assert_false(json_get_bool(object, "number"));
    assert_int_equal(json_get_id(object, "id"), 1152921504606846975);
    assert_int_equal(json_get_id(object, "number"), 0);
    assert_int_equal(json_get_id(object, "text"), 0);
    assert_true(str_equal(json_get_str(object, "code"), STR("000000000001")));
    assert_true(str_equal(json_get_str(object, "reference"), STR("0000-0000-0001")));
    assert_int_equal(json_get_str(NULL, "text").len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read),
        cmocka_unit_test(depth_and_size),
        cmocka_unit_test(getters_and_putters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
