/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/shown.h"

enum { HEAD_BYTES = 9 };

static const struct str magic = {"LBXP\x01", 5};

enum err shown_write(struct str words, struct str image, struct buf *ret_content)
{
    if (words.len > UINT32_MAX) return ERR_TOO_BIG;
    if (words.len) {
        buf_add(ret_content, magic);
        buf_add_u32(ret_content, (uint32_t)words.len);
        buf_add(ret_content, words);
    }
    buf_add(ret_content, image);
    return buf_done(ret_content);
}

enum err shown_read(struct str content, struct str *ret_words, struct str *ret_image)
{
    if (!str_starts(content, str_slice(magic, 0, 4))) {
        *ret_words = (struct str){NULL, 0};
        *ret_image = content;
        return OK;
    }
    if (!str_starts(content, magic) || content.len < HEAD_BYTES) return ERR_BAD_INPUT;
    size_t len = 0;
    for (size_t i = magic.len; i < HEAD_BYTES; i++) len = len << 8 | (unsigned char)content.at[i];
    if (len > content.len - HEAD_BYTES) return ERR_BAD_INPUT;
    *ret_words = str_slice(content, HEAD_BYTES, HEAD_BYTES + len);
    *ret_image = str_from_byte(content, HEAD_BYTES + len);
    return OK;
}
