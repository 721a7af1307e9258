/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_CHARSET_H
#define LETTERBOX_CLEANER_MAIL_CHARSET_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/str.h"

/*
 * Bytes of a text part to UTF-8, as mail programs read them: what is labelled us-ascii or
 * iso-8859-1 is windows-1252, Chinese, Japanese and Korean labels mean the wider set that is really
 * used, and what has no label or an unknown one is UTF-8 if it is valid, else windows-1252. The
 * text comes out as answer_text_clean makes it, in normalization form C.
 */
struct decoding {
    bool was_unknown;  /* the label named no known set, and the bytes were not UTF-8 */
    bool was_replaced; /* some bytes meant nothing: U+FFFD stands for them */
};

/* The label may be empty. False when the text does not fit into the buffer. */
bool charset_decode(struct str bytes, struct str label, struct buf *ret_text,
                    struct decoding *ret_decoding);

#endif
