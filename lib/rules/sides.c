/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/sides.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/buf.h"
#include "core/utf8.h"

/* ---- the plain form of a postal address ---- */

enum { WORDS = 400 };

struct piece {
    struct str text; /* folded: small letters and digits, no accents */
    size_t line;
    bool before_comma;
};

/* Folds to small letters and digits; words apart by one space, lines and commas by '\n'. */
static enum err fold(struct str text, struct buf *folded)
{
    bool gap = false, line = false;
    uint32_t point;
    while (utf8_next(&text, &point)) {
        utf8proc_int32_t points[18];
        int boundary = 0;
        utf8proc_ssize_t count =
            utf8proc_decompose_char((utf8proc_int32_t)point, points, 18,
                                    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                        UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                    &boundary);
        for (utf8proc_ssize_t i = 0; i < count && i < 18; i++) {
            utf8proc_category_t kind = utf8proc_category(points[i]);
            bool kept = (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
                        kind == UTF8PROC_CATEGORY_ND;
            if (kept) {
                if (folded->len > 0 && line)
                    buf_add_byte(folded, '\n');
                else if (folded->len > 0 && gap)
                    buf_add_byte(folded, ' ');
                gap = line = false;
                utf8_add(folded, (uint32_t)points[i]);
            } else if (points[i] == '\n' || points[i] == ',' || points[i] == '\r') {
                line = true;
            } else if (points[i] != '\'' && points[i] != 0x2019 && points[i] != '.') {
                gap = true; /* "St." and "St", "King's" and "Kings" are one */
            }
        }
    }
    return text.len > 0 ? ERR_BAD_UTF8 : buf_done(folded);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* "ls57" and "3dw" as British postcodes have their halves. */
static bool outward(struct str s)
{
    if (s.len < 2 || s.len > 4 || !is_letter(s.at[0])) return false;
    size_t at = is_letter(s.at[1]) ? 2 : 1;
    if (at >= s.len || !is_digit(s.at[at])) return false;
    for (size_t i = at + 1; i < s.len; i++)
        if (!is_digit(s.at[i]) && !(i + 1 == s.len && is_letter(s.at[i]))) return false;
    return true;
}

static bool inward(struct str s)
{
    return s.len == 3 && is_digit(s.at[0]) && is_letter(s.at[1]) && is_letter(s.at[2]);
}

/* The last postcode among the words; the words that it takes. */
static bool postcode(const struct piece *pieces, size_t count, struct buf *ret_code, size_t *ret_at,
                     size_t *ret_words)
{
    for (size_t i = count; i-- > 0;) {
        struct str word = pieces[i].text, out = {0}, in = {0};
        size_t words = 1;
        if (inward(word) && i > 0 && outward(pieces[i - 1].text)) {
            out = pieces[i - 1].text, in = word, words = 2;
        } else if (word.len >= 5 && word.len <= 7) {
            out = str_slice(word, 0, word.len - 3), in = str_from_byte(word, word.len - 3);
            if (!outward(out) || !inward(in)) continue;
        } else {
            continue;
        }
        for (size_t k = 0; k < out.len + in.len; k++) {
            char c = k < out.len ? out.at[k] : in.at[k - out.len];
            buf_add_byte(ret_code, (char)(is_letter(c) ? c - 32 : c));
        }
        *ret_at = i + 1 - words;
        *ret_words = words;
        return true;
    }
    return false;
}

/* Kinds of street as people shorten them. */
static struct str written_out(struct str word)
{
    static const struct {
        const char *cut, *whole;
    } kinds[] = {
        {"rd", "road"},       {"st", "street"},    {"str", "street"},    {"ave", "avenue"},
        {"av", "avenue"},     {"ln", "lane"},      {"cl", "close"},      {"dr", "drive"},
        {"cres", "crescent"}, {"terr", "terrace"}, {"ct", "court"},      {"gdns", "gardens"},
        {"sq", "square"},     {"hse", "house"},    {"apt", "apartment"}, {"saint", "street"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_equal(word, str_from(kinds[i].cut))) return str_from(kinds[i].whole);
    return word;
}

/* "14", "14a": a house's number. */
static bool numbered(struct str word)
{
    if (word.len == 0 || !is_digit(word.at[0])) return false;
    for (size_t i = 0; i < word.len; i++)
        if (!is_digit(word.at[i]) && i + 1 < word.len) return false;
    return true;
}

static void with_postcode(const struct piece *pieces, size_t end, struct buf *plain)
{
    bool any = false;
    for (size_t i = 0; i < end; i++) {
        if (!numbered(pieces[i].text)) continue;
        buf_add_byte(plain, ' ');
        buf_add(plain, pieces[i].text);
        any = true;
    }
    if (any || end == 0) return;
    buf_add_byte(plain, ' ');
    for (size_t i = 0; i < end && pieces[i].line == pieces[0].line; i++)
        buf_add(plain, pieces[i].text);
}

enum err sides_address(struct str address, struct arena *arena, struct str *ret_plain)
{
    if (address.len > SIDES_ADDRESS_BYTES) return ERR_TOO_BIG;
    BUF(folded, SIDES_ADDRESS_BYTES * 8);
    TRY(fold(address, &folded));
    size_t room = 1, count = 0, line = 0;
    for (size_t i = 0; i < folded.len; i++) room += folded.at[i] == ' ' || folded.at[i] == '\n';
    if (room > WORDS) return ERR_TOO_BIG;
    struct piece *pieces = ARENA_MANY(arena, room, struct piece);
    struct str lines = buf_str(&folded), one;
    while (str_split(&lines, '\n', &one)) {
        struct str word;
        while (str_split(&one, ' ', &word)) {
            if (word.len == 0) continue;
            ASSERT(count < room);
            pieces[count++] = (struct piece){.text = word, .line = line};
        }
        line++;
    }
    if (count == 0) return ERR_BAD_INPUT;
    BUF(plain, SIDES_ADDRESS_BYTES * 8);
    size_t at = 0, words = 0;
    if (postcode(pieces, count, &plain, &at, &words))
        with_postcode(pieces, at, &plain);
    else
        for (size_t i = 0; i < count; i++) buf_add(&plain, written_out(pieces[i].text));
    TRY(buf_done(&plain));
    *ret_plain = arena_str(arena, buf_str(&plain));
    return OK;
}
