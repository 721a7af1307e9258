/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "crypt/totp.h"
#include "server/desk/account.h"

/*
 * The authenticator's code: the session goes on under a new cookie. Wrong ones count for the member
 * of staff too: who knows the password guesses no faster from many network addresses.
 */

static enum err read_secret(struct request *request, struct str *ret_secret, int64_t *ret_last)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_sign_in_second,
                     PARAMS(P_RAW(request->session.id.bytes)), request->arena, &rows));
    if (rows.count == 0) return ERR_SIGNED_OUT;
    SEAL_PAIR(own);
    TRY(desk_own_pair(request, &own));
    const struct desk_keyring ring = {&own, 1};
    *ret_last = rows_int(&rows, 0, "last_totp_step");
    return desk_open(request, &ring, SEAL_TOTP, "staff", request->session.staff, 1,
                     rows_str(&rows, 0, "sealed_totp"), ret_secret);
}

static enum err go_on(struct request *request, int64_t step, struct str *ret_result)
{
    const struct secret *old = request_cookie(request);
    SECRET(opened);
    SECRET(cookie);
    SECRET(sid);
    TRY(token_session_open(old, request->session.staff, request->session.sealed_secret, &opened));
    secret_random(&cookie);
    TRY(token_session_id(&cookie, &sid));
    BUF_SECRET(box, 256);
    TRY(token_session_close(&cookie, request->session.staff, &opened, &box));
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_sign_in_totp,
                     PARAMS(P_RAW(request->session.id.bytes), P_INT(step), P_RAW(sid.bytes),
                            P_BYTES(buf_str(&box))),
                     request->arena, &rows));
    *ret_result = rows_str(&rows, 0, "result");
    if (str_equal(*ret_result, STR("ok"))) reply_cookie(request, COOKIE_MAIN, &cookie);
    return OK;
}

enum err post_sign_in_code(struct request *request)
{
    struct str typed = form_line(&request->form, "code"), secret, result = STR("wrong");
    if (typed.len == 0) {
        request_problem(request, "code", "code-missing");
        return reply_page(request, "desk/sign_in_totp");
    }
    int64_t last, step;
    TRY(rate_check(request, RATE_SECOND, account_whose(request)));
    TRY(read_secret(request, &secret, &last));
    enum err code = totp_check(secret, typed, request->arrived, last, &step);
    if (code != ERR_NO_MATCH) {
        TRY(code);
        TRY(go_on(request, step, &result));
    }
    if (str_equal(result, STR("ok"))) return reply_see(request, "/", NULL);
    TRY(rate_failed(request, RATE_SECOND, account_whose(request)));
    if (str_equal(result, STR("gone"))) return ERR_SIGNED_OUT;
    request_problem(request, "code", "code-wrong");
    return reply_page(request, "desk/sign_in_totp");
}
