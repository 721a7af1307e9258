/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/notify_form.h"
#include "tests/unit/unit.h"

#include <string.h>

#define SERVICE "26785a09-ab16-4eb0-8407-a37497a57506"
#define SECRET "3d844edf-8d35-48ac-975b-e847b4f122b0"
#define ID "740e5834-3a29-46b4-9a6f-16142fde533a"
#define OTHER "851e5834-3a29-46b4-9a6f-16142fde533a"

static void keys_are_read_from_their_end(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"my_test_key-" SERVICE "-" SECRET, true},
        {"a key-with-dashes - in it-" SERVICE "-" SECRET, true},
        {"-" SERVICE "-" SECRET, false},
        {SERVICE "-" SECRET, false},
        {"key-" SERVICE SECRET "-", false},
        {"key-" SERVICE "-" SECRET "0", false},
        {"key_" SERVICE "-" SECRET, false},
        {"key-" SERVICE "-3D844EDF-8d35-48ac-975b-e847b4f122b0", false},
        {"key-" SERVICE "-3d844edf08d35-48ac-975b-e847b4f122b0", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_notify_key key;
        bool good = mail_notify_key_get(str_from(cases[i].text), &key);
        if (good != cases[i].good) fail_msg("%s", cases[i].text);
        if (!good) continue;
        assert_string_equal(key.service, SERVICE);
        assert_string_equal(key.secret, SECRET);
    }
}

/* As jsonwebtoken signs it. */
static void a_token_is_a_json_web_token(void **state)
{
    (void)state;
    struct mail_notify_key key = {SERVICE, SECRET};
    BUF(token, 1000);
    buf_add_c(&token, "Bearer ");
    struct utc now = {1568818578 * UTC_SECOND_US + 999999};
    assert_int_equal(mail_notify_token(&key, now, &token), OK);
    assert_str(
        buf_str(&token),
        STR("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIyNjc4NWEwOS1hYjE2LTRlYjAtODQw"
            "Ny1hMzc0OTdhNTc1MDYiLCJpYXQiOjE1Njg4MTg1Nzh9.YlLRluAeKD8aULjyZVgSwNwmUxolUmcv5g2k84"
            "o7ZTU"));
    BUF(small, 100);
    assert_int_equal(mail_notify_token(&key, now, &small), ERR_TOO_BIG);
}

static void a_notice_is_json(void **state)
{
    (void)state;
    struct mail_notify_notice notice = {.to = STR("nana@relative.test"),
                                        .template = STR(ID),
                                        .subject = STR("A \"message\""),
                                        .text = STR("Hello,\n\nZo\xc3\xab."),
                                        .reference = STR("0123")};
    BUF(json, 10000);
    assert_int_equal(mail_notify_body(&notice, &json), OK);
    assert_str(buf_str(&json),
               STR("{\"email_address\":\"nana@relative.test\",\"personalisation\":{\"subject\":\"A "
                   "\\\"message\\\"\",\"text\":\"Hello,\\n\\nZo\xc3\xab.\"},\"reference\":\"0123\","
                   "\"template_id\":\"" ID "\"}"));
    notice.sender = STR(OTHER);
    notice.is_text = true;
    notice.to = STR("+447700900123");
    buf_clear(&json);
    assert_int_equal(mail_notify_body(&notice, &json), OK);
    assert_str(buf_str(&json),
               STR("{\"personalisation\":{\"text\":\"Hello,\\n\\nZo\xc3\xab.\"},\"phone_number\":"
                   "\"+447700900123\",\"reference\":\"0123\",\"sms_sender_id\":\"" OTHER
                   "\",\"template_id\":\"" ID "\"}"));
}

/* Characters count, not bytes. */
static void a_text_has_918_characters_at_most(void **state)
{
    (void)state;
    struct mail_notify_notice notice = {
        .is_text = true, .to = STR("+447700900123"), .template = STR(ID), .reference = STR("0")};
    BUF(text, 10000);
    for (int i = 0; i < MAIL_NOTIFY_TEXT_CHARACTERS; i++) buf_add_c(&text, "\xc3\xab");
    BUF(json, 10000);
    notice.text = buf_str(&text);
    assert_int_equal(mail_notify_body(&notice, &json), OK);
    buf_add_byte(&text, 'a');
    notice.text = buf_str(&text);
    assert_int_equal(mail_notify_body(&notice, &json), ERR_TOO_BIG);
    notice.is_text = false;
    buf_clear(&json);
    assert_int_equal(mail_notify_body(&notice, &json), OK);
}

static void answers_are_read_for_what_they_are(void **state)
{
    (void)state;
#define ONE(id, status) "{\"id\":\"" id "\",\"status\":\"" status "\",\"x\":[1]}"
#define LIST(inside) "{\"links\":{},\"notifications\":[" inside "]}"
    static const struct {
        const char *answer;
        enum err code;
        const char *id, *status;
    } cases[] = {
        {ONE(ID, "delivered"), OK, ID, "delivered"},
        {LIST(ONE(ID, "created")), OK, ID, "created"},
        {LIST(ONE(OTHER, "permanent-failure") "," ONE(ID, "sending")), OK, ID, "sending"},
        {LIST(ONE(OTHER, "sending") "," ONE(ID, "delivered")), OK, OTHER, "sending"},
        {LIST(ONE(OTHER, "temporary-failure") "," ONE(ID, "permanent-failure")), OK, OTHER,
         "temporary-failure"},
        {LIST(""), ERR_NOT_FOUND, NULL, NULL},
        {"{\"notifications\":{}}", ERR_BAD_JSON, NULL, NULL},
        {LIST("1"), ERR_BAD_JSON, NULL, NULL},
        {LIST(ONE("x", "created")), ERR_BAD_JSON, NULL, NULL},
        {ONE(ID, ""), ERR_BAD_JSON, NULL, NULL},
        {ONE(ID, "Delivered to nana"), ERR_BAD_JSON, NULL, NULL},
        {ONE(ID, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), ERR_BAD_JSON, NULL, NULL},
        {"<html>", ERR_BAD_JSON, NULL, NULL},
        {"[]", ERR_BAD_JSON, NULL, NULL},
        {"", ERR_BAD_JSON, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_notify_found found;
        enum err code = mail_notify_status(str_from(cases[i].answer), &found);
        if (code != cases[i].code) fail_msg("%s: %d", cases[i].answer, (int)code);
        if (code != OK) continue;
        assert_string_equal(found.id, cases[i].id);
        assert_string_equal(found.status, cases[i].status);
        assert_true(mail_notify_failed(&found) == (strstr(cases[i].status, "-failure") != NULL));
    }
    char id[MAIL_NOTIFY_ID_LETTERS + 1] = "";
    assert_true(mail_notify_id_get(STR("{\"id\":\"" ID "\"}"), id));
    assert_string_equal(id, ID);
    assert_false(mail_notify_id_get(STR("{\"id\":7}"), id));
    assert_false(mail_notify_id_get(STR("taken"), id));
}

UNIT_MAIN(NULL, cmocka_unit_test(keys_are_read_from_their_end),
          cmocka_unit_test(a_token_is_a_json_web_token), cmocka_unit_test(a_notice_is_json),
          cmocka_unit_test(a_text_has_918_characters_at_most),
          cmocka_unit_test(answers_are_read_for_what_they_are))
