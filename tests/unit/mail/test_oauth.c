/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/oauth.h"

#include "tests/unit/unit.h"

static void answers(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *body, *error, *token, *refresh;
        int64_t seconds;
    } cases[] = {
        {200,
         "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":"
         "\"eyJ0.a-b_c\"}",
         NULL, "eyJ0.a-b_c", "", 3599},
        {200,
         "{\"token_type\":\"bearer\",\"expires_in\":\"3599\",\"access_token\":\"a\",\"refresh_"
         "token\":\"0.AX\"}",
         NULL, "a", "0.AX", 3599},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\"}", NULL, "a", "", 300},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"expires_in\":999999999999}",
         NULL, "a", "", 7 * 24 * 3600},
        {400, "{\"error\":\"invalid_grant\",\"error_description\":\"x\"}", "oauth_invalid_grant",
         "", "", 0},
        {401, "{\"error\":\"invalid_client\"}", "oauth_invalid_client", "", "", 0},
        {400, "{\"error\":\"invalid_grant \"}", "oauth_refused", "", "", 0},
        /* both: the error counts */
        {200, "{\"error\":\"invalid_scope\",\"token_type\":\"Bearer\",\"access_token\":\"a\"}",
         "oauth_invalid_scope", "", "", 0},
        {500, "{\"token_type\":\"Bearer\",\"access_token\":\"a\"}", "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"mac\",\"access_token\":\"a\"}", "oauth_answer", "", "", 0},
        {200, "{\"access_token\":\"a\"}", "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"\"}", "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a b\"}", "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\\u0001auth=x\"}", "oauth_answer", "",
         "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\\r\\nb\"}", "oauth_answer", "", "",
         0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"é\"}", "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"refresh_token\":\"a b\"}",
         "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"expires_in\":0}", "oauth_answer",
         "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"expires_in\":-1}",
         "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"expires_in\":\"1x\"}",
         "oauth_answer", "", "", 0},
        {200, "{\"token_type\":\"Bearer\",\"access_token\":7}", "oauth_answer", "", "", 0},
        {200, "[]", "oauth_answer", "", "", 0},
        {200, "", "oauth_answer", "", "", 0},
        {200, "<html>", "oauth_answer", "", "", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_oauth_answer answer;
        mail_oauth_answer_read(str_from(cases[i].body), cases[i].status, &answer);
        if (cases[i].error) {
            assert_non_null(answer.error);
            assert_string_equal(answer.error, cases[i].error);
        } else {
            assert_null(answer.error);
            assert_true(str_equal(buf_str(&answer.token), str_from(cases[i].token)));
            assert_true(str_equal(buf_str(&answer.refresh), str_from(cases[i].refresh)));
            assert_int_equal(answer.seconds, cases[i].seconds);
        }
        buf_free(&answer.token);
        buf_free(&answer.refresh);
    }
}

static void urls(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool taken;
    } cases[] = {
        {"https://login.microsoftonline.com/1-2/oauth2/v2.0/token", true},
        {"http://127.0.0.1:8080/token", true},
        {"http://localhost/token", true},
        {"http://login.example/token", false},
        {"http://127.0.0.1.example/token", false},
        {"ftp://localhost/token", false},
        {"file:///etc/passwd", false},
        {"https://user:word@login.example/token", false},
        {"https://login.example/token#x", false},
        {"login.example/token", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mail_oauth_client client = {cases[i].url, "id", "secret", "", "", ""};
        struct mail_oauth *oauth = NULL;
        enum err code = mail_oauth_open(&client, &oauth);
        assert_int_equal(code, cases[i].taken ? OK : ERR_CONFIG);
        mail_oauth_free(&oauth);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(answers), cmocka_unit_test(urls))
