/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_bounce.c"
#include "worker/cleaner/mail_limits.c"

static void reads_delivery_status(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum bounce_kind kind;
        const char *recipient, *code;
    } cases[] = {
        {"Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: "
         "5.1.1\n",
         BOUNCE_HARD, "a@b.example", "5.1.1"},
        {"Reporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;<a@b.example>\r\nAction: failed\r\n"
         "Status: 5.2.2 (full)\r\n",
         BOUNCE_SOFT, "a@b.example", "5.2.2"},
        {"\nFinal-Recipient: rfc822;a@b.example\nAction: delayed\nStatus: 4.4.7\n", BOUNCE_DELAY,
         "a@b.example", "4.4.7"},
        {"\nFinal-Recipient: rfc822;x@y.example\nOriginal-Recipient: rfc822;a@b.example\n"
         "Action: failed\nStatus: 5.0.0\n",
         BOUNCE_HARD, "a@b.example", "5.0.0"},
        {"\nFinal-Recipient: rfc822;late@b.example\nAction: delayed\nStatus: 4.4.7\n\n"
         "Final-Recipient: rfc822;gone@b.example\nAction: failed\nStatus: 5.1.1\n",
         BOUNCE_HARD, "gone@b.example", "5.1.1"},
        {"\nFinal-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.0.0\n"
         "Diagnostic-Code: smtp; 552 5.2.2 Over quota\n",
         BOUNCE_SOFT, "a@b.example", "5.2.2"},
        {"\nFinal-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.1.1\n"
         "Diagnostic-Code: smtp; 552 5.2.2 Over quota\n",
         BOUNCE_HARD, "a@b.example", "5.1.1"},
        {"\nFinal-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.3.4\n", BOUNCE_SOFT,
         "a@b.example", "5.3.4"},
        {"\nFinal-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.7.26\n", BOUNCE_REFUSED,
         "a@b.example", "5.7.26"},
        {"\nFinal-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.0.0\n"
         "Diagnostic-Code: smtp; 550 5.7.1 Unauthenticated email is not accepted\n",
         BOUNCE_REFUSED, "a@b.example", "5.7.1"},
        {"\nFinal-Recipient: rfc822;a@b.example\nAction: delivered\nStatus: 2.0.0\n", BOUNCE_NONE,
         "", ""},
        {"nonsense", BOUNCE_NONE, "", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 4096);
        struct bounce bounce = {0};
        bounce_from_status(&bounce, str_from(cases[i].status), arena);
        assert_int_equal(bounce.kind, cases[i].kind);
        assert_str(bounce.recipient, str_from(cases[i].recipient));
        assert_str(bounce.status, str_from(cases[i].code));
    }
}

static void reads_reports_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        enum bounce_kind kind;
    } cases[] = {
        {"SMTP error: 550 5.1.1 no such user", "5.1.1", BOUNCE_HARD},
        {"host mx.example [192.0.2.1] said: 550 unknown", "5.0.0", BOUNCE_HARD},
        {"452 4.2.2 mailbox full", "4.2.2", BOUNCE_SOFT},
        {"retry timeout exceeded", "", BOUNCE_HARD},
        {"version 1.5.1.1 of it", "", BOUNCE_HARD},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 4096);
        struct bounce bounce = {0};
        bounce_from_text(&bounce, STR("a@b.example, c@d.example"), str_from(cases[i].text), arena);
        assert_int_equal(bounce.kind, cases[i].kind);
        assert_str(bounce.recipient, STR("a@b.example"));
        assert_str(bounce.status, str_from(cases[i].code));
    }
}

static void finds_the_message_that_came_back(void **state)
{
    (void)state;
    ARENA(arena, 4096);
    assert_str(bounce_original_id(STR("From: x\nMessage-ID: <a@b>\nTo: y\n"), arena), STR("<a@b>"));
    assert_str(bounce_original_id(STR("Message-Id:\r\n <a@b>\r\n"), arena), STR("<a@b>"));
    assert_str(bounce_original_id(STR("From: x\n\nMessage-ID: <body@b>\n"), arena), STR(""));
}

static void bounds_a_message(void **state)
{
    (void)state;
    BUF(message, 4 * 1024 * 1024);
    BUF(room, 4 * 1024 * 1024);
    struct mail_limits limits;
    assert_str(mail_limit(STR("From x Sun\nTo: y\n\nhi\n"), &room, &limits), STR("To: y\n\nhi\n"));
    assert_false(limits.has_too_many_parts || limits.has_long_header);

    static const char head[] = "Content-Type: multipart/mixed; boundary=b\n\n";
    buf_add_c(&message, head);
    for (int i = 0; i < MAIL_BOUNDARIES_MAX + 5; i++) buf_add_c(&message, "--b\n\n");
    struct str kept = mail_limit(buf_str(&message), &room, &limits);
    assert_true(limits.has_too_many_parts);
    assert_int_equal(kept.len, sizeof head - 1 + MAIL_BOUNDARIES_MAX * 5);

    buf_clear(&message);
    buf_add_c(&message, "To: y\n");
    for (int i = 0; i < 10000; i++) buf_add_c(&message, "X-Long: 1234567890\n");
    buf_add_c(&message, "\nbody\n");
    kept = mail_limit(buf_str(&message), &room, &limits);
    assert_true(limits.has_long_header && !limits.has_too_many_parts);
    assert_true(kept.len <= MAIL_HEADER_BYTES_MAX + 10 && str_ends(kept, STR("\n\nbody\n")));
}

UNIT_MAIN(NULL, cmocka_unit_test(reads_delivery_status), cmocka_unit_test(reads_reports_in_words),
          cmocka_unit_test(finds_the_message_that_came_back), cmocka_unit_test(bounds_a_message))
