/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_BASE64_H
#define LETTERBOX_CLEANER_MAIL_BASE64_H

#include <gmime/gmime.h>

#include "core/buf.h"

/*
 * Base64 that ends without its "=": GMime leaves out the last one or two bytes of it, which in a
 * letter are its last letters. Source: RFC 2045 §6.8, RFC 2047 §4.1.
 */

/* Adds those bytes of a whole stream of base64 to what was decoded of it. */
void base64_end(GMimeStream *encoded, struct buf *decoded);
/* A header's value with the "=" that its encoded words lack. */
void base64_pad_words(const char *value, struct buf *ret_value);

#endif
