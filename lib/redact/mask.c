/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/mask.h"

#include "core/utf8.h"

static const struct mask_wording default_wording = {{
#define CATEGORY(code, word, label, replacement) {replacement, sizeof replacement - 1},
#include "redact/category.def"
#undef CATEGORY
}};

const struct mask_wording *mask_wording_default(void)
{
    return &default_wording;
}

enum err mask_wording_check(const struct mask_wording *wording)
{
    for (size_t i = 0; i < MARK_CATEGORY_COUNT; i++) {
        struct str words = wording->by_category[i];
        if (words.len < 3 || words.len > 60 || !utf8_valid(words)) return ERR_BAD_INPUT;
        if (words.at[0] != '[' || words.at[words.len - 1] != ']') return ERR_BAD_INPUT;
        for (size_t k = 1; k + 1 < words.len; k++) {
            unsigned char byte = (unsigned char)words.at[k];
            if (byte < ' ' || byte == 0x7f || byte == '[' || byte == ']') return ERR_BAD_INPUT;
        }
    }
    return OK;
}

/* Nothing between two marks that tells anything. */
static bool empty_between(struct str between)
{
    for (size_t i = 0; i < between.len; i++) {
        unsigned char c = (unsigned char)between.at[i];
        bool tells = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                     (c >= 'a' && c <= 'z') || c == '!' || c == '?' || c == '[' || c == ']';
        if (tells) return false;
    }
    return true;
}

static bool paragraph_between(struct str between)
{
    size_t first = str_find_byte(between, '\n');
    return first != STR_NONE && str_find_byte(str_from_byte(between, first + 1), '\n') != STR_NONE;
}

enum err mask_apply(struct str text, const struct marks *marks, const struct mask_wording *wording,
                    struct buf *ret_text)
{
    TRY(marks_check(marks, text));
    size_t at = 0;
    for (size_t i = 0; i < marks->count; i++) {
        struct mark mark = marks->at[i];
        struct str between = str_slice(text, at, mark.start);
        bool one = i > 0 && marks->at[i - 1].category == mark.category && empty_between(between) &&
                   !paragraph_between(between);
        if (!one) {
            buf_add(ret_text, between);
            buf_add(ret_text, wording->by_category[mark.category]);
        }
        at = mark.end;
    }
    buf_add(ret_text, str_from_byte(text, at));
    return buf_done(ret_text);
}
