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
    assert_int_equal(mail_message_from_text(STR("Subject: A code\n\nHello.\n\nBye.\n"), &message),
                     OK);
    struct str subject, entity;
    bool automatic = false;
    assert_int_equal(mail_message_get(buf_str(&message), arena, &subject, &automatic, &entity), OK);
    assert_true(str_equal(subject, STR("A code")));
    assert_true(automatic);
    assert_true(str_find(entity, STR("Hello.\r\n\r\nBye.")) != STR_NONE);
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "Hello", "Subject: x", "Subject: a\nb\n\nc", "X\n\ny"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        BUF(message, 10000);
        assert_int_equal(mail_message_from_text(str_from(bad[i]), &message), ERR_BAD_TEMPLATE);
    }
    ARENA(arena, (size_t)1 << 16);
    struct str subject, entity;
    bool automatic;
    assert_int_equal(mail_message_get(STR("{}"), arena, &subject, &automatic, &entity),
                     ERR_BAD_JSON);
    assert_int_equal(mail_message_get(STR("[]\nx"), arena, &subject, &automatic, &entity),
                     ERR_BAD_JSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notice_comes_back),
        cmocka_unit_test(other_shapes_are_refused),
    };
    return cmocka_run_group_tests_name("mail/message", tests, NULL, NULL);
}
