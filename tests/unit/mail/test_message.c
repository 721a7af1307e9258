/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/message.h"

static void notice_comes_back(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 16);
    BUF(message, 10000);
    assert_int_equal(mail_message_from_text(STR("Subject: A code\n\nHello.\n\nBye.\n"),
                                            &(struct mail_message){0}, &message),
                     OK);
    struct mail_message read;
    assert_int_equal(mail_message_get(buf_str(&message), arena, &read), OK);
    assert_true(str_equal(read.subject, STR("A code")));
    assert_true(read.automatic);
    assert_true(read.alias.len == 0);
    assert_true(str_find(read.entity, STR("Hello.\r\n\r\nBye.")) != STR_NONE);
}

/* Only a notice has its words in the head: by them the post knows that it is one. */
static void a_notice_says_its_words(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 20);
    BUF(message, (size_t)1 << 20);
    struct mail_message read;
    assert_int_equal(mail_message_from_text(STR("Subject: A\n\nHello,\n\n\"you\".\n"),
                                            &(struct mail_message){0}, &message),
                     OK);
    assert_int_equal(mail_message_get(buf_str(&message), arena, &read), OK);
    assert_true(str_equal(read.text, STR("Hello,\n\n\"you\".")));

    buf_clear(&message);
    assert_int_equal(mail_message_for_phone(STR("Post: wait.\n"), &message), OK);
    assert_int_equal(mail_message_get(buf_str(&message), arena, &read), OK);
    assert_true(str_equal(read.text, STR("Post: wait.")));
    assert_true(read.subject.len == 0 && read.entity.len == 0 && read.automatic);
    assert_int_equal(mail_message_for_phone(STR(" \n"), &message), ERR_BAD_TEMPLATE);

    buf_clear(&message);
    BUF(lengthy, 20000);
    buf_add_c(&lengthy, "Subject: A\n\n");
    for (int i = 0; i < 9000; i++) buf_add_byte(&lengthy, i % 60 == 59 ? '\n' : 'a');
    assert_int_equal(mail_message_from_text(buf_str(&lengthy), &(struct mail_message){0}, &message),
                     OK);
    assert_int_equal(mail_message_get(buf_str(&message), arena, &read), OK);
    assert_true(read.text.len == 0 && read.entity.len > 9000);

    /* an answer to a mail goes back by mail, to nobody's machine */
    buf_clear(&message);
    assert_int_equal(mail_message_from_text(STR("Subject: A\n\nHello.\n"),
                                            &(struct mail_message){.is_answer = true}, &message),
                     OK);
    assert_int_equal(mail_message_get(buf_str(&message), arena, &read), OK);
    assert_true(read.is_answer && read.text.len == 0);
}

static void every_field_comes_back(void **state)
{
    (void)state;
    ARENA(arena, (size_t)1 << 16);
    BUF(body, 10000);
    struct mail_message written = {.subject = STR("Za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87 \"x\"\\"),
                                   .alias = STR("0h2k4m8kx2c7"),
                                   .is_answer = true,
                                   .answers = STR("a$b@c.example"),
                                   .entity = STR("Content-Type: text/plain\r\n\r\n{\n}\n")};
    assert_int_equal(mail_message_put(&written, &body), OK);
    struct mail_message read;
    assert_int_equal(mail_message_get(buf_str(&body), arena, &read), OK);
    assert_true(str_equal(read.subject, written.subject));
    assert_true(str_equal(read.alias, written.alias));
    assert_true(str_equal(read.entity, written.entity));
    assert_true(read.is_answer);
    assert_true(str_equal(read.answers, written.answers));
    assert_false(read.automatic);
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "Hello", "Subject: x", "Subject: a\nb\n\nc", "X\n\ny"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        BUF(message, 10000);
        assert_int_equal(
            mail_message_from_text(str_from(bad[i]), &(struct mail_message){0}, &message),
            ERR_BAD_TEMPLATE);
    }
    ARENA(arena, (size_t)1 << 16);
    struct mail_message read;
    assert_int_equal(mail_message_get(STR("{}"), arena, &read), ERR_BAD_JSON);
    assert_int_equal(mail_message_get(STR("[]\nx"), arena, &read), ERR_BAD_JSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notice_comes_back),
        cmocka_unit_test(a_notice_says_its_words),
        cmocka_unit_test(every_field_comes_back),
        cmocka_unit_test(other_shapes_are_refused),
    };
    return cmocka_run_group_tests_name("mail/message", tests, NULL, NULL);
}
