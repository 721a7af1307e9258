/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "redact/release.h"

#define SPAN(start, end, category)         \
    {                                      \
        start, end,                        \
        {                                  \
            category, sizeof(category) - 1 \
        }                                  \
    }

struct example {
    const char *released;
    struct release_span spans[3];
    size_t count;
};

static void spans_become_text(void **state)
{
    (void)state;
    static const char text[] = "Hi from Otley, Ann Smith\n> old\n-- \nsig";
    const struct example examples[] = {
        {text, {SPAN(0, 0, "")}, 0},
        {"Hi from [place removed], Ann [name removed]\n> old\n-- \nsig",
         {SPAN(19, 24, "name"), SPAN(8, 13, "place")},
         2},
        {"Hi from [place removed], Ann Smith\n",
         {SPAN(8, 13, "place"), SPAN(25, 31, "furniture"), SPAN(31, 38, "furniture")},
         3},
        {"Hi from Otley, Ann Smith\n-- \nsig", {SPAN(25, 31, "furniture")}, 1},
        /* a mark that reaches into what is cut */
        {"Hi from Otley, Ann [name removed]-- \nsig",
         {SPAN(24, 31, "furniture"), SPAN(19, 30, "name")},
         2},
        {"", {SPAN(0, 38, "furniture")}, 1},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        ARENA(arena, (size_t)1 << 20);
        BUF(out, 1000);
        assert_int_equal(release_text(str_from(text), examples[i].spans, examples[i].count,
                                      mask_wording_default(), arena, &out),
                         OK);
        assert_string_equal(out.at ? out.at : "", examples[i].released);
    }
}

static void bad_spans_are_refused(void **state)
{
    (void)state;
    const struct release_span bad[] = {
        SPAN(0, 0, "name"), SPAN(2, 1, "name"), SPAN(0, 9, "name"),
        SPAN(0, 1, "film"), SPAN(0, 2, "name"), SPAN(2, 4, "furniture"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ARENA(arena, (size_t)1 << 20);
        BUF(out, 1000);
        assert_int_equal(release_text(STR("a\xc3\xa9"
                                          "b"),
                                      &bad[i], 1, mask_wording_default(), arena, &out),
                         ERR_BAD_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_become_text),
        cmocka_unit_test(bad_spans_are_refused),
    };
    return cmocka_run_group_tests_name("redact/release", tests, NULL, NULL);
}
