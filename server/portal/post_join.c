/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "crypt/secretbox.h"
#include "crypt/token.h"
#include "server/portal/portal.h"

/*
 * The code of the agency's letter and the e-mail address that the agency has. The address stands in
 * the session until the password is chosen, sealed under the browser's cookie.
 */
static enum err try_code(struct request *request, const char *code, struct str email,
                         struct str *ret_result)
{
    unsigned char code_hash[KDF_MAC_BYTES], email_check[KDF_MAC_BYTES];
    TRY(token_join_hash(code, code_hash));
    TRY(token_join_email(code, email, email_check));
    SECRET(cookie);
    SECRET(sid);
    secret_random(&cookie);
    TRY(token_session_id(&cookie, &sid));
    BUF(box, email.len + SECRETBOX_EXTRA_BYTES);
    TRY(secretbox_close(&cookie, BOX_SESSION_JOINING, STR("email"), email, &box));
    struct store_rows rows;
    TRY(store_db_one(
        request->db, NULL, QUERY_join_try,
        PARAMS(P_RAW(code_hash), P_RAW(email_check), P_RAW(sid.bytes), P_BYTES(buf_str(&box))),
        request->arena, &rows));
    *ret_result = rows_str(&rows, 0, "result");
    if (str_equal(*ret_result, STR("ok"))) reply_cookie(request, COOKIE_MAIN, &cookie);
    return OK;
}

enum err post_join(struct request *request)
{
    struct str typed = form_line(&request->form, "code"), email = {NULL, 0};
    struct str address = form_line(&request->form, "email");
    char code[TOKEN_JOIN_LETTERS + 1] = {0};
    if (typed.len == 0)
        request_problem(request, "code", "join-code-missing");
    else if (!code_letters_get(typed, TOKEN_JOIN_LETTERS, code))
        request_problem(request, "code", "join-code-bad");
    if (address.len == 0)
        request_problem(request, "email", "email-missing");
    else if (portal_email(request, address, &email) != OK)
        request_problem(request, "email", "email-bad");
    if (request_has_problem(request)) return reply_page(request, "portal/join");
    struct str plain = str_from(code), result;
    TRY(rate_check(request, RATE_JOIN, plain));
    TRY(try_code(request, code, email, &result));
    if (str_equal(result, STR("ok"))) return reply_see(request, "/join/password", NULL);
    TRY(rate_failed(request, RATE_JOIN, plain));
    /* one answer for all of them: it tells nobody whether a code exists */
    request_problem(request, "", "join-wrong");
    return reply_page(request, "portal/join");
}
