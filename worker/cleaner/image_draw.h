/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_IMAGE_DRAW_H
#define LETTERBOX_CLEANER_IMAGE_DRAW_H

#include <stdint.h>
#include <vips/vips.h>

#include "sanitise/kind.h"
#include "worker/cleaner/image_container.h"
#include "worker/cleaner/module.h"

/*
 * From a decoded picture to the one that goes on: upright, sRGB or grey of 8 bits, no transparency,
 * at most IMAGE_SIDE_MAX pixels a side, written without a byte beside the pixels and not more than
 * 1.1 times as large as it was. What cannot be drawn ends the job with a refusal.
 */

enum { IMAGE_SIDE_MAX = 4000 };

struct picture {
    struct job *job;
    struct container container; /* what lay beside it; what is taken away here is added */
    enum kind kind;             /* of the file */
    size_t original_bytes;      /* of the file, or of this page's share */
    enum part_kind part;
    uint64_t pixels; /* of the pages so far, against job->document_pixels */
};

/* Refuses what has too many pixels, before any is drawn. */
void image_measure(struct picture *picture, int64_t width, int64_t height);

/* Answers one page or photo; takes the image. */
void image_answer(struct picture *picture, VipsImage *image);

/* What was removed, and the warnings. */
void image_findings(const struct picture *picture);

#endif
