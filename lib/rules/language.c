/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/language.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct language languages[] = {
    {"en", "English"},    {"sq", "Albanian"},  {"am", "Amharic"},    {"ar", "Arabic"},
    {"bn", "Bengali"},    {"bg", "Bulgarian"}, {"zh", "Chinese"},    {"cs", "Czech"},
    {"fa", "Farsi"},      {"fr", "French"},    {"de", "German"},     {"el", "Greek"},
    {"gu", "Gujarati"},   {"hi", "Hindi"},     {"hu", "Hungarian"},  {"ga", "Irish"},
    {"it", "Italian"},    {"ku", "Kurdish"},   {"lv", "Latvian"},    {"lt", "Lithuanian"},
    {"ps", "Pashto"},     {"pl", "Polish"},    {"pt", "Portuguese"}, {"pa", "Punjabi"},
    {"rom", "Romani"},    {"ro", "Romanian"},  {"ru", "Russian"},    {"sk", "Slovak"},
    {"so", "Somali"},     {"es", "Spanish"},   {"sw", "Swahili"},    {"ta", "Tamil"},
    {"ti", "Tigrinya"},   {"tr", "Turkish"},   {"uk", "Ukrainian"},  {"ur", "Urdu"},
    {"vi", "Vietnamese"}, {"cy", "Welsh"},     {"yo", "Yoruba"}};

/* Other names that lists use. */
static const struct language also[] = {
    {"pa", "Panjabi"}, {"zh", "Mandarin"}, {"zh", "Cantonese"}, {"fa", "Persian"}};

const struct language *language_at(size_t number)
{
    return number < COUNT(languages) ? &languages[number] : NULL;
}

struct str language_name(struct str code)
{
    for (size_t i = 0; i < COUNT(languages); i++)
        if (str_equal(code, str_from(languages[i].code))) return str_from(languages[i].name);
    return STR("");
}

static bool find_in(const struct language *list, size_t count, struct str word, struct str code,
                    struct str *ret_code)
{
    for (size_t i = 0; i < count; i++)
        if (str_same(word, str_from(list[i].name)) || str_same(code, str_from(list[i].code))) {
            *ret_code = str_from(list[i].code);
            return true;
        }
    return false;
}

bool language_find(struct str word, struct str *ret_code)
{
    struct str code = word.len == 5 && word.at[2] == '-' ? str_slice(word, 0, 2) : word;
    return find_in(languages, COUNT(languages), word, code, ret_code) ||
           find_in(also, COUNT(also), word, code, ret_code);
}

bool language_is_code(struct str word)
{
    if (word.len < 2 || word.len > 3) return false;
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] < 'a' || word.at[i] > 'z') return false;
    return true;
}
