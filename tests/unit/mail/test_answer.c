/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "mail/answer.h"

static bool may(const char *from, const char *to, bool is_automatic, bool wants_none)
{
    ARENA(arena, (size_t)64 * 1024);
    const struct mail_answer_own own[] = {
        {.address = STR("Post@agency.example")},
        {.address = STR("desk@other.example"), .domain = STR("answers.other.example")},
        {.address = STR("")},
    };
    struct str all[] = {STR("somebody@else.example"), str_from(to)};
    struct mail_answer_mail mail = {.is_automatic = is_automatic,
                                    .wants_no_answer = wants_none,
                                    .from = str_from(from),
                                    .to = all,
                                    .to_count = 2};
    return mail_answer_may(&mail, own, COUNT(own), arena);
}

static void people_are_answered(void **state)
{
    (void)state;
    static const char *const to[] = {"post@agency.example", "POST@Agency.Example",
                                     "desk@other.example", "0h2k4m8kx2c7@answers.other.example"};
    for (size_t i = 0; i < COUNT(to); i++)
        assert_true(may("nana@relatives.example", to[i], false, false));
    static const char *const people[] = {"owner@farm.example", "relay@relatives.example",
                                         "bouncer@club.example", "request@relatives.example",
                                         "norepley@relatives.example"};
    for (size_t i = 0; i < COUNT(people); i++)
        assert_true(may(people[i], "post@agency.example", false, false));
}

static void nobody_else_is(void **state)
{
    (void)state;
    static const struct {
        const char *what, *from, *to;
        bool is_automatic, wants_none;
    } cases[] = {
        {"a machine wrote it", "nana@relatives.example", "post@agency.example", true, false},
        {"it asks for none", "nana@relatives.example", "post@agency.example", false, true},
        {"it was not sent to us by name", "nana@relatives.example", "list@else.example", false,
         false},
        {"our own mailbox", "post@agency.example", "desk@other.example", false, false},
        {"in other capitals", "POST@AGENCY.example", "desk@other.example", false, false},
        {"an address of our domain", "x@Answers.Other.Example", "post@agency.example", false,
         false},
        {"no sender", "", "post@agency.example", false, false},
        {"none that can be read", "nana", "post@agency.example", false, false},
        {"a mail server", "MAILER-DAEMON@mx.example", "post@agency.example", false, false},
        {"its keeper", "postmaster@mx.example", "post@agency.example", false, false},
        {"nobody reads it", "No-Reply@shop.example", "post@agency.example", false, false},
        {"a list", "gardeners-request@lists.example", "post@agency.example", false, false},
        {"a list's owner", "owner-gardeners@lists.example", "post@agency.example", false, false},
        {"a return address", "bounces-17@lists.example", "post@agency.example", false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (may(cases[i].from, cases[i].to, cases[i].is_automatic, cases[i].wants_none))
            fail_msg("%s", cases[i].what);
}

static void message_ids(void **state)
{
    (void)state;
    static const struct {
        const char *text, *id;
    } cases[] = {
        {" <a$b=c/d+e@f.example> ", "a$b=c/d+e@f.example"},
        {"a@b", "a@b"},
        {"<a@[192.0.2.1]>", "a@[192.0.2.1]"},
        {"", ""},
        {"<>", ""},
        {"<a>", ""},
        {"<@b>", ""},
        {"<a@>", ""},
        {"<a b@c>", ""},
        {"<a@b> <c@d>", ""},
        {"<\xc3\xa9@b>", ""},
        {"<a@b\r\nBcc: c@d>", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_str(mail_answer_id(str_from(cases[i].text)), str_from(cases[i].id));
    BUF(long_id, 400);
    for (int i = 0; i < 300; i++) buf_add_byte(&long_id, 'a');
    buf_add_c(&long_id, "@b");
    assert_int_equal(mail_answer_id(buf_str(&long_id)).len, 0);
}

UNIT_MAIN(NULL, cmocka_unit_test(people_are_answered), cmocka_unit_test(nobody_else_is),
          cmocka_unit_test(message_ids))
