/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_BUF_H
#define LETTERBOX_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

/*
 * Bytes being built, with a maximum from birth. Adding past the maximum adds nothing and is
 * remembered: buf_done then answers ERR_TOO_BIG, so a chain of additions needs one check at its
 * end and nothing is ever cut. The owner ends it with buf_free (or BUF, which ends with the block).
 * There is always a NUL after the last byte, not counted.
 */
struct buf {
    char *at;
    size_t len, room, max;
    bool over;   /* something did not fit */
    bool secret; /* wiped when it moves and when it ends */
};

struct buf buf_new(size_t max_bytes);
struct buf buf_new_secret(size_t max_bytes);
void buf_free(struct buf *buf);
/* Empties it, forgets that it was over, keeps its memory. */
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, struct str s);
void buf_add_c(struct buf *buf, const char *text);
void buf_add_bytes(struct buf *buf, const void *bytes, size_t len);
void buf_add_byte(struct buf *buf, char byte);
void buf_add_int(struct buf *buf, int64_t number);
/* Big-endian fixed widths, for documented binary records. */
void buf_add_u16(struct buf *buf, uint16_t number);
void buf_add_u32(struct buf *buf, uint32_t number);
void buf_add_u64(struct buf *buf, uint64_t number);
__attribute__((format(printf, 2, 3))) void buf_print(struct buf *buf, const char *format, ...);
/* Room for len more bytes to be written by the caller (already counted), or NULL when over. */
char *buf_extend(struct buf *buf, size_t len);

/* ERR_TOO_BIG when anything did not fit. */
MUST_CHECK enum err buf_done(const struct buf *buf);
struct str buf_str(const struct buf *buf);

#define BUF(name, max_bytes) __attribute__((cleanup(buf_free))) struct buf name = buf_new(max_bytes)
#define BUF_SECRET(name, max_bytes) \
    __attribute__((cleanup(buf_free))) struct buf name = buf_new_secret(max_bytes)

#endif
