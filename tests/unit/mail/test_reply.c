/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/reply.h"

#include "tests/unit/unit.h"

static void smtp_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int code;
        bool last;
        const char *status;
    } cases[] = {
        {"250 OK", 250, true, ""},
        {"250", 250, true, ""},
        {"250-PIPELINING", 250, false, ""},
        {"250 2.0.0 OK id=1abc", 250, true, "2.0.0"},
        {"550 5.1.1 There is no such mailbox here\r\n", 550, true, "5.1.1"},
        {"550-5.7.26 Unauthenticated", 550, false, "5.7.26"},
        {"451 4.3.2", 451, true, "4.3.2"},
        {"452 4.5.3.1 too many", 452, true, ""},
        {"550 5.1.1x", 550, true, ""},
        {"550 10.0.0.1 is blocked", 550, true, ""},
        {"554 192.0.2.1 is on a list", 554, true, ""},
        {"250 3.0.0 no such class", 250, true, ""},
        {"354 go on", 354, true, ""},
        {"199 x", 0, false, ""},
        {"600 x", 0, false, ""},
        {"25", 0, false, ""},
        {"2500 x", 0, false, ""},
        {"+25 x", 0, false, ""},
        {"", 0, false, ""},
        {"hello", 0, false, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_reply_smtp reply = mail_reply_smtp(str_from(cases[i].line));
        assert_int_equal(reply.code, cases[i].code);
        assert_int_equal(reply.last, cases[i].last);
        assert_string_equal(reply.status, cases[i].status);
    }
}

/* Only what is wrong with the address is the address's fault. */
static void faults(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum mail_fault fault;
    } cases[] = {
        {"", MAIL_FAULT_ADDRESS},       {"5.0.0", MAIL_FAULT_ADDRESS},
        {"5.1.0", MAIL_FAULT_ADDRESS},  {"5.1.1", MAIL_FAULT_ADDRESS},
        {"5.1.2", MAIL_FAULT_ADDRESS},  {"5.1.3", MAIL_FAULT_ADDRESS},
        {"5.1.6", MAIL_FAULT_ADDRESS},  {"5.1.10", MAIL_FAULT_ADDRESS},
        {"5.2.0", MAIL_FAULT_ADDRESS},  {"5.2.1", MAIL_FAULT_ADDRESS},
        {"5.1.7", MAIL_FAULT_REFUSED},  {"5.1.8", MAIL_FAULT_REFUSED},
        {"5.1.9", MAIL_FAULT_REFUSED},  {"5.2.4", MAIL_FAULT_REFUSED},
        {"5.3.2", MAIL_FAULT_REFUSED},  {"5.5.0", MAIL_FAULT_REFUSED},
        {"5.6.0", MAIL_FAULT_REFUSED},  {"5.7.1", MAIL_FAULT_REFUSED},
        {"5.7.26", MAIL_FAULT_REFUSED}, {"5.7.606", MAIL_FAULT_REFUSED},
        {"5.10.1", MAIL_FAULT_REFUSED}, {"5.2.2", MAIL_FAULT_PASSING},
        {"5.2.3", MAIL_FAULT_PASSING},  {"5.3.4", MAIL_FAULT_PASSING},
        {"5.4.4", MAIL_FAULT_PASSING},  {"5.4.7", MAIL_FAULT_PASSING},
        {"4.0.0", MAIL_FAULT_PASSING},  {"4.1.1", MAIL_FAULT_PASSING},
        {"4.7.1", MAIL_FAULT_PASSING},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(mail_reply_fault(str_from(cases[i].status)), cases[i].fault);
    assert_int_equal(mail_reply_fault(mail_reply_status(550)), MAIL_FAULT_ADDRESS);
    assert_int_equal(mail_reply_fault(mail_reply_status(552)), MAIL_FAULT_PASSING);
    assert_int_equal(mail_reply_fault(mail_reply_status(554)), MAIL_FAULT_REFUSED);
    assert_int_equal(mail_reply_fault(mail_reply_status(451)), MAIL_FAULT_PASSING);
}

static void imap_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        struct mail_reply_imap reply;
    } cases[] = {
        {"* 5 EXISTS\r\n", {.kind = MAIL_REPLY_EXISTS, .number = 5}},
        {"* 0 EXISTS", {.kind = MAIL_REPLY_EXISTS}},
        {"* 5 exists", {.kind = MAIL_REPLY_EXISTS, .number = 5}},
        {"* 5 RECENT", {.kind = MAIL_REPLY_OTHER}},
        {"* -5 EXISTS", {.kind = MAIL_REPLY_OTHER}},
        {"* 4294967296 EXISTS", {.kind = MAIL_REPLY_OTHER}},
        {"* OK [UIDVALIDITY 1795325366] UIDs valid",
         {.kind = MAIL_REPLY_UIDVALIDITY, .number = 1795325366}},
        {"* OK [UIDVALIDITY 0]", {.kind = MAIL_REPLY_OTHER}},
        {"* OK [UIDVALIDITY 7", {.kind = MAIL_REPLY_OTHER}},
        {"* OK [UIDVALIDITY]", {.kind = MAIL_REPLY_OTHER}},
        {"* 3 FETCH (UID 9 RFC822.SIZE 38)",
         {.kind = MAIL_REPLY_ENTRY, .number = 3, .uid = 9, .size = 38}},
        {"* 3 FETCH (RFC822.SIZE 38 UID 9)",
         {.kind = MAIL_REPLY_ENTRY, .number = 3, .uid = 9, .size = 38}},
        {"* 3 FETCH (FLAGS (\\Seen) UID 9 RFC822.SIZE 38)",
         {.kind = MAIL_REPLY_ENTRY, .number = 3, .uid = 9, .size = 38}},
        {"* 3 FETCH (UID 0 RFC822.SIZE 38)", {.kind = MAIL_REPLY_OTHER}},
        {"* 0 FETCH (UID 9 RFC822.SIZE 38)", {.kind = MAIL_REPLY_OTHER}},
        {"* 3 FETCH (UID 9 UID 8 RFC822.SIZE 38)", {.kind = MAIL_REPLY_OTHER}},
        {"* 3 FETCH (UID 9)", {.kind = MAIL_REPLY_OTHER}},
        {"* 3 FETCH (FLAGS (\\Seen))", {.kind = MAIL_REPLY_OTHER}},
        {"* 3 FETCH (UID 9 RFC822.SIZE -1)", {.kind = MAIL_REPLY_OTHER}},
        {"* 3 FETCH UID 9 RFC822.SIZE 38", {.kind = MAIL_REPLY_OTHER}},
        {"* CAPABILITY IMAP4rev1 UIDPLUS MOVE IDLE",
         {.kind = MAIL_REPLY_CAPABILITY, .can_move = true, .can_expunge_uid = true}},
        {"* CAPABILITY IMAP4rev1", {.kind = MAIL_REPLY_CAPABILITY}},
        {"* CAPABILITY IMAP4rev2",
         {.kind = MAIL_REPLY_CAPABILITY, .can_move = true, .can_expunge_uid = true}},
        {"* OK [CAPABILITY IMAP4rev1 MOVE] ready",
         {.kind = MAIL_REPLY_CAPABILITY, .can_move = true}},
        {"A003 OK done", {.kind = MAIL_REPLY_TAGGED, .ok = true}},
        {"L4294967295 OK", {.kind = MAIL_REPLY_TAGGED, .ok = true}},
        {"A003 NO [TRYCREATE] no such mailbox", {.kind = MAIL_REPLY_TAGGED, .try_create = true}},
        {"A003 BAD what?", {.kind = MAIL_REPLY_TAGGED}},
        {"A003 MAYBE", {.kind = MAIL_REPLY_OTHER}},
        {"Subject: OK", {.kind = MAIL_REPLY_OTHER}},
        {"+ idling", {.kind = MAIL_REPLY_OTHER}},
        {")", {.kind = MAIL_REPLY_OTHER}},
        {"*", {.kind = MAIL_REPLY_OTHER}},
        {"", {.kind = MAIL_REPLY_OTHER}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_reply_imap reply = mail_reply_imap(str_from(cases[i].line));
        const struct mail_reply_imap *wanted = &cases[i].reply;
        if (reply.kind != wanted->kind) fail_msg("%s: kind %d", cases[i].line, (int)reply.kind);
        if (reply.kind == MAIL_REPLY_OTHER) continue;
        assert_int_equal(reply.number, wanted->number);
        assert_int_equal(reply.uid, wanted->uid);
        assert_int_equal(reply.size, wanted->size);
        assert_int_equal(reply.deleted, wanted->deleted);
        assert_int_equal(reply.can_move, wanted->can_move);
        assert_int_equal(reply.can_expunge_uid, wanted->can_expunge_uid);
        assert_int_equal(reply.ok, wanted->ok);
        assert_int_equal(reply.try_create, wanted->try_create);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(smtp_lines), cmocka_unit_test(faults),
          cmocka_unit_test(imap_lines))
