/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_data.h"

#include <stdint.h>
#include <string.h>

#include "core/limits.h"

static void end_buf(void *object)
{
    buf_free(object);
}

static int digit_of(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    return -1;
}

/* The six bits of a character of base64, or -1. */
static int bits_of(char byte)
{
    if (byte >= 'A' && byte <= 'Z') return byte - 'A';
    if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
    if (byte >= '0' && byte <= '9') return byte - '0' + 52;
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

static bool is_white(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Where the base64 that begins here ends; its bytes. Percent signs stand for what an address may
 * not hold. */
static size_t decode(struct str html, size_t at, struct buf *bytes)
{
    uint32_t word = 0;
    unsigned held = 0;
    for (; at < html.len; at++) {
        char byte = html.at[at];
        if (byte == '%' && at + 2 < html.len && digit_of(html.at[at + 1]) >= 0 &&
            digit_of(html.at[at + 2]) >= 0) {
            byte = (char)(digit_of(html.at[at + 1]) << 4 | digit_of(html.at[at + 2]));
            at += 2;
        }
        if (is_white(byte) || byte == '=') continue;
        int bits = bits_of(byte);
        if (bits < 0) return at;
        word = word << 6 | (uint32_t)bits;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        buf_add_byte(bytes, (char)(word >> held & 0xff));
    }
    return at;
}

/* Where the content of "data:image/…;base64," begins, or STR_NONE for anything else. */
static size_t content_at(struct str html, size_t at)
{
    enum { HEAD_BYTES = 200 };
    struct str head = str_slice(html, at, at + HEAD_BYTES);
    if (!str_same(str_slice(head, 0, 11), STR("data:image/"))) return STR_NONE;
    size_t comma = str_find_byte(head, ',');
    if (comma == STR_NONE || comma < 7) return STR_NONE;
    bool is_base64 = str_same(str_slice(head, comma - 7, comma), STR(";base64"));
    return is_base64 ? at + comma + 1 : STR_NONE;
}

void data_take(struct str html, struct arena *arena, struct buf *ret_html,
               struct data_pictures *ret_pictures)
{
    struct data_pictures *pictures = ret_pictures;
    *pictures = (struct data_pictures){.count = 0};
    size_t from = 0;
    for (size_t at = 1; at < html.len; at++) {
        bool may_begin = (html.at[at] == 'd' || html.at[at] == 'D') && html.at[at - 1] != 0 &&
                         strchr("\"'(= \n\t", html.at[at - 1]);
        size_t content = may_begin ? content_at(html, at) : STR_NONE;
        if (content == STR_NONE) continue;
        struct buf *bytes = ARENA_ONE(arena, struct buf);
        *bytes = buf_new(LIMIT_DOCUMENT_BYTES);
        arena_on_end(arena, end_buf, bytes);
        buf_add(ret_html, str_slice(html, from, at));
        from = decode(html, content, bytes);
        at = from > at ? from : at;
        if (pictures->count == DATA_PICTURES_MAX)
            pictures->is_over = true;
        else if (bytes->len > 0)
            pictures->at[pictures->count++] = buf_str(bytes);
    }
    buf_add(ret_html, str_from_byte(html, from));
}
