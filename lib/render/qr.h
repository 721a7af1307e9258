/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_QR_H
#define LETTERBOX_RENDER_QR_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * Text as a QR code (ISO/IEC 18004, error correction M) in a PNG: black on white, QR_DOT_PIXELS a
 * dot, four dots of white around it. ERR_TOO_BIG for text that no code holds.
 */
enum { QR_DOT_PIXELS = 6 };
MUST_CHECK enum err qr_png(struct str text, struct buf *ret_png);

#endif
