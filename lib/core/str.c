/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/str.h"

#include <string.h>

struct str str_from(const char *text)
{
    return text ? (struct str){text, strlen(text)} : (struct str){NULL, 0};
}

bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_same(struct str a, struct str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

bool str_starts(struct str s, struct str start)
{
    return s.len >= start.len && str_equal(str_slice(s, 0, start.len), start);
}

bool str_ends(struct str s, struct str end)
{
    return s.len >= end.len && str_equal(str_from_byte(s, s.len - end.len), end);
}

int str_order(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.at, b.at, shorter) : 0;
    if (order != 0) return order;
    return (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.len && is_space(s.at[0])) s = str_from_byte(s, 1);
    while (s.len && is_space(s.at[s.len - 1])) s.len--;
    return s;
}

struct str str_from_byte(struct str s, size_t start)
{
    return str_slice(s, start, s.len);
}

struct str str_slice(struct str s, size_t start, size_t end)
{
    if (end > s.len) end = s.len;
    if (start >= end) return (struct str){s.at ? s.at + (start < s.len ? start : s.len) : NULL, 0};
    return (struct str){s.at + start, end - start};
}

size_t str_find(struct str s, struct str part)
{
    if (part.len == 0) return 0;
    if (s.len < part.len) return STR_NONE;
    const char *found = memmem(s.at, s.len, part.at, part.len);
    return found ? (size_t)(found - s.at) : STR_NONE;
}

size_t str_find_byte(struct str s, char byte)
{
    const char *found = s.len ? memchr(s.at, byte, s.len) : NULL;
    return found ? (size_t)(found - s.at) : STR_NONE;
}

bool str_split(struct str *rest, char separator, struct str *ret_piece)
{
    if (rest->at == NULL) return false;
    size_t at = str_find_byte(*rest, separator);
    if (at == STR_NONE) {
        *ret_piece = *rest;
        *rest = (struct str){NULL, 0};
        return true;
    }
    *ret_piece = str_slice(*rest, 0, at);
    *rest = (struct str){rest->at + at + 1, rest->len - at - 1};
    return true;
}
