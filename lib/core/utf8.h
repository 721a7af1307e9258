/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_UTF8_H
#define LETTERBOX_CORE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/* UTF-8 as RFC 3629 has it: no surrogates, nothing over U+10FFFF, shortest forms only. */

/* Takes one code point off the front of *rest; false at the end or on a byte that is not UTF-8. */
bool utf8_next(struct str *rest, uint32_t *ret_point);
/* Adds the point, which must be valid. */
void utf8_add(struct buf *buf, uint32_t point);
bool utf8_valid(struct str text);
/* Is this byte index the start of a code point, or the end of the text? */
bool utf8_on_boundary(struct str text, size_t index);
size_t utf8_count(struct str text);

/*
 * Text from people, as it may be kept: valid UTF-8, no NUL, no control character but newline and
 * tab, CR LF and CR made newlines, in Unicode normalization form C. ERR_BAD_UTF8 otherwise;
 * ERR_TOO_BIG past the maximum of the buffer.
 */
MUST_CHECK enum err utf8_clean(struct str text, struct buf *ret_text);

#endif
