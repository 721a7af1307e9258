/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/burn_noise.h"

/* No patch is as dark as a hole or as loud as paint: it may lie over a child's face. */
enum { DARKEST = 88, SHADES = 96, TINTS = 25, WARMTH = 8, BRIGHTNESS = 99 };

/* SplitMix64's last step: each bit of the result depends on each of the input. */
static uint64_t mixed(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

/* A number for a place; the brightness or the tint of one band. */
static uint64_t drawn(const struct burn_noise *noise, uint64_t place, uint32_t what)
{
    uint64_t state = 0x9e3779b97f4a7c15U + what;
    for (int i = 0; i < BURN_SEED_BYTES; i += 8) {
        uint64_t word = 0;
        for (int k = 0; k < 8; k++) word = word << 8 | noise->seed[i + k];
        state = mixed(state ^ word) + (i % 16 ? noise->box : place) + 0x9e3779b97f4a7c15U;
    }
    return mixed(state);
}

/* At a corner of a patch. */
static uint64_t corner(const struct burn_noise *noise, uint64_t column, uint64_t row, uint32_t band)
{
    const uint64_t place = row << 32 | column;
    uint64_t shade = DARKEST - TINTS / 2 + drawn(noise, place, BRIGHTNESS) % SHADES +
                     drawn(noise, place, band) % TINTS;
    if (noise->bands == 1 || band == 1) return shade;
    return band == 0 ? shade + WARMTH : shade - WARMTH;
}

static uint32_t cell_of(const struct burn_noise *noise)
{
    uint32_t side = noise->width < noise->height ? noise->width : noise->height;
    uint32_t cell = side / BURN_NOISE_PATCHES;
    return cell < BURN_NOISE_CELL_MIN ? BURN_NOISE_CELL_MIN : cell;
}

void burn_noise_row(const struct burn_noise *noise, uint32_t y, unsigned char *ret_row)
{
    const uint64_t cell = cell_of(noise), row = y / cell, down = y % cell;
    for (uint32_t band = 0; band < noise->bands; band++) {
        uint64_t left = 0, right = 0;
        for (uint32_t x = 0; x < noise->width; x++) {
            const uint64_t column = x / cell, along = x % cell;
            if (along == 0) {
                left = column ? right
                              : corner(noise, 0, row, band) * (cell - down) +
                                    corner(noise, 0, row + 1, band) * down;
                right = corner(noise, column + 1, row, band) * (cell - down) +
                        corner(noise, column + 1, row + 1, band) * down;
            }
            ret_row[(uint64_t)x * noise->bands + band] =
                (unsigned char)((left * (cell - along) + right * along) / (cell * cell));
        }
    }
}
