/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "crypt/token.h"
#include "server/http/lookups.h"
#include "server/portal/portal.h"

/*
 * E-mail address and password. Whether the address is known or not, the same happens: the same
 * queries, one Argon2id, one message and its job (a decoy if there is nobody to send it to).
 */

struct sign_in {
    struct str email, password;
    int64_t agency, account;
    struct password_row row;
    struct secret opened;
    bool passed, by_totp;
};

static enum err find_account(struct request *request, struct sign_in *sign_in)
{
    struct store_rows rows;
    struct lookups lookups;
    TRY(lookups_make(request, sign_in->email, portal_lookup, &lookups));
    TRY(store_db_one(request->db, NULL, QUERY_account_for_sign_in,
                     PARAMS(P_INTS(lookups.agencies, lookups.count), lookups.values),
                     request->arena, &rows));
    sign_in->agency = rows_int(&rows, 0, "agency_id");
    sign_in->account = rows_int(&rows, 0, "account_id");
    sign_in->by_totp = str_equal(rows_str(&rows, 0, "second_factor"), STR("totp"));
    return password_row_from(rows_int(&rows, 0, "argon_kib"), rows_int(&rows, 0, "argon_passes"),
                             rows_str(&rows, 0, "argon_salt"), rows_str(&rows, 0, "wrapped_secret"),
                             &sign_in->row);
}

static enum err try_password(struct request *request, struct sign_in *sign_in)
{
    const struct portal *portal = request->app;
    const struct password_work work = {portal->places, portal->host, PASSWORD_COST,
                                       request->clean_address};
    enum err code =
        password_open(&work, sign_in->password, sign_in->account, &sign_in->row, &sign_in->opened);
    if (code != OK && code != ERR_NO_MATCH) return code;
    sign_in->passed = code == OK;
    if (!sign_in->passed) secret_random(&sign_in->opened);
    return OK;
}

/* Queues the code and opens a session that waits for it; a decoy after a wrong password. */
static enum err begin(struct request *request, struct sign_in *sign_in, bool *ret_begun)
{
    SECRET(cookie);
    SECRET(sid);
    secret_random(&cookie);
    TRY(token_session_id(&cookie, &sid));
    BUF_SECRET(box, 256);
    TRY(token_session_close(&cookie, sign_in->account, &sign_in->opened, &box));
    char code[TOKEN_CODE_DIGITS + 1];
    unsigned char code_hash[KDF_MAC_BYTES];
    token_code_make(code);
    TRY(token_code_hash(&cookie, code, code_hash));
    int64_t message = random_id();
    struct str body;
    TRY(portal_code_mail(request, sign_in->agency, message, code, &body));
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_sign_in_begin,
                     PARAMS(P_RAW(sid.bytes), P_INT(sign_in->agency), P_INT(sign_in->account),
                            P_BOOL(sign_in->passed), P_BYTES(buf_str(&box)), P_RAW(code_hash),
                            P_INT(message), P_BYTES(body)),
                     request->arena, &rows));
    *ret_begun = rows_bool(&rows, 0, "begun");
    if (*ret_begun) reply_cookie(request, COOKIE_MAIN, &cookie);
    return OK;
}

static enum err refuse(struct request *request, struct str email)
{
    TRY(rate_failed(request, RATE_ACCOUNT, email));
    request_problem(request, "", "sign-in-wrong");
    return reply_page(request, "portal/sign_in");
}

enum err post_sign_in(struct request *request)
{
    struct sign_in sign_in = {.password = form_get(&request->form, "password")};
    struct str typed = form_line(&request->form, "email");
    if (typed.len == 0) request_problem(request, "email", "email-missing");
    if (sign_in.password.len == 0) request_problem(request, "password", "password-missing");
    if (request_has_problem(request)) return reply_page(request, "portal/sign_in");
    if (portal_email(request, typed, &sign_in.email) != OK) {
        request_problem(request, "email", "email-bad");
        return reply_page(request, "portal/sign_in");
    }
    TRY(rate_check(request, RATE_ACCOUNT, sign_in.email));
    TRY(find_account(request, &sign_in));
    bool begun = false;
    enum err code = try_password(request, &sign_in);
    if (code == OK) code = begin(request, &sign_in, &begun);
    secret_wipe(&sign_in.opened);
    TRY(code);
    if (!begun) return refuse(request, sign_in.email);
    return reply_see(request, "/sign-in/code", NULL);
}
