/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/burn_noise.h"

enum { DARKEST = 64, SHADES = 128 };

/* SplitMix64's last step: each bit of the result depends on each of the input. */
static uint64_t mixed(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

/* The shade at a corner of a patch. */
static uint32_t shade(const unsigned char *seed, uint64_t box, uint64_t place, uint32_t band)
{
    uint64_t state = 0x9e3779b97f4a7c15U + band;
    for (int i = 0; i < BURN_SEED_BYTES; i += 8) {
        uint64_t word = 0;
        for (int k = 0; k < 8; k++) word = word << 8 | seed[i + k];
        state = mixed(state ^ word) + (i % 16 ? box : place) + 0x9e3779b97f4a7c15U;
    }
    return DARKEST + (uint32_t)(mixed(state) % SHADES);
}

unsigned char burn_noise(const unsigned char seed[BURN_SEED_BYTES], uint32_t box, uint32_t x,
                         uint32_t y, uint32_t band)
{
    const uint64_t column = x / BURN_NOISE_CELL, row = y / BURN_NOISE_CELL;
    const uint32_t right = x % BURN_NOISE_CELL, down = y % BURN_NOISE_CELL;
    uint32_t corner[2][2];
    for (uint64_t i = 0; i < 2; i++)
        for (uint64_t k = 0; k < 2; k++)
            corner[i][k] = shade(seed, box, (row + i) << 32 | (column + k), band);
    uint32_t above = corner[0][0] * (BURN_NOISE_CELL - right) + corner[0][1] * right;
    uint32_t below = corner[1][0] * (BURN_NOISE_CELL - right) + corner[1][1] * right;
    return (unsigned char)((above * (BURN_NOISE_CELL - down) + below * down) /
                           (BURN_NOISE_CELL * BURN_NOISE_CELL));
}
