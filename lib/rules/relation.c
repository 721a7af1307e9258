/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/relation.h"

#include <stdbool.h>

static const struct {
    const char *said, *word;
} words[] = {
#define RELATION(said, word) {said, word},
#include "rules/relation.def"
#undef RELATION
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* "(half-)sister", "mother's": a whole word, with or without what stands beside it. */
static bool has_word(struct str text, struct str word)
{
    for (size_t at = 0; at + word.len <= text.len; at++) {
        bool begins = at == 0 || !is_letter(text.at[at - 1]);
        bool ends = at + word.len == text.len || !is_letter(text.at[at + word.len]);
        if (begins && ends && str_same(str_slice(text, at, at + word.len), word)) return true;
    }
    return false;
}

struct str relation_word(struct str text)
{
    struct str found = STR("other");
    bool is_mother = false, is_father = false;
    text = str_trim(text);
    if (text.len == 0) return STR("unknown");
    if (text.len > RELATION_TEXT_BYTES) return found;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str word = str_from(words[i].word);
        if (!has_word(text, str_from(words[i].said))) continue;
        if (str_equal(word, STR("mother")))
            is_mother = true;
        else if (str_equal(word, STR("father")))
            is_father = true;
        else
            return word;
    }
    if (is_mother && is_father) return STR("parents");
    return is_mother ? STR("mother") : is_father ? STR("father") : found;
}
