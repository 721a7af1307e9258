/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_base64.h"

#include <stdint.h>
#include <string.h>

enum { CHUNK_BYTES = 16 * 1024 };

/* The six bits of a character of base64, or -1. */
static int bits_of_base64(char byte)
{
    if (byte >= 'A' && byte <= 'Z') return byte - 'A';
    if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
    if (byte >= '0' && byte <= '9') return byte - '0' + 52;
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

void base64_end(GMimeStream *encoded, struct buf *decoded)
{
    char chunk[CHUNK_BYTES];
    uint32_t word = 0;
    unsigned held = 0; /* characters of a group of four that has not ended */
    ssize_t len;
    g_mime_stream_reset(encoded);
    while ((len = g_mime_stream_read(encoded, chunk, sizeof chunk)) > 0)
        for (ssize_t i = 0; i < len; i++) {
            int bits = bits_of_base64(chunk[i]);
            if (chunk[i] == '=') held = 0;
            if (bits < 0) continue;
            word = word << 6 | (uint32_t)bits;
            held = (held + 1) % 4;
        }
    g_mime_stream_reset(encoded);
    if (held == 2) buf_add_byte(decoded, (char)(word >> 4 & 0xff));
    if (held == 3) {
        buf_add_byte(decoded, (char)(word >> 10 & 0xff));
        buf_add_byte(decoded, (char)(word >> 2 & 0xff));
    }
}

/* The content of "=?set?B?content?=" that begins here: where it begins and ends, or false. */
static bool find_word(struct str text, size_t *ret_start, size_t *ret_end)
{
    size_t mark = str_find_byte(str_from_byte(text, 2), '?');
    if (!str_starts(text, STR("=?")) || mark == STR_NONE) return false;
    size_t start = 2 + mark + 3;
    struct str kind = str_slice(text, 2 + mark, start);
    if (!str_same(kind, STR("?b?"))) return false;
    size_t end = start;
    while (end < text.len && bits_of_base64(text.at[end]) >= 0) end++;
    *ret_start = start;
    *ret_end = end;
    return str_starts(str_from_byte(text, end), STR("?="));
}

void base64_pad_words(const char *value, struct buf *ret_value)
{
    struct str rest = str_from(value);
    size_t at;
    while ((at = str_find(rest, STR("=?"))) != STR_NONE) {
        size_t start, end;
        struct str word = str_from_byte(rest, at);
        if (!find_word(word, &start, &end)) {
            buf_add(ret_value, str_slice(rest, 0, at + 2));
            rest = str_from_byte(rest, at + 2);
            continue;
        }
        buf_add(ret_value, str_slice(rest, 0, at + end));
        for (size_t have = (end - start) % 4; have > 1 && have < 4; have++)
            buf_add_byte(ret_value, '=');
        rest = str_from_byte(rest, at + end);
    }
    buf_add(ret_value, rest);
}
