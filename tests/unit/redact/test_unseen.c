/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "redact/release.h"
#include "redact/unseen.h"

#define ENGLAND "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"

static void what_shows_nothing_is_dropped(void **state)
{
    (void)state;
    static const struct {
        const char *text, *left;
    } cases[] = {
        {"", ""},
        {"Dear Ann, Zoë and Łukasz\n\tlove", "Dear Ann, Zoë and Łukasz\n\tlove"},
        /* a message in tags, in zero widths, in selectors */
        {"Hi\U000E0068\U000E0065\U000E006C\U000E0070 Ann", "Hi Ann"},
        {"a\u200b\u200c\u200d\u2060\ufeff\u00adb", "ab"},
        {"L\u200bS\u200b1 4AP", "LS1 4AP"},
        {"a\ufe0fb\ufe0ec\U000E0100d", "abcd"},
        {"x\u034f\u115f\u3164\uffa0\u180ey", "xy"},
        /* shown backwards */
        {"at \u202ePA4 1SL\u202c now \u2067x\u2069\u200f", "at PA4 1SL now x"},
        /* what emoji and scripts need */
        {"👨\u200d👩\u200d👧 ❤️ ❤️\u200d🔥 ✌🏽",
         "👨\u200d👩\u200d👧 ❤️ ❤️\u200d🔥 ✌🏽"},
        {"1\ufe0f\u20e3", "1\ufe0f\u20e3"},
        {"نامه\u200cای", "نامه\u200cای"},
        {"Come on " ENGLAND "!", "Come on " ENGLAND "!"},
        /* and no more of it */
        {"❤\ufe0f\ufe0f\ufe0e\ufe00", "❤\ufe0f"},
        {"👨\u200d\u200d👩", "👨\u200d👩"},
        {"👨\u200d x", "👨 x"},
        {"🏴\U000E0068\U000E0069\U000E007F", "🏴"},
        {ENGLAND "\U000E0068", ENGLAND},
        {"a\xff\u200b\xe2\x80", "a\xff\xe2\x80"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        BUF(left, 1000);
        unseen_drop(str_from(cases[i].text), &left);
        assert_string_equal(left.at ? left.at : "", cases[i].left);
        BUF(again, 1000);
        unseen_drop(str_from(cases[i].left), &again);
        assert_string_equal(again.at ? again.at : "", cases[i].left);
        bool is_same = strcmp(cases[i].text, cases[i].left) == 0;
        assert_int_equal(unseen_count(str_from(cases[i].text)) == 0, is_same);
    }
}

static void a_released_text_has_none(void **state)
{
    (void)state;
    static const char text[] = "Hi \U000E0068\U000E0069from Ot\u200bley\u202e!";
    const struct release_span span = {16, 24, STR("place")};
    ARENA(arena, (size_t)1 << 20);
    BUF(out, 1000);
    assert_int_equal(release_text(str_from(text), &span, 1, mask_wording_default(), arena, &out),
                     OK);
    assert_string_equal(out.at, "Hi from [place removed]!");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_shows_nothing_is_dropped),
        cmocka_unit_test(a_released_text_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
