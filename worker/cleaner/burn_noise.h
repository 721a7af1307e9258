/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_BURN_NOISE_H
#define LETTERBOX_CLEANER_BURN_NOISE_H

#include <stdint.h>

#include "sanitise/burn.h"

/*
 * What looks blurred: soft patches, an eighth of the box's shorter side wide, of one brightness and
 * a little colour each. It is reckoned from the random bytes, the box's number and size and the
 * place in it; there is no way for the pixels below to come in.
 */

enum { BURN_NOISE_PATCHES = 8, BURN_NOISE_CELL_MIN = 16 };

struct burn_noise {
    const unsigned char *seed; /* BURN_SEED_BYTES */
    uint32_t box, width, height;
    uint32_t bands; /* 1 or 3 bytes a pixel */
};

/* One row of the box: width × bands bytes. */
void burn_noise_row(const struct burn_noise *noise, uint32_t y, unsigned char *ret_row);

#endif
