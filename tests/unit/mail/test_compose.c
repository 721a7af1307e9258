/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/compose.h"

#include "tests/unit/unit.h"

#include "core/arena.h"

static struct mail_compose_headers plain_headers(void)
{
    return (struct mail_compose_headers){
        .from = {STR("Fernshire Post Desk"), STR("desk"), STR("mail.fernshire.test")},
        .to = {STR(""), STR("jean"), STR("example.org")},
        .subject = STR("Something is waiting for you"),
        .date = {1795325366LL * 1000000},
        .message_id = STR("0123456789abcdef@mail.fernshire.test"),
        .automatic = true,
    };
}

static void a_whole_message(void **state)
{
    (void)state;
    BUF(entity, 10000);
    assert_ok(mail_compose_text(STR("Hello\n\nSign in to see it.\n"), &entity));
    struct mail_compose_headers headers = plain_headers();
    BUF(message, 10000);
    assert_ok(mail_compose_message(&headers, buf_str(&entity), &message));
    assert_buf(message, "From: Fernshire Post Desk <desk@mail.fernshire.test>\r\n"
                        "To: jean@example.org\r\n"
                        "Subject: Something is waiting for you\r\n"
                        "Date: Sun, 22 Nov 2026 05:29:26 +0000\r\n"
                        "Message-ID: <0123456789abcdef@mail.fernshire.test>\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "X-Auto-Response-Suppress: All\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
                        "Content-Transfer-Encoding: 7bit\r\n"
                        "\r\n"
                        "Hello\r\n"
                        "\r\n"
                        "Sign in to see it.\r\n");
    BUF(again, 10000);
    assert_ok(mail_compose_message(&headers, buf_str(&entity), &again));
    assert_str(buf_str(&again), buf_str(&message));
}

static void an_answer_says_what_it_answers(void **state)
{
    (void)state;
    BUF(entity, 10000);
    BUF(message, 10000);
    assert_ok(mail_compose_text(STR("Thank you.\n"), &entity));
    struct mail_compose_headers headers = plain_headers();
    headers.is_answer = true;
    headers.answers = STR("a$b+1@c.example");
    assert_ok(mail_compose_message(&headers, buf_str(&entity), &message));
    assert_true(str_find(buf_str(&message), STR("\r\nAuto-Submitted: auto-replied\r\n")) !=
                STR_NONE);
    assert_true(str_find(buf_str(&message), STR("\r\nIn-Reply-To: <a$b+1@c.example>\r\n")) !=
                STR_NONE);
    assert_true(str_find(buf_str(&message), STR("\r\nReferences: <a$b+1@c.example>\r\n")) !=
                STR_NONE);
    assert_true(str_find(buf_str(&message), STR("auto-generated")) == STR_NONE);
    static const char *const evil[] = {"a@b>\r\nBcc: c@d.test", "a b@c", "a", "<a@b>", "a@b c"};
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        BUF(none, 10000);
        headers.answers = str_from(evil[i]);
        assert_err(mail_compose_message(&headers, buf_str(&entity), &none), ERR_BAD_INPUT);
    }
}

static void values_cannot_become_headers(void **state)
{
    (void)state;
    static const char *const evil[] = {
        "x\r\nBcc: ann@example.org",
        "x\nBcc: ann@example.org",
        "x\rBcc: a@b.test",
        "x\x01y",
        "x\x7fy",
        "x\xc2\x85y",
        "x\xe2\x80\xa8y",
        "x\ty",
        "x\xff",
    };
    BUF(entity, 1000);
    assert_ok(mail_compose_text(STR("x\n"), &entity));
    for (size_t i = 0; i < COUNT(evil); i++) {
        for (int where = 0; where < 7; where++) {
            struct mail_compose_headers headers = plain_headers();
            struct str value = str_from(evil[i]);
            if (where == 0) headers.subject = value;
            if (where == 1) headers.from.name = value;
            if (where == 2) headers.to.name = value;
            if (where == 3) headers.to.local = value;
            if (where == 4) headers.to.domain = value;
            if (where == 5) headers.message_id = value;
            if (where == 6) headers.reply_to = (struct mail_addr){value, STR("a"), STR("b.test")};
            BUF(message, 10000);
            if (mail_compose_message(&headers, buf_str(&entity), &message) != ERR_BAD_INPUT)
                fail_msg("case %zu at %d was let through", i, where);
        }
        struct mail_compose_file file = {STR("text/plain"), str_from(evil[i]), STR("x")};
        BUF(mixed, 10000);
        assert_err(mail_compose_mixed(STR("token"), STR("x"), &file, 1, &mixed), ERR_BAD_INPUT);
        file = (struct mail_compose_file){str_from(evil[i]), STR("a.pdf"), STR("x")};
        assert_err(mail_compose_mixed(STR("token"), STR("x"), &file, 1, &mixed), ERR_BAD_INPUT);
        assert_err(mail_compose_mixed(str_from(evil[i]), STR("x"), NULL, 0, &mixed), ERR_BAD_INPUT);
    }
    struct mail_compose_headers headers = plain_headers();
    static const char *const bad_ids[] = {"", "a", "a@", "@b", "a@b@c", "<a@b>", "a b@c"};
    for (size_t i = 0; i < COUNT(bad_ids); i++) {
        headers.message_id = str_from(bad_ids[i]);
        BUF(message, 10000);
        assert_err(mail_compose_message(&headers, buf_str(&entity), &message), ERR_BAD_INPUT);
    }
    BUF(message, 10000);
    headers = plain_headers();
    assert_err(mail_compose_message(&headers, STR("X: y\r\n\r\n"), &message), ERR_BAD_INPUT);
    assert_err(mail_compose_text(STR("a\rb"), &message), ERR_BAD_INPUT);
    assert_err(mail_compose_text(STR("a\0b"), &message), ERR_BAD_INPUT);
    assert_err(mail_compose_text(STR("\xff"), &message), ERR_BAD_INPUT);
}

static void check_header(struct mail_compose_headers headers, const char *wanted)
{
    BUF(message, 20000);
    assert_ok(mail_compose_message(&headers, STR("Content-Type: text/plain\r\n\r\n"), &message));
    if (str_find(buf_str(&message), str_from(wanted)) == STR_NONE)
        fail_msg("no %s in %s", wanted, message.at);
    struct str rest = buf_str(&message), line;
    while (str_split(&rest, '\n', &line))
        if (line.len > 77) fail_msg("a line of %zu bytes: %.*s", line.len, STR_ARG(line));
}

static void headers_are_encoded_and_folded(void **state)
{
    (void)state;
    struct mail_compose_headers headers = plain_headers();
    headers.subject = STR("Caf\xc3\xa9");
    check_header(headers, "\r\nSubject: =?utf-8?B?Q2Fmw6k=?=\r\n");
    headers.subject = STR("not =?utf-8?Q?encoded?=");
    check_header(headers, "\r\nSubject: =?utf-8?B?bm90ID0/dXRmLTg/UT9lbmNvZGVkPz0=?=\r\n");
    headers.subject = STR("\xc5\x81\xc3\xb3"
                          "d\xc5\xba \xc5\x81\xc3\xb3"
                          "d\xc5\xba \xc5\x81\xc3\xb3"
                          "d\xc5\xba \xc5\x81\xc3\xb3"
                          "d\xc5\xba \xc5\x81\xc3\xb3"
                          "d\xc5\xba \xc5\x81\xc3\xb3"
                          "d\xc5\xba");
    check_header(headers, "?=\r\n =?utf-8?B?");
    headers.subject =
        STR("A long subject is folded between its words and stays the same subject when "
            "it is unfolded again");
    check_header(headers,
                 "\r\nSubject: A long subject is folded between its words and stays the same"
                 "\r\n subject when it is unfolded again\r\n");
    headers.subject = STR("two  spaces");
    check_header(headers, "\r\nSubject: =?utf-8?B?dHdvICBzcGFjZXM=?=\r\n");
    headers.subject = STR("");
    check_header(headers, "\r\nSubject:\r\n");
    headers = plain_headers();
    headers.from.name = STR("Smith, J. \"Jean\"");
    check_header(headers, "From: \"Smith, J. \\\"Jean\\\"\" <desk@mail.fernshire.test>\r\n");
    headers.from.name = STR("Zo\xc3\xab");
    check_header(headers, "From: =?utf-8?B?Wm/Dqw==?= <desk@mail.fernshire.test>\r\n");
    headers.from.name = STR("");
    headers.from.local = STR("post desk");
    check_header(headers, "From: \"post desk\"@mail.fernshire.test\r\n");
    headers.reply_to = (struct mail_addr){STR(""), STR("a1b2"), STR("post.fernshire.test")};
    check_header(headers, "\r\nReply-To: a1b2@post.fernshire.test\r\n");
    headers.date = (struct utc){951782399LL * 1000000 + 999999};
    check_header(headers, "\r\nDate: Mon, 28 Feb 2000 23:59:59 +0000\r\n");
}

static void check_text(const char *text, const char *wanted)
{
    BUF(entity, 20000);
    assert_ok(mail_compose_text(str_from(text), &entity));
    size_t body = str_find(buf_str(&entity), STR("\r\n\r\n"));
    assert_str(str_from_byte(buf_str(&entity), body + 4), str_from(wanted));
    struct str rest = buf_str(&entity), line;
    while (str_split(&rest, '\n', &line)) assert_true(line.len <= 79);
}

#define TEN "wordword1 "
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static void text_flows(void **state)
{
    (void)state;
    check_text("", "");
    check_text("one", "one\r\n");
    check_text("one\n", "one\r\n");
    check_text("one\n\n", "one\r\n\r\n");
    check_text("ends   \nhere", "ends\r\nhere\r\n");
    check_text(" indented", "  indented\r\n");
    check_text("> quoted", " > quoted\r\n");
    check_text("From me", " From me\r\n");
    check_text(".hidden", "=2Ehidden\r\n");
    check_text("-- \nJean", "--=20\r\nJean\r\n");
    check_text("Zo\xc3\xab = x", "Zo=C3=AB =3D x\r\n");
    /* broken at a space, which becomes the soft break */
    check_text(SEVENTY "end of the line",
               TEN TEN TEN TEN TEN TEN "wordword1=20\r\nend of the line\r\n");
    /* a boundary of ours cannot stand in a body */
    check_text("--=_0123456789abcdef--", "--=3D_0123456789abcdef--\r\n");
}

static void long_words_are_not_broken(void **state)
{
    (void)state;
    BUF(text, 2000);
    buf_add_c(&text, "https://portal.example.org/l/");
    for (int i = 0; i < 120; i++) buf_add_byte(&text, 'a');
    BUF(entity, 20000);
    assert_ok(mail_compose_text(buf_str(&text), &entity));
    /* quoted-printable breaks the line, and joins it again when it is read */
    BUF(joined, 20000);
    struct str rest = buf_str(&entity), line;
    while (str_split(&rest, '\n', &line)) {
        if (str_ends(line, STR("=\r")))
            buf_add(&joined, str_slice(line, 0, line.len - 2));
        else
            buf_add(&joined, line);
    }
    assert_true(str_find(buf_str(&joined), buf_str(&text)) != STR_NONE);
}

static void parts_stand_between_boundaries(void **state)
{
    (void)state;
    BUF(bytes, 1000);
    for (int i = 0; i < 58; i++) buf_add_byte(&bytes, 'A');
    struct mail_compose_file file = {STR("application/pdf"), STR("AAAA-BBBB-CCCC.pdf"),
                                     buf_str(&bytes)};
    BUF(entity, 10000);
    assert_ok(mail_compose_mixed(STR("t0"), STR("Hello\n"), &file, 1, &entity));
    assert_buf(entity,
               "Content-Type: multipart/mixed; boundary=\"=_t0\"\r\n"
               "\r\n"
               "--=_t0\r\n"
               "Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
               "Content-Transfer-Encoding: 7bit\r\n"
               "\r\n"
               "Hello\r\n"
               "\r\n"
               "--=_t0\r\n"
               "Content-Type: application/pdf; name=\"AAAA-BBBB-CCCC.pdf\"\r\n"
               "Content-Disposition: attachment; filename=\"AAAA-BBBB-CCCC.pdf\"\r\n"
               "Content-Transfer-Encoding: base64\r\n"
               "\r\n"
               "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n"
               "QQ==\r\n"
               "\r\n"
               "--=_t0--\r\n");
    BUF(encrypted, 10000);
    assert_ok(mail_compose_encrypted(STR("t0"),
                                     STR("-----BEGIN PGP MESSAGE-----\n\nabc\n=defg\n"
                                         "-----END PGP MESSAGE-----\n"),
                                     &encrypted));
    assert_true(str_starts(buf_str(&encrypted), STR("Content-Type: multipart/encrypted;\r\n"
                                                    " protocol=\"application/pgp-encrypted\";\r\n"
                                                    " boundary=\"=_t0\"\r\n\r\n--=_t0\r\n")));
    assert_true(
        str_ends(buf_str(&encrypted), STR("-----END PGP MESSAGE-----\r\n\r\n--=_t0--\r\n")));
    /* there is no way to put clear text there */
    assert_err(mail_compose_encrypted(STR("t0"), STR("Dear Nana"), &encrypted), ERR_BAD_INPUT);
    assert_err(mail_compose_encrypted(STR("t0"), STR("-----BEGIN PGP MESSAGE-----\nDear Nana"),
                                      &encrypted),
               ERR_BAD_INPUT);
    assert_true(mail_compose_file_room(58) > entity.len);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    BUF(text, 5000);
    for (int i = 0; i < 400; i++) buf_add_c(&text, "wordword1 ");
    for (size_t room = 0; room < 4000; room += 97) {
        BUF(entity, room);
        assert_err(mail_compose_text(buf_str(&text), &entity), ERR_TOO_BIG);
    }
    struct mail_compose_headers headers = plain_headers();
    char subject[501];
    memset(subject, 'a', sizeof subject);
    headers.subject = (struct str){subject, sizeof subject};
    BUF(message, 10000);
    assert_err(mail_compose_message(&headers, STR("Content-Type: text/plain\r\n\r\n"), &message),
               ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(a_whole_message), cmocka_unit_test(an_answer_says_what_it_answers),
          cmocka_unit_test(values_cannot_become_headers),
          cmocka_unit_test(headers_are_encoded_and_folded), cmocka_unit_test(text_flows),
          cmocka_unit_test(long_words_are_not_broken),
          cmocka_unit_test(parts_stand_between_boundaries),
          cmocka_unit_test(what_does_not_fit_is_refused))
