/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/relation.h"

#include "tests/unit/unit.h"

static void words_of_records(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "unknown"},
        {"  ", "unknown"},
        {"grandmother", "grandparent"},
        {"Maternal Grandmother", "grandparent"},
        {"mother", "mother"},
        {"Mum", "mother"},
        {"birth mother's partner", "mother"},
        {"Mum and Dad", "parents"},
        {"birth parents", "parents"},
        {"father", "father"},
        {"grandfather", "grandparent"},
        {"great-aunt on the mother's side", "aunt_uncle"},
        {"half-sister", "sibling"},
        {"big brother", "sibling"},
        {"brotherly friend", "other"},
        {"foster mother", "other"},
        {"cousin", "other"},
        {"neighbour", "other"},
        {"Mère", "other"},
        {"mummé", "other"}, /* no whole word ends before a letter of another script */
        {"NAN", "grandparent"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_str(relation_word(str_from(cases[i][0])), str_from(cases[i][1]));
}

static void what_is_too_long_is_other(void **state)
{
    (void)state;
    char text[RELATION_TEXT_BYTES + 2];
    memset(text, 'x', sizeof text);
    memcpy(text, "mum ", 4);
    assert_str(relation_word((struct str){text, sizeof text}), STR("other"));
    assert_str(relation_word((struct str){text, RELATION_TEXT_BYTES}), STR("mother"));
}

UNIT_MAIN(NULL, cmocka_unit_test(words_of_records), cmocka_unit_test(what_is_too_long_is_other))
