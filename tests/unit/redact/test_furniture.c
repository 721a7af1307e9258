/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/furniture.h"

#include "tests/unit/unit.h"

static void check(const char *text, const char *expected)
{
    ARENA(arena, 100000);
    struct furnitures furniture;
    furniture_find(str_from(text), arena, &furniture);
    BUF(out, 10000);
    size_t last = 0;
    for (size_t i = 0; i < furniture.count; i++) {
        const struct furniture *piece = &furniture.at[i];
        assert_true(piece->start >= last && piece->end > piece->start &&
                    piece->end <= strlen(text));
        last = piece->end;
        buf_print(&out, "%s[", furniture_word(piece->kind));
        buf_add(&out, str_slice(str_from(text), piece->start, piece->end));
        buf_add_c(&out, "]");
    }
    assert_str(buf_str(&out), str_from(expected));
}

static void what_programs_add(void **state)
{
    (void)state;
    check("", "");
    check("Hello\nLots of love, Nana Jean", "");
    check("Hi\n> quoted\n> > twice\nmine\n", "quote[> quoted\n> > twice\n]");
    check("Hi\nOn 3 Feb 2025, at 09:02, Letterbox <a@b.example>\nwrote:\n> x\n",
          "quote[On 3 Feb 2025, at 09:02, Letterbox <a@b.example>\nwrote:\n> x\n]");
    check("On Monday we went out\nand it rained\n", "");
    check("On 3 May we went out\nand it rained\nand I wrote\n", "");
    check("Hi\n-- \nJean\nA Company\n", "signature[-- \nJean\nA Company\n]");
    check("Hi\nSent from my iPhone\n", "signature[Sent from my iPhone\n]");
    check("From: a\nTo: b\nSubject: c\n\nHello", "forward-header[From: a\nTo: b\nSubject: c\n]");
    check("To: my dear boy\n\nHello", "");
    check("Hi\n-----Original Message-----\nFrom: x\nold text",
          "quote[-----Original Message-----\nFrom: x\nold text]");
    check("Hi\n-----\nmore", "");
    check("Hi\nThis email and any attachments are confidential.\nBlah\n",
          "disclaimer[This email and any attachments are confidential.\nBlah\n]");
    check("Hi\nW dniu 3 lutego 2025 Jan napisał:\n> x",
          "quote[W dniu 3 lutego 2025 Jan napisał:\n> x]");
    check("Hi\r\n> x\r\nyes\r\n", "quote[> x\r\n]");
}

static void words(void **state)
{
    (void)state;
    for (int i = 0; i < FURNITURE_KIND_COUNT; i++) {
        enum furniture_kind back = FURNITURE_KIND_COUNT;
        assert_true(furniture_get(str_from(furniture_word((enum furniture_kind)i)), &back));
        assert_int_equal(back, i);
    }
    enum furniture_kind kind = FURNITURE_QUOTE;
    assert_false(furniture_get(STR("chair"), &kind));
}

UNIT_MAIN(NULL, cmocka_unit_test(what_programs_add), cmocka_unit_test(words))
