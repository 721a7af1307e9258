/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/burn_noise.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

/* The module's own code, which no archive holds. */
#include "worker/cleaner/burn_noise.c"

enum { SIDE = 160, BANDS = 3, ROW = SIDE * BANDS };

static void draw(const unsigned char *seed, uint32_t box, unsigned char rows[SIDE][ROW])
{
    const struct burn_noise noise = {seed, box, SIDE, SIDE, BANDS};
    for (uint32_t y = 0; y < SIDE; y++) burn_noise_row(&noise, y, rows[y]);
}

static void is_no_hole_and_no_light(void **state)
{
    (void)state;
    static unsigned char rows[SIDE][ROW];
    unsigned char seed[BURN_SEED_BYTES] = {1, 2, 3}, low = 255, high = 0;
    draw(seed, 0, rows);
    for (size_t y = 0; y < SIDE; y++)
        for (size_t i = 0; i < ROW; i++) {
            if (rows[y][i] < low) low = rows[y][i];
            if (rows[y][i] > high) high = rows[y][i];
        }
    assert_in_range(low, DARKEST - TINTS, DARKEST + SHADES / 4);
    assert_in_range(high, DARKEST + SHADES / 2, DARKEST + SHADES + TINTS);
}

/* Neighbours are alike, and a pixel's bands are: nothing glares. */
static void is_soft(void **state)
{
    (void)state;
    static unsigned char rows[SIDE][ROW];
    unsigned char seed[BURN_SEED_BYTES] = {9};
    draw(seed, 3, rows);
    for (size_t y = 1; y < SIDE; y++)
        for (size_t i = BANDS; i < ROW; i++) {
            assert_in_range(abs(rows[y][i] - rows[y][i - BANDS]), 0, 9);
            assert_in_range(abs(rows[y][i] - rows[y - 1][i]), 0, 9);
            assert_in_range(abs(rows[y][i] - rows[y][i / BANDS * BANDS]), 0, TINTS + 2 * WARMTH);
        }
}

/* Every byte of the seed and the box's number make another picture. */
static void no_two_are_alike(void **state)
{
    (void)state;
    static unsigned char one[SIDE][ROW], other[SIDE][ROW];
    unsigned char seed[BURN_SEED_BYTES] = {0};
    draw(seed, 0, one);
    for (int i = 0; i <= BURN_SEED_BYTES; i++) {
        unsigned char changed[BURN_SEED_BYTES] = {0};
        if (i < BURN_SEED_BYTES) changed[i] = 1;
        draw(changed, i == BURN_SEED_BYTES, other);
        size_t same = 0;
        for (size_t y = 0; y < SIDE; y++)
            for (size_t k = 0; k < ROW; k++) same += one[y][k] == other[y][k];
        assert_in_range(same, 0, SIDE * ROW / 20);
    }
}

/* Patches grow with the box: seen from afar, it looks the same. */
static void is_as_coarse_as_the_box(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height, cell;
    } cases[] = {{1, 1, 16}, {100, 400, 16}, {400, 800, 50}, {65535, 65535, 8191}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct burn_noise noise = {.width = cases[i].width, .height = cases[i].height};
        assert_int_equal(cell_of(&noise), cases[i].cell);
    }
    static unsigned char row[65535];
    unsigned char seed[BURN_SEED_BYTES] = {5};
    burn_noise_row(&(struct burn_noise){seed, 0, 65535, 65535, 1}, 65534, row);
    for (size_t i = 1; i < sizeof row; i++) assert_in_range(abs(row[i] - row[i - 1]), 0, 1);
}

UNIT_MAIN(NULL, cmocka_unit_test(is_no_hole_and_no_light), cmocka_unit_test(is_soft),
          cmocka_unit_test(no_two_are_alike), cmocka_unit_test(is_as_coarse_as_the_box))
