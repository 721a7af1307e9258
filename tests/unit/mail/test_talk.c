/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/talk.h"

#include "tests/unit/unit.h"

enum { TOLD_BYTES = 4096 };

/* "line X|", "piece X uid of announced|", "message uid|", "broken|"; pieces are joined. */
static void tell(struct buf *told, const struct mail_talk_event *event, bool *in_piece)
{
    bool goes_on = *in_piece && event->kind == MAIL_TALK_PIECE;
    if (*in_piece && !goes_on && event->kind != MAIL_TALK_MORE) buf_add_c(told, "|");
    if (event->kind != MAIL_TALK_MORE) *in_piece = event->kind == MAIL_TALK_PIECE;
    switch (event->kind) {
    case MAIL_TALK_MORE: break;
    case MAIL_TALK_LINE: buf_print(told, "line %.*s|", STR_ARG(event->text)); break;
    case MAIL_TALK_PIECE:
        if (!goes_on) buf_print(told, "%u of %u: ", event->uid, (unsigned)event->announced);
        buf_add(told, event->text);
        break;
    case MAIL_TALK_MESSAGE: buf_print(told, "message %u|", event->uid); break;
    case MAIL_TALK_BROKEN: buf_add_c(told, "broken|"); break;
    }
}

/* The bytes in pieces of so many. */
static void listen(struct str bytes, size_t step, struct buf *told)
{
    struct mail_talk talk = mail_talk_new();
    bool in_piece = false, is_broken = false;
    for (size_t at = 0; at < bytes.len && !is_broken; at += step) {
        struct str piece = str_slice(bytes, at, at + step);
        while (piece.len && !is_broken) {
            struct mail_talk_event event = mail_talk_next(&talk, &piece);
            tell(told, &event, &in_piece);
            is_broken = event.kind == MAIL_TALK_BROKEN;
        }
    }
    if (in_piece) buf_add_c(told, "|");
    mail_talk_free(&talk);
}

static void check(struct str bytes, const char *wanted)
{
    for (size_t step = 1; step <= bytes.len + 1; step++) {
        BUF(told, TOLD_BYTES);
        listen(bytes, step, &told);
        assert_int_equal(buf_done(&told), OK);
        if (strcmp(told.at ? told.at : "", wanted) != 0)
            fail_msg("%.*s by %zu: %s", STR_ARG(bytes), step, told.at ? told.at : "");
    }
}

static void lines_and_messages(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *wanted;
    } cases[] = {
        {"* 12 EXISTS\r\nL1 OK done\r\n", "line * 12 EXISTS|line L1 OK done|"},
        {"* 3 FETCH (UID 9 BODY[] {5}\r\nhello)\r\nL1 OK\r\n",
         "9 of 5: hello|message 9|line L1 OK|"},
        {"* 3 FETCH (UID 9 FLAGS (\\Seen) BODY[] {5}\r\nhello)\r\n", "9 of 5: hello|message 9|"},
        {"* 3 fetch (uid 9 body[] {5}\r\nhello)\r\n", "9 of 5: hello|message 9|"},
        {"* 3 FETCH (BODY[] {5}\r\nhello UID 9)\r\n", "0 of 5: hello|message 9|"},
        {"* 3 FETCH (BODY[] {5}\r\nhello UID 9 FLAGS (\\Seen a))\r\n", "0 of 5: hello|message 9|"},
        {"* 3 FETCH (BODY[] {5}\r\nhello)\r\n", "0 of 5: hello|message 0|"},
        {"* 3 FETCH (UID 9 BODY[] {0}\r\n)\r\n", "message 9|"},
        /* a flag named UID, and a string with one in it, are no UID */
        {"* 3 FETCH (FLAGS (UID 7) UID 9 BODY[] {2}\r\nhi)\r\n", "9 of 2: hi|message 9|"},
        {"* 3 FETCH (X \"UID 7 \\\" (\" BODY[] {2}\r\nhi UID 9)\r\n", "0 of 2: hi|message 9|"},
        /* what has no literal is a line */
        {"* 3 FETCH (UID 9 RFC822.SIZE 38)\r\n", "line * 3 FETCH (UID 9 RFC822.SIZE 38)|"},
        {"* 3 FETCH (UID 9 BODY[] NIL)\r\n", "line * 3 FETCH (UID 9 BODY[] NIL)|"},
        {"* 3 FETCH (UID 9 BODY[] \"\")\r\n", "line * 3 FETCH (UID 9 BODY[] \"\")|"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) check(str_from(cases[i].bytes), cases[i].wanted);
}

static void what_stands_in_a_message_is_no_line(void **state)
{
    (void)state;
    check(STR("* 1 FETCH (UID 9 BODY[] {27}\r\n)\r\nL1 OK done\r\n* 7 EXISTS\r\n)\r\nL1 NO\r\n"),
          "9 of 27: )\r\nL1 OK done\r\n* 7 EXISTS\r\n|message 9|line L1 NO|");
    check(STR("* 1 FETCH (UID 9 BODY[] {25}\r\n{5}\r\n\r\n* BYE\r\nA \0 and {7\r)\r\n"),
          "9 of 25: {5}\r\n\r\n* BYE\r\nA ");
}

static void other_literals_are_counted_and_left_out(void **state)
{
    (void)state;
    check(STR("* LIST () \"/\" {9}\r\nL1 OK\r\n* \r\nL1 OK\r\n"),
          "line * LIST () \"/\" {9}|line L1 OK|");
    check(STR("* 1 FETCH (UID 9 BODY[HEADER] {3}\r\na)\n RFC822.SIZE 5)\r\n"),
          "line * 1 FETCH (UID 9 BODY[HEADER] {3} RFC822.SIZE 5)|");
    check(STR("* 1 FETCH (BODY[HEADER] {3}\r\n)\r\n BODY[] {2}\r\nhi UID 9)\r\n"),
          "0 of 2: hi|message 9|");
    /* words have none: {5} in them swallows nothing */
    check(STR("* OK wait {5}\r\n* NO {5}\r\n* BYE {5}\r\nL1 OK {5}\r\n+ {5}\r\nL2 OK\r\n"),
          "line * OK wait {5}|line * NO {5}|line * BYE {5}|line L1 OK {5}|line + {5}|line L2 OK|");
}

static void what_breaks_the_rules_ends_the_talk(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "\n* 1 EXISTS\r\n",
        "* 1 EXISTS\n",
        "* 1 EX\rISTS\r\n",
        "* 1 EXISTS\r\r\n",
        "* 1 FETCH (UID 9 BODY[] {99999999999999999999}\r\nx",
        "* 1 FETCH (UID 9 BODY[] {}\r\nx",
        "* 1 FETCH (UID 9 BODY[] {5+}\r\nhello)\r\n",
        "* 1 FETCH (UID 9 UID 9 BODY[] {5}\r\nhello)\r\n",
        "* 1 FETCH (UID 9) BODY[] {5}\r\nhello)\r\n",
        "* 1 FETCH (X \"BODY[] {5}\r\nhello)\r\n",
    };
    for (size_t i = 0; i < COUNT(cases); i++) check(str_from(cases[i]), "broken|");
    check(STR("* 1 FETCH (UID 9 BODY[] {2}\r\nhi BODY[] {2}\r\nho)\r\n"), "9 of 2: hi|broken|");
    check(STR("* 1 FETCH (UID 9 BODY[] {2}\r\nhi UID 9)\r\n"), "9 of 2: hi|broken|");
    check(STR("* 1 FETCH (UID 9 BODY[] {2}\r\nhi\r\n"), "9 of 2: hi|broken|");
    check(STR("* 1 FETCH (UID 9 BODY[] {2}\r\nhi) x\r\n"), "9 of 2: hi|broken|");
    check(STR("* 1 EX\0ISTS\r\n"), "broken|");
}

static void a_line_has_an_end(void **state)
{
    (void)state;
    struct mail_talk talk = mail_talk_new();
    static char much[MAIL_TALK_LINE_BYTES + 1];
    memset(much, 'x', sizeof much);
    struct str bytes = {much, sizeof much};
    assert_int_equal(mail_talk_next(&talk, &bytes).kind, MAIL_TALK_BROKEN);
    /* and stays so, until there is another connection */
    bytes = STR("* 1 EXISTS\r\n");
    assert_int_equal(mail_talk_next(&talk, &bytes).kind, MAIL_TALK_BROKEN);
    mail_talk_restart(&talk);
    assert_int_equal(mail_talk_next(&talk, &bytes).kind, MAIL_TALK_LINE);
    mail_talk_free(&talk);
}

UNIT_MAIN(NULL, cmocka_unit_test(lines_and_messages),
          cmocka_unit_test(what_stands_in_a_message_is_no_line),
          cmocka_unit_test(other_literals_are_counted_and_left_out),
          cmocka_unit_test(what_breaks_the_rules_ends_the_talk),
          cmocka_unit_test(a_line_has_an_end))
