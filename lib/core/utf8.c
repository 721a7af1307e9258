/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

bool utf8_next(struct str *rest, uint32_t *ret_point)
{
    if (rest->len == 0) return false;
    const unsigned char *at = (const unsigned char *)rest->at;
    uint32_t point = at[0];
    size_t length = 1;
    uint32_t least = 0;
    if (point >= 0x80) {
        if (point >= 0xc2 && point <= 0xdf) {
            length = 2, point &= 0x1f, least = 0x80;
        } else if (point >= 0xe0 && point <= 0xef) {
            length = 3, point &= 0x0f, least = 0x800;
        } else if (point >= 0xf0 && point <= 0xf4) {
            length = 4, point &= 0x07, least = 0x10000;
        } else {
            return false;
        }
        if (rest->len < length) return false;
        for (size_t i = 1; i < length; i++) {
            if ((at[i] & 0xc0) != 0x80) return false;
            point = point << 6 | (at[i] & 0x3fu);
        }
        if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    }
    *ret_point = point;
    *rest = str_from_byte(*rest, length);
    return true;
}

void utf8_add(struct buf *buf, uint32_t point)
{
    ASSERT(point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff));
    if (point < 0x80) {
        buf_add_byte(buf, (char)point);
        return;
    }
    unsigned tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    buf_add_byte(buf, (char)(lead[tail] | point >> (6 * tail)));
    while (tail-- > 0) buf_add_byte(buf, (char)(0x80 | (point >> (6 * tail) & 0x3f)));
}

/* The bytes of ASCII that the text begins with, or a few less. */
static size_t ascii_start(struct str text)
{
    size_t at = 0;
    for (uint64_t eight; at + sizeof eight <= text.len; at += sizeof eight) {
        memcpy(&eight, text.at + at, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0) break;
    }
    return at;
}

bool utf8_valid(struct str text)
{
    uint32_t point;
    do text = str_from_byte(text, ascii_start(text));
    while (utf8_next(&text, &point));
    return text.len == 0;
}

bool utf8_on_boundary(struct str text, size_t index)
{
    if (index >= text.len) return index == text.len;
    return ((unsigned char)text.at[index] & 0xc0) != 0x80;
}

size_t utf8_count(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}

static bool is_allowed(uint32_t point)
{
    if (point == '\n' || point == '\t') return true;
    return point >= 0x20 && point != 0x7f && !(point >= 0x80 && point <= 0x9f);
}

/* What utf8proc allocated, which may be a password. */
static void end_mapped(utf8proc_uint8_t **mapped)
{
    if (*mapped) explicit_bzero(*mapped, strlen((const char *)*mapped));
    free(*mapped);
}

enum err utf8_clean(struct str text, struct buf *ret_text)
{
    BUF_SECRET(lines, ret_text->max);
    uint32_t point;
    while (utf8_next(&text, &point)) {
        if (point == '\r') {
            if (text.len && text.at[0] == '\n') continue;
            point = '\n';
        }
        if (!is_allowed(point)) return ERR_BAD_UTF8;
        utf8_add(&lines, point);
    }
    if (text.len) return ERR_BAD_UTF8;
    TRY(buf_done(&lines));
    if (lines.len == 0) return OK;
    __attribute__((cleanup(end_mapped))) utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)lines.at, (utf8proc_ssize_t)lines.len, &mapped,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (length < 0) return ERR_BAD_UTF8;
    buf_add_bytes(ret_text, mapped, (size_t)length);
    return buf_done(ret_text);
}
