/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_DOCUMENT_ENCODE_H
#define LETTERBOX_CLEANER_DOCUMENT_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "sanitise/letter.h"

/* A page as drawn: rows of 32-bit pixels 0xXXRRGGBB, stride in pixels. */
struct canvas {
    const uint32_t *pixels;
    uint32_t width, height;
    size_t stride;
};

/*
 * As the smaller kind of file for its content, written plainly: pages of even colours as PNG (grey,
 * or up to 256 colours), others as JPEG. False when the encoder fails or the file is over the
 * buffer.
 */
bool encode_page(const struct canvas *canvas, struct buf *ret_file, enum image_format *ret_format);

#endif
