/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/furniture_line.h"

#include "tests/unit/unit.h"

static void lines_are_folded(void **state)
{
    (void)state;
    static const struct {
        const char *text, *folded;
    } cases[] = {
        {"  *From:*  Ann\r\n", "from: ann"},
        {"Wysłano: ŻÓŁĆ\n", "wyslano: zolc"},
        {"Către: Țară, ţară\n", "catre: tara, tara"},
        {"10:00\xe2\x80\xaf"
         "AM\xc2\xa0x",
         "10:00 am x"},
        {"\xe2\x80\x90\xe2\x80\x94 it\xe2\x80\x99s", "-- it's"},
        {"\xef\xbb\xbf\xe2\x80\x8b"
         "Pwnc",
         "pwnc"},
        {"ŵŷŴŶĥÿſ", "wywyhys"},
        {"\xe6\x97\xa5", "?"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct furniture_line line;
        assert_true(furniture_line_read(str_from(cases[i].text), 0, &line));
        assert_str(((struct str){line.folded, line.folded_len}), str_from(cases[i].folded));
        assert_true(line.is_whole);
    }
    struct furniture_line line;
    assert_false(furniture_line_read(STR("x\n"), 2, &line));
    BUF(text, 2000);
    for (int i = 0; i < 1000; i++) buf_add_byte(&text, 'x');
    assert_true(furniture_line_read(buf_str(&text), 0, &line));
    assert_false(line.is_whole);
    assert_true(line.folded_len < FURNITURE_LINE_FOLDED);
}

static void phrases_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum phrase kind;
        bool begins;
    } cases[] = {
        {"From: x", PHRASE_FROM, true},
        {"From : x", PHRASE_FROM, true},
        {"Fromage: x", PHRASE_FROM, false},
        {"from here", PHRASE_FROM, false},
        {"Oddi wrth: x", PHRASE_FROM, true},
        {"Temat:", PHRASE_SUBJECT, true},
        {"Sent from my iPhone", PHRASE_DEVICE, true},
        {"Sent from my heart", PHRASE_DEVICE, false},
        {"On ", PHRASE_ON, false},
        {"On 3", PHRASE_ON, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct furniture_line line;
        assert_true(furniture_line_read(str_from(cases[i].text), 0, &line));
        if (furniture_line_begins(&line, cases[i].kind) != cases[i].begins)
            fail_msg("%s", cases[i].text);
    }
}

static void rules_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_reply, is_forward, is_bare;
    } cases[] = {
        {"-----Original Message-----", true, false, false},
        {"---------- Forwarded message ---------", false, true, false},
        {"Begin forwarded message:", false, true, false},
        {"Begin forwarded message: and more", false, false, false},
        {"original message", false, false, false},
        {"--- the original message I found ---", false, false, false},
        {"________________________________", false, false, true},
        {"-----", false, false, true},
        {"--", false, false, false},
        {"", false, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct furniture_line line = {0};
        if (cases[i].text[0]) assert_true(furniture_line_read(str_from(cases[i].text), 0, &line));
        if (furniture_line_rule(&line, PHRASE_RULE_REPLY) != cases[i].is_reply ||
            furniture_line_rule(&line, PHRASE_RULE_FORWARD) != cases[i].is_forward ||
            furniture_line_bare_rule(&line) != cases[i].is_bare)
            fail_msg("%s", cases[i].text);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(lines_are_folded), cmocka_unit_test(phrases_are_known),
          cmocka_unit_test(rules_are_known))
