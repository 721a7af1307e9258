/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_PICTURE_H
#define LETTERBOX_SANITISE_PICTURE_H

#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "sanitise/letter.h"

/*
 * Is this image file nothing but a picture of this size? Decodes no pixel.
 *
 *   PNG    signature; IHDR with the size, 8 bits a sample, grey, colour or palette, no
 * transparency; then only PLTE, IDAT, IEND, each with a right check sum; nothing after IEND JPEG
 * SOI; segments APP0 "JFIF" of 16 bytes without a thumbnail, APP14 "Adobe" of 14 bytes, DQT, DHT,
 * DRI, SOF0 to SOF2 with the size and 1 or 3 components, SOS with its data; EOI last
 *
 * ERR_BAD_INPUT otherwise. Source: ISO/IEC 15948, ITU-T T.81 annex B.
 */
MUST_CHECK enum err picture_check(enum image_format format, struct str file, uint32_t width,
                                  uint32_t height);

#endif
