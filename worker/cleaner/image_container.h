/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_IMAGE_CONTAINER_H
#define LETTERBOX_CLEANER_IMAGE_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/str.h"
#include "sanitise/letter.h"

/*
 * The wrapping of a picture's file: what lies beside the picture, and the picture without it.
 *
 * The image library is given only what is needed to draw: of a JPEG tables, frame, scans, JFIF and
 * Adobe markers and the colour profile; of a PNG the critical chunks, transparency, gamma and the
 * profile. Damaged Exif so never reaches a parser, and the orientation is read here.
 * Of the other kinds it tells what lies beside the pictures; the libraries read the whole file.
 *
 * Sources: ITU-T T.81, ISO/IEC 15948, TIFF 6.0, Exif 2.32, the WebP container, GIF89a, ISO/IEC
 * 14496-12 (boxes of HEIC), the head of a Windows bitmap.
 */
struct container {
    bool has[REMOVED_COUNT]; /* what lies beside the picture */
    unsigned orientation;    /* 1 to 8, of Exif; 1 when it says nothing */
    unsigned quality;        /* JPEG: 1 to 100 as the tables look; 0 unknown */
    bool is_damaged; /* the structure could not be followed: the bare file is the original */
};

/* The file without what lies beside the picture goes to the buffer. */
struct container container_jpeg(struct str file, struct buf *ret_bare);
struct container container_png(struct str file, struct buf *ret_bare);

struct container container_tiff(struct str file);
struct container container_webp(struct str file);
struct container container_gif(struct str file);
struct container container_heic(struct str file);
/* The size that its head tells, 0 without one; damaged when rows are missing. */
struct container container_bmp(struct str file, int64_t *ret_width, int64_t *ret_height);

/* Exif data ("II", "MM", with or without its name before it): orientation, place, thumbnail. */
void container_exif(struct str bytes, struct container *container);

#endif
