/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/num.h"

struct buf buf_new(size_t max_bytes)
{
    return (struct buf){.max = max_bytes};
}

struct buf buf_new_secret(size_t max_bytes)
{
    return (struct buf){.max = max_bytes, .secret = true};
}

void buf_free(struct buf *buf)
{
    if (buf->secret && buf->at) explicit_bzero(buf->at, buf->room);
    free(buf->at);
    *buf = (struct buf){.max = buf->max, .secret = buf->secret};
}

void buf_clear(struct buf *buf)
{
    if (buf->secret && buf->at) explicit_bzero(buf->at, buf->room);
    buf->len = 0;
    buf->over = false;
    if (buf->at) buf->at[0] = 0;
}

static void grow(struct buf *buf, size_t needed)
{
    size_t room = buf->room ? buf->room : 64;
    while (room < needed) room = room > SIZE_MAX / 2 ? needed : room * 2;
    char *at;
    if (buf->secret) {
        at = malloc(room);
        ASSERT(at != NULL);
        if (buf->at) {
            memcpy(at, buf->at, buf->len);
            explicit_bzero(buf->at, buf->room);
            free(buf->at);
        }
    } else {
        at = realloc(buf->at, room);
        ASSERT(at != NULL);
    }
    buf->at = at;
    buf->room = room;
}

char *buf_extend(struct buf *buf, size_t len)
{
    size_t total, with_end;
    if (buf->over || !num_add(buf->len, len, &total) || total > buf->max) {
        buf->over = true;
        return NULL;
    }
    ASSERT(num_add(total, 1, &with_end));
    if (with_end > buf->room) grow(buf, with_end);
    char *at = buf->at + buf->len;
    buf->len = total;
    buf->at[total] = 0;
    return at;
}

void buf_add_bytes(struct buf *buf, const void *bytes, size_t len)
{
    char *at = buf_extend(buf, len);
    if (at && len) memcpy(at, bytes, len);
}

void buf_add(struct buf *buf, struct str s)
{
    buf_add_bytes(buf, s.at, s.len);
}

void buf_add_c(struct buf *buf, const char *text)
{
    buf_add(buf, str_from(text));
}

void buf_add_byte(struct buf *buf, char byte)
{
    buf_add_bytes(buf, &byte, 1);
}

void buf_add_int(struct buf *buf, int64_t number)
{
    buf_print(buf, "%" PRId64, number);
}

static void add_big_endian(struct buf *buf, uint64_t number, unsigned bytes)
{
    for (unsigned i = bytes; i-- > 0;) buf_add_byte(buf, (char)(number >> (8 * i) & 0xff));
}

void buf_add_u16(struct buf *buf, uint16_t number)
{
    add_big_endian(buf, number, 2);
}

void buf_add_u32(struct buf *buf, uint32_t number)
{
    add_big_endian(buf, number, 4);
}

void buf_add_u64(struct buf *buf, uint64_t number)
{
    add_big_endian(buf, number, 8);
}

void buf_print(struct buf *buf, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0);
    char *at = buf_extend(buf, (size_t)length);
    if (at) vsnprintf(at, (size_t)length + 1, format, again);
    va_end(again);
}

enum err buf_done(const struct buf *buf)
{
    return buf->over ? ERR_TOO_BIG : OK;
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){buf->at, buf->len};
}
