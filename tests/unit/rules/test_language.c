/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/language.h"

#include <string.h>

#include "tests/unit/unit.h"

static void names_and_codes_are_found(void **state)
{
    static const struct {
        const char *word, *code; /* NULL: not found */
    } cases[] = {{"English", "en"},   {"en", "en"},      {"EN-gb", "en"}, {"polish", "pl"},
                 {"SOMALI", "so"},    {"Panjabi", "pa"}, {"rom", "rom"},  {"Romanian", "ro"},
                 {"Cantonese", "zh"}, {"Klingon", NULL}, {"", NULL},      {"e", NULL},
                 {"und", NULL},       {"Engl", NULL},    {"xx-YY", NULL}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str code = STR("");
        bool is_found = language_find(str_from(cases[i].word), &code);
        assert_int_equal(is_found, cases[i].code != NULL);
        if (cases[i].code) assert_str(code, str_from(cases[i].code));
    }
}

static void each_listed_one_is_found_by_itself(void **state)
{
    const struct language *one, *before = NULL;
    size_t number = 0;
    (void)state;
    for (; (one = language_at(number)); number++, before = one) {
        struct str code;
        assert_true(language_is_code(str_from(one->code)));
        assert_true(language_find(str_from(one->name), &code));
        assert_str(code, str_from(one->code));
        assert_str(language_name(code), str_from(one->name));
        if (number > 1) assert_true(strcmp(before->name, one->name) < 0);
    }
    assert_true(number > 30);
    assert_str(str_from(language_at(0)->name), STR("English"));
    assert_str(language_name(STR("xx")), STR(""));
}

static void a_code_has_two_or_three_small_letters(void **state)
{
    (void)state;
    assert_true(language_is_code(STR("xx")) && language_is_code(STR("und")));
    assert_false(language_is_code(STR("")) || language_is_code(STR("e")) ||
                 language_is_code(STR("EN")) || language_is_code(STR("abcd")) ||
                 language_is_code(STR("e1")) || language_is_code(STR("other")));
}

UNIT_MAIN(NULL, cmocka_unit_test(names_and_codes_are_found),
          cmocka_unit_test(each_listed_one_is_found_by_itself),
          cmocka_unit_test(a_code_has_two_or_three_small_letters))
