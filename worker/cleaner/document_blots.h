/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_DOCUMENT_BLOTS_H
#define LETTERBOX_CLEANER_DOCUMENT_BLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pixels that touch one another, also at a corner: its box (left and top within, right and bottom
 * behind it) and how many they are. */
struct blot {
    uint32_t left, top, right, bottom, pixels;
};

struct blots {
    struct blot *at; /* in the order of their upper ends */
    size_t count;
};

/* Of a map of one byte a pixel, 0 for none. False without memory; free with blots_free in either
 * case. */
bool blots_find(const uint8_t *map, uint32_t width, uint32_t height, struct blots *ret_blots);
void blots_free(struct blots *blots);

#endif
