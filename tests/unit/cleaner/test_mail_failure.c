/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_bounce.c"
#include "worker/cleaner/mail_failure.c"

static void is_known_by_sender_and_subject(void **state)
{
    (void)state;
    static const struct {
        const char *from, *path, *subject;
        bool is;
    } cases[] = {
        {"MAILER-DAEMON@mx.example", "", "failure notice", true},
        {"mailer-daemon@googlemail.example", "<>", "Delivery Status Notification (Failure)", true},
        {"postmaster@mx.example", "", "Undeliverable: Something is waiting for you", true},
        {"MicrosoftExchange329e71ec88ae4615@x.example", "<>", "Undeliverable: Hello", true},
        {"helpdesk@provider.example", "<>", "Returned mail: see transcript for details", true},
        {"Mailer-Daemon@mx.example", "", "Warning: message 1abc delayed 24 hours", true},
        {"postmaster@mx.example", "", "Niedostarczone: Hello", true},
        {"nana@relatives.example", "<nana@relatives.example>", "Undeliverable: what is this?",
         false},
        {"nana@relatives.example", "", "Mail delivery failed, so I try again", false},
        {"postmaster@village.example", "", "Hello from your uncle", false},
        {"nana@relatives.example", "<>", "Hello", false},
        {"", "", "", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (failure_is(str_from(cases[i].from), str_from(cases[i].path),
                       str_from(cases[i].subject)) != cases[i].is)
            fail_msg("%s: %s", cases[i].from, cases[i].subject);
}

#define ID "<0123456789abcdef0123456789abcdef@agency.example>"

static void reads_reports_as_servers_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *what, *subject, *text;
        enum bounce_kind kind;
        const char *recipient, *code, *id;
    } cases[] = {
        {"qmail", "failure notice",
         "Hi. This is the qmail-send program at mx.example.\n"
         "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
         "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
         "<nana@relatives.example>:\n192.0.2.7 does not like recipient.\n"
         "Remote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.7.\n\n"
         "--- Below this line is a copy of the message.\n\nReturn-Path: <post@agency.example>\n"
         "From: <post@agency.example>\nMessage-ID: " ID "\nTo: nana@relatives.example\n",
         BOUNCE_HARD, "nana@relatives.example", "5.1.1", ID},
        {"an old Exim", "Mail delivery failed: returning message to sender",
         "This message was created automatically by mail delivery software.\n\n"
         "A message that you sent could not be delivered to one or more of its\nrecipients. "
         "This is a permanent error. The following address(es) failed:\n\n"
         "  nana@relatives.example\n    mailbox is full: retry timeout exceeded\n\n"
         "------ This is a copy of the message, including all the headers. ------\n\n"
         "Message-Id:\n " ID "\n",
         BOUNCE_SOFT, "nana@relatives.example", "", ID},
        {"a provider, without a code", "Delivery Status Notification (Failure)",
         "** Address not found **\n\nYour message wasn't delivered to nana@relatives.example "
         "because "
         "the address couldn't be found. Write to postmaster@mx.example about it.\n",
         BOUNCE_HARD, "nana@relatives.example", "", ""},
        {"Exchange in words", "Undeliverable: Something is waiting for you",
         "post@agency.example wrote to 'nana@relatives.example':\n"
         "The recipient's mailbox is full and can't accept messages now.\n"
         "#550 5.2.2 STOREDRV.Deliver; mailbox full #\n",
         BOUNCE_SOFT, "nana@relatives.example", "5.2.2", ""},
        {"sendmail, late", "Warning: could not send message for past 4 hours",
         "    **********************************************\n"
         "    **      THIS IS A WARNING MESSAGE ONLY      **\n"
         "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n\n"
         "   ----- Transcript of session follows -----\n"
         "<nana@relatives.example>... Deferred: Connection timed out\n"
         "Will keep trying until message is 5 days old\n\n"
         "   ----- Original message header -----\nMessage-ID: " ID "\n",
         BOUNCE_DELAY, "nana@relatives.example", "", ID},
        {"late, then over", "Delayed Mail",
         "<nana@relatives.example>: 550 5.4.7 delivery was delayed for 5 days, giving up\n",
         BOUNCE_SOFT, "nana@relatives.example", "5.4.7", ""},
        {"nobody is named", "failure notice", "Something went wrong. Ask postmaster@mx.example.\n",
         BOUNCE_NONE, "", "", ""},
        {"only we are named", "failure notice", "<post@agency.example>: 550 5.1.1 no\n",
         BOUNCE_NONE, "", "", ""},
        {"nothing", "", "", BOUNCE_NONE, "", "", ""},
    };
    struct str own[] = {STR("Post@agency.example")};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, (size_t)64 * 1024);
        struct bounce bounce = {0};
        failure_from_text(&bounce, str_from(cases[i].subject), str_from(cases[i].text), own, 1,
                          arena);
        if (bounce.kind != cases[i].kind) fail_msg("%s: kind %d", cases[i].what, (int)bounce.kind);
        assert_str(bounce.recipient, str_from(cases[i].recipient));
        assert_str(bounce.status, str_from(cases[i].code));
        assert_str(bounce.original_message_id, str_from(cases[i].id));
    }
}

static void vague_codes_are_made_better(void **state)
{
    (void)state;
    static const struct {
        enum bounce_kind kind;
        const char *status, *text;
        enum bounce_kind then;
        const char *code;
    } cases[] = {
        {BOUNCE_HARD, "5.0.0", "  a@b.example\n    552 5.2.2 The mailbox is full\n", BOUNCE_SOFT,
         "5.2.2"},
        {BOUNCE_HARD, "5.0.0", "  a@b.example\n    550 5.1.1 There is no such mailbox\n",
         BOUNCE_HARD, "5.1.1"},
        {BOUNCE_HARD, "", "Over quota", BOUNCE_SOFT, ""},
        {BOUNCE_HARD, "5.1.1", "the mailbox is full", BOUNCE_HARD, "5.1.1"},
        {BOUNCE_DELAY, "4.0.0", "the mailbox is full", BOUNCE_DELAY, "4.0.0"},
        /* what the sender wrote is no word of the server */
        {BOUNCE_HARD, "5.0.0", "gone\n--- Below this line is a copy of the message.\n5.2.2\n",
         BOUNCE_HARD, "5.0.0"},
        {BOUNCE_NONE, "", "over quota", BOUNCE_NONE, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 4096);
        struct bounce bounce = {.kind = cases[i].kind, .status = str_from(cases[i].status)};
        failure_refine(&bounce, str_from(cases[i].text), arena);
        assert_int_equal(bounce.kind, cases[i].then);
        assert_str(bounce.status, str_from(cases[i].code));
    }
}

/* Whom it is about, and what came back, where no header says so. */
static void reads_who_and_what_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum bounce_kind kind;
        const char *recipient, *code, *id;
    } cases[] = {
        {"I'm afraid I wasn't able to deliver your message.\n\n<gone@b.example>:\n550 5.1.1 no "
         "user\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <us@c.example>\n"
         "Message-ID: <a@c.example>\n",
         BOUNCE_HARD, "gone@b.example", "5.1.1", "<a@c.example>"},
        {"To us@c.example: the mail to\n\n  gone@b.example\n    554: no\n\nFrom: us@c.example\n"
         "Message-Id:\n <a@c.example>\n",
         BOUNCE_REFUSED, "gone@b.example", "5.7.0", "<a@c.example>"},
        {"<gone@b.example>: 554 delivery error: this user doesn't have an account", BOUNCE_HARD,
         "gone@b.example", "5.0.0", ""},
        {"Your message to gone@b.example, could not be sent.", BOUNCE_HARD, "gone@b.example", "",
         ""},
        {"<full@b.example>: the Mailbox is full\nDate: x\n450 4.2.2", BOUNCE_SOFT, "full@b.example",
         "4.2.2", ""},
        {"<full@b.example>: 552 over quota", BOUNCE_SOFT, "full@b.example", "5.2.2", ""},
        {"<late@b.example> has not yet been delivered and will be retried", BOUNCE_DELAY,
         "late@b.example", "", ""},
        {"<late@b.example>: 451 4.4.1 will be retried", BOUNCE_DELAY, "late@b.example", "4.4.1",
         ""},
        {"<gone@b.example>: 550 5.7.1 it is delayed for ever", BOUNCE_REFUSED, "gone@b.example",
         "5.7.1", ""},
        {"Nobody is named: 550 5.1.1", BOUNCE_NONE, "", "", ""},
        {"@ and a@ and @b are none", BOUNCE_NONE, "", "", ""},
        {"", BOUNCE_NONE, "", "", ""},
    };
    struct str own = STR("us@c.example");
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 16384);
        struct bounce bounce = {0};
        failure_from_text(&bounce, STR("failure notice"), str_from(cases[i].text), &own, 1, arena);
        if (bounce.kind != cases[i].kind) fail_msg("%zu: kind %d", i, bounce.kind);
        assert_str(bounce.recipient, str_from(cases[i].recipient));
        assert_str(bounce.status, str_from(cases[i].code));
        assert_str(bounce.original_message_id, str_from(cases[i].id));
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(reads_who_and_what_in_words),
          cmocka_unit_test(is_known_by_sender_and_subject),
          cmocka_unit_test(reads_reports_as_servers_write_them),
          cmocka_unit_test(vague_codes_are_made_better))
