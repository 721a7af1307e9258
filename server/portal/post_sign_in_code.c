/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "crypt/totp.h"
#include "server/portal/account.h"
#include "server/portal/second.h"

/*
 * The second step: the code that was sent by e-mail, or one of an authenticator app. The session
 * goes on under a new cookie. Wrong ones count for the account too: who knows its password guesses
 * no faster from many network addresses, or by signing in anew.
 */
struct step {
    const struct secret *old;
    struct secret cookie, sid;
    struct buf box;
    struct str result; /* ok, wrong, locked, expired, gone, used */
};

static enum err new_session(struct request *request, struct step *step)
{
    step->old = request_cookie(request);
    if (!step->old) return ERR_SIGNED_OUT;
    SECRET(opened);
    TRY(token_session_open(step->old, request->session.account, request->session.sealed_secret,
                           &opened));
    secret_random(&step->cookie);
    TRY(token_session_id(&step->cookie, &step->sid));
    return token_session_close(&step->cookie, request->session.account, &opened, &step->box);
}

static enum err try_mailed(struct request *request, struct str typed, struct step *step)
{
    char code[TOKEN_CODE_DIGITS + 1];
    step->result = STR("wrong");
    if (!token_code_get(typed, code)) return OK;
    unsigned char code_hash[KDF_MAC_BYTES];
    TRY(token_code_hash(step->old, code, code_hash));
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_sign_in_code_try,
                     PARAMS(P_RAW(request->session.id.bytes), P_RAW(code_hash),
                            P_RAW(step->sid.bytes), P_BYTES(buf_str(&step->box))),
                     request->arena, &rows));
    step->result = rows_str(&rows, 0, "result");
    return OK;
}

static enum err try_app(struct request *request, const struct second *second, struct str typed,
                        struct step *step)
{
    SEAL_PAIR(pair);
    struct str secret;
    int64_t number;
    TRY(portal_pair(request, &pair));
    TRY(second_secret(request, second, &pair, &secret));
    step->result = STR("wrong");
    enum err code = totp_check(secret, typed, request->arrived, second->last_step, &number);
    if (code == ERR_NO_MATCH) return OK;
    TRY(code);
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_sign_in_totp,
                     PARAMS(P_RAW(request->session.id.bytes), P_INT(number), P_RAW(step->sid.bytes),
                            P_BYTES(buf_str(&step->box))),
                     request->arena, &rows));
    step->result = rows_str(&rows, 0, "result");
    return OK;
}

static enum err answer(struct request *request, const struct second *second,
                       const struct step *step)
{
    if (str_equal(step->result, STR("ok"))) {
        reply_cookie(request, COOKIE_MAIN, &step->cookie);
        return reply_see(request, "/", NULL);
    }
    TRY(rate_failed(request, RATE_SECOND, account_whose(request)));
    if (str_equal(step->result, STR("wrong")) || str_equal(step->result, STR("used"))) {
        request_problem(request, "code", "code-wrong");
        return second_page(request, second);
    }
    reply_cookie_end(request, COOKIE_MAIN);
    bool expired = str_equal(step->result, STR("expired"));
    return reply_see(request, "/sign-in", expired ? "code-expired" : "sign-in-over");
}

enum err post_sign_in_code(struct request *request)
{
    struct str typed = form_line(&request->form, "code");
    struct second second;
    TRY(second_find(request, &second));
    if (typed.len == 0) {
        request_problem(request, "code", "code-missing");
        return second_page(request, &second);
    }
    TRY(rate_check(request, RATE_SECOND, account_whose(request)));
    struct step step = {.box = buf_new_secret(256)};
    enum err code = new_session(request, &step);
    if (code == OK)
        code = second.by_app ? try_app(request, &second, typed, &step)
                             : try_mailed(request, typed, &step);
    if (code == OK) code = answer(request, &second, &step);
    buf_free(&step.box);
    secret_wipe(&step.cookie);
    secret_wipe(&step.sid);
    return code;
}
