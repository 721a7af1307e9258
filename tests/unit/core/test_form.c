/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/limits.h"

/* The form as "name=value;" with the characters that stand between them left as they are. */
static void put_form(struct buf *out, const struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        buf_add(out, form->fields[i].name);
        buf_add_byte(out, '=');
        buf_add(out, form->fields[i].value);
        buf_add_byte(out, ';');
    }
}

static void what_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum err code;
        const char *fields;
    } cases[] = {
        {"", OK, ""},
        {"a=1&b=2", OK, "a=1;b=2;"},
        {"a=1&a=2&a=", OK, "a=1;a=2;a=;"},
        {"a", OK, "a=;"},
        {"=x", OK, "=x;"},
        {"&&a=1&", OK, "a=1;"},
        {"a=b=c", OK, "a=b=c;"},
        {"a=+b%20c%2B", OK, "a= b c+;"},
        {"a%3Db=%26", OK, "a=b=&;"},
        {"t=one%0D%0Atwo%0Dthree%0a", OK, "t=one\ntwo\nthree\n;"},
        {"t=Zo%C3%AB", OK, "t=Zo\303\253;"},
        {"t=Zoe%CC%88", OK, "t=Zo\303\253;"}, /* composed */
        {"t=%CD%84", OK, "t=\314\210\314\201;"},
        {"a=%", ERR_BAD_INPUT, NULL},
        {"a=%4", ERR_BAD_INPUT, NULL},
        {"a=%4g", ERR_BAD_INPUT, NULL},
        {"a=%%41", ERR_BAD_INPUT, NULL},
        {"%zz=1", ERR_BAD_INPUT, NULL},
        {"a=%00", ERR_BAD_UTF8, NULL},
        {"a=%C3", ERR_BAD_UTF8, NULL},
        {"a=%C0%AF", ERR_BAD_UTF8, NULL},
        {"a=%ED%A0%80", ERR_BAD_UTF8, NULL},
        {"a=%1B[2J", ERR_BAD_UTF8, NULL},
        {"a=\xff", ERR_BAD_UTF8, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ARENA(arena, 65536);
        struct form form = {0};
        enum err code = form_read(str_from(cases[i].body), 10, arena, &form);
        if (code != cases[i].code) fail_msg("%s: error %d", cases[i].body, (int)code);
        if (code != OK) {
            assert_null(form.fields);
            continue;
        }
        BUF(out, 1000);
        buf_add_c(&out, "");
        put_form(&out, &form);
        assert_int_equal(buf_done(&out), OK);
        if (!str_equal(buf_str(&out), str_from(cases[i].fields)))
            fail_msg("%s: %s", cases[i].body, out.at);
    }
}

static void ten_thousand_fields(void **state)
{
    (void)state;
    BUF(body, 100000);
    for (int i = 0; i < LIMIT_FORM_FIELDS; i++) buf_add_c(&body, "a=1&");
    ARENA(arena, 512 * 1024);
    struct form form;
    assert_int_equal(form_read(buf_str(&body), LIMIT_FORM_FIELDS, arena, &form), OK);
    assert_int_equal(form_count(&form, "a"), LIMIT_FORM_FIELDS);
    buf_add_c(&body, "b=1");
    assert_int_equal(form_read(buf_str(&body), LIMIT_FORM_FIELDS, arena, &form), ERR_TOO_BIG);
    for (int i = 0; i < 9000; i++) buf_add_c(&body, "&b=1");
    assert_int_equal(form_read(buf_str(&body), LIMIT_FORM_FIELDS, arena, &form), ERR_TOO_BIG);
    assert_false(arena_over(arena));
}

static void getters(void **state)
{
    (void)state;
    ARENA(arena, 65536);
    struct form form;
    assert_int_equal(form_read(STR("to=one&n=12&to=two&id=00000000000a&pass=+x+&bad=1x&to=three"),
                               20, arena, &form),
                     OK);
    assert_true(form_has(&form, "to"));
    assert_false(form_has(&form, "t"));
    assert_true(str_equal(form_get(&form, "to"), STR("one")));
    assert_int_equal(form_get(&form, "gone").len, 0);
    assert_true(str_equal(form_get(&form, "pass"), STR(" x ")));
    assert_true(str_equal(form_line(&form, "pass"), STR("x")));
    assert_int_equal(form_count(&form, "to"), 3);
    size_t at = 0;
    struct str value;
    const char *expected[] = {"one", "two", "three"};
    for (int i = 0; i < 3; i++) {
        assert_true(form_next(&form, "to", &at, &value));
        assert_true(str_equal(value, str_from(expected[i])));
    }
    assert_false(form_next(&form, "to", &at, &value));
    int64_t number = 0;
    assert_true(form_int(&form, "n", 1, 12, &number));
    assert_int_equal(number, 12);
    assert_false(form_int(&form, "n", 1, 11, &number));
    assert_false(form_int(&form, "bad", 1, 11, &number));
    assert_false(form_int(&form, "gone", 0, 11, &number));
    assert_true(form_id(&form, "id", &number));
    assert_int_equal(number, 10);
    assert_false(form_id(&form, "to", &number));
    assert_int_equal(form_read(STR("id=00000000000b&id=nothing&id=00000000000a"), 20, arena, &form),
                     OK);
    assert_true(form_has_id(&form, "id", 10) && form_has_id(&form, "id", 11));
    assert_false(form_has_id(&form, "id", 12) || form_has_id(&form, "other", 10));
}

static void parts_are_cleaned(void **state)
{
    (void)state;
    ARENA(arena, 65536);
    struct form form = form_new(arena, 2);
    assert_int_equal(form_add(&form, STR("text"), STR("a+b%41\r\nc"), arena), OK);
    assert_true(str_equal(form_get(&form, "text"), STR("a+b%41\nc")));
    assert_int_equal(form_add(&form, STR("text"), STR("\xff"), arena), ERR_BAD_UTF8);
    assert_int_equal(form_add(&form, STR("b"), STR(""), arena), OK);
    assert_int_equal(form_add(&form, STR("c"), STR(""), arena), ERR_TOO_BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read),
        cmocka_unit_test(ten_thousand_fields),
        cmocka_unit_test(getters),
        cmocka_unit_test(parts_are_cleaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
