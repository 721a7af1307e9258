/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/lookalike.h"

#include <stddef.h>

/* In order of their points. */
static const struct look_alike {
    uint32_t point;
    const char *ascii;
} look_alikes[] = {
    /* Latin */
    {0xdf, "ss"},
    {0xe6, "ae"},
    {0xf0, "d"},
    {0xf8, "o"},
    {0xfe, "th"},
    {0x111, "d"},
    {0x127, "h"},
    {0x131, "i"},
    {0x142, "l"},
    {0x153, "oe"},
    {0x180, "b"},
    {0x1c0, "l"},
    {0x251, "a"},
    {0x261, "g"},
    {0x26a, "i"},
    {0x274, "n"},
    {0x280, "r"},
    {0x28f, "y"},
    {0x299, "b"},
    {0x29c, "h"},
    {0x29f, "l"},
    {0x1d00, "a"},
    {0x1d04, "c"},
    {0x1d05, "d"},
    {0x1d07, "e"},
    {0x1d0a, "j"},
    {0x1d0b, "k"},
    {0x1d0d, "m"},
    {0x1d0f, "o"},
    {0x1d18, "p"},
    {0x1d1b, "t"},
    {0x1d1c, "u"},
    {0x1d20, "v"},
    {0x1d21, "w"},
    {0x1d22, "z"},
    {0xa731, "s"},
    /* Greek */
    {0x3b1, "a"},
    {0x3b2, "b"},
    {0x3b5, "e"},
    {0x3b6, "z"},
    {0x3b7, "n"},
    {0x3b9, "i"},
    {0x3ba, "k"},
    {0x3bc, "m"},
    {0x3bd, "v"},
    {0x3bf, "o"},
    {0x3c1, "p"},
    {0x3c2, "s"},
    {0x3c3, "s"},
    {0x3c4, "t"},
    {0x3c5, "u"},
    {0x3c7, "x"},
    {0x3c9, "w"},
    {0x3f2, "c"},
    {0x3f3, "j"},
    /* Cyrillic */
    {0x430, "a"},
    {0x432, "b"},
    {0x435, "e"},
    {0x43a, "k"},
    {0x43c, "m"},
    {0x43d, "h"},
    {0x43e, "o"},
    {0x440, "p"},
    {0x441, "c"},
    {0x442, "t"},
    {0x443, "y"},
    {0x445, "x"},
    {0x44c, "b"},
    {0x455, "s"},
    {0x456, "i"},
    {0x458, "j"},
    {0x475, "v"},
    {0x4bb, "h"},
    {0x4cf, "l"},
    {0x501, "d"},
    {0x51b, "q"},
    {0x51d, "w"},
    /* Armenian, Cherokee and others met in disguises */
    {0x561, "w"},
    {0x566, "q"},
    {0x570, "h"},
    {0x575, "j"},
    {0x578, "n"},
    {0x57d, "u"},
    {0x581, "g"},
    {0x585, "o"},
    {0xab83, "s"},
};

const char *lookalike_ascii(uint32_t point)
{
    size_t low = 0, high = sizeof look_alikes / sizeof *look_alikes;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (look_alikes[middle].point == point) return look_alikes[middle].ascii;
        if (look_alikes[middle].point < point)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
