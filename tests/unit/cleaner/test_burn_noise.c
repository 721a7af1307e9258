/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/burn_noise.h"

#include "tests/unit/unit.h"

/* The module's own code, which no archive holds. */
#include "worker/cleaner/burn_noise.c"

enum { SIDE = 160 };

static void stays_between_black_and_white(void **state)
{
    (void)state;
    unsigned char seed[BURN_SEED_BYTES] = {1, 2, 3};
    unsigned char low = 255, high = 0;
    for (uint32_t y = 0; y < SIDE; y++)
        for (uint32_t x = 0; x < SIDE; x++) {
            unsigned char at = burn_noise(seed, 0, x, y, 0);
            if (at < low) low = at;
            if (at > high) high = at;
        }
    assert_in_range(low, DARKEST, DARKEST + SHADES / 4);
    assert_in_range(high, DARKEST + SHADES / 2, DARKEST + SHADES - 1);
}

static void is_soft(void **state)
{
    (void)state;
    unsigned char seed[BURN_SEED_BYTES] = {9};
    for (uint32_t y = 1; y < SIDE; y++)
        for (uint32_t x = 1; x < SIDE; x++) {
            int at = burn_noise(seed, 3, x, y, 1);
            assert_in_range(abs(at - burn_noise(seed, 3, x - 1, y, 1)), 0, 9);
            assert_in_range(abs(at - burn_noise(seed, 3, x, y - 1, 1)), 0, 9);
        }
}

/* Every byte of the seed, the box and the band make another picture. */
static void no_two_are_alike(void **state)
{
    (void)state;
    unsigned char seed[BURN_SEED_BYTES] = {0};
    for (int i = 0; i < BURN_SEED_BYTES + 2; i++) {
        unsigned char other[BURN_SEED_BYTES] = {0};
        if (i < BURN_SEED_BYTES) other[i] = 1;
        uint32_t box = i == BURN_SEED_BYTES, band = i == BURN_SEED_BYTES + 1;
        int same = 0;
        for (uint32_t at = 0; at < SIDE; at++)
            same += burn_noise(seed, 0, at * BURN_NOISE_CELL, 0, 0) ==
                    burn_noise(other, box, at * BURN_NOISE_CELL, 0, band);
        assert_in_range(same, 0, 10);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(stays_between_black_and_white), cmocka_unit_test(is_soft),
          cmocka_unit_test(no_two_are_alike))
