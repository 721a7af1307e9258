/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_BURN_NOISE_H
#define LETTERBOX_CLEANER_BURN_NOISE_H

#include <stdint.h>

#include "sanitise/burn.h"

/*
 * One pixel of what looks blurred: soft patches of BURN_NOISE_CELL pixels. It is reckoned from the
 * random bytes and the place in the box; there is no way for the pixels below to come in.
 */

enum { BURN_NOISE_CELL = 16 };

unsigned char burn_noise(const unsigned char seed[BURN_SEED_BYTES], uint32_t box, uint32_t x,
                         uint32_t y, uint32_t band);

#endif
