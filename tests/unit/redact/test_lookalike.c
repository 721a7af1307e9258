/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/lookalike.h"

#include "tests/unit/unit.h"

static void letters(void **state)
{
    (void)state;
    static const struct {
        uint32_t point;
        const char *ascii; /* NULL: none */
    } cases[] = {
        {0xdf, "ss"},  {0xe6, "ae"}, {0x142, "l"}, {0x3bf, "o"},   {0x430, "a"},
        {0x441, "c"},  {0x51d, "w"}, {0x570, "h"}, {'a', NULL},    {0xab83, "s"},
        {0x431, NULL}, {0, NULL},    {0xe9, NULL}, {0x65e5, NULL}, {0x10ffff, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *ascii = lookalike_ascii(cases[i].point);
        assert_int_equal(ascii == NULL, cases[i].ascii == NULL);
        if (ascii != NULL) assert_string_equal(ascii, cases[i].ascii);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(letters))
