/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "mail/addr.h"
#include "server/desk/desk.h"
#include "server/http/lookups.h"

/*
 * A member of staff's address and password. The same happens for a known and an unknown address:
 * one look-up, one Argon2id. The authenticator's code is asked for next.
 */
struct sign_in {
    struct str email, password;
    int64_t agency, staff;
    struct password_row row;
};

static enum err staff_lookup(const struct request *request, int64_t agency, struct str email,
                             unsigned char ret_value[KDF_MAC_BYTES])
{
    const struct desk *desk = request->app;
    const struct secret *key;
    TRY(keys_find(desk->keys, KEY_STAFF, agency, &key));
    return token_lookup(key, MAC_LOOKUP_STAFF, agency, email, ret_value);
}

static enum err find_staff(struct request *request, struct sign_in *sign_in)
{
    struct store_rows rows;
    struct lookups lookups;
    TRY(lookups_make(request, sign_in->email, staff_lookup, &lookups));
    TRY(store_db_one(request->db, NULL, QUERY_staff_for_sign_in,
                     PARAMS(P_INTS(lookups.agencies, lookups.count), lookups.values),
                     request->arena, &rows));
    sign_in->agency = rows_int(&rows, 0, "agency_id");
    sign_in->staff = rows_int(&rows, 0, "staff_id");
    return password_row_from(rows_int(&rows, 0, "argon_kib"), rows_int(&rows, 0, "argon_passes"),
                             rows_str(&rows, 0, "argon_salt"), rows_str(&rows, 0, "wrapped_secret"),
                             &sign_in->row);
}

static enum err begin(struct request *request, const struct sign_in *sign_in,
                      const struct secret *opened, bool *ret_begun)
{
    SECRET(cookie);
    SECRET(sid);
    secret_random(&cookie);
    TRY(token_session_id(&cookie, &sid));
    BUF_SECRET(box, 256);
    TRY(token_session_close(&cookie, sign_in->staff, opened, &box));
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_staff_sign_in_begin,
                     PARAMS(P_RAW(sid.bytes), P_INT(sign_in->agency), P_INT(sign_in->staff),
                            P_BYTES(buf_str(&box))),
                     request->arena, &rows));
    *ret_begun = rows_bool(&rows, 0, "begun");
    if (*ret_begun) reply_cookie(request, COOKIE_MAIN, &cookie);
    return OK;
}

static enum err refuse(struct request *request, struct str email)
{
    TRY(rate_failed(request, RATE_ACCOUNT, email));
    request_problem(request, "", "sign-in-wrong");
    return reply_page(request, "desk/sign_in");
}

enum err post_sign_in(struct request *request)
{
    const struct desk *desk = request->app;
    struct sign_in sign_in = {.password = form_get(&request->form, "password")};
    struct str typed = form_line(&request->form, "email");
    if (typed.len == 0)
        request_problem(request, "email", "email-missing");
    else if (mail_addr_canonical(typed, request->arena, &sign_in.email) != OK)
        request_problem(request, "email", "email-bad");
    if (sign_in.password.len == 0) request_problem(request, "password", "password-missing");
    if (request_has_problem(request)) return reply_page(request, "desk/sign_in");
    TRY(rate_check(request, RATE_ACCOUNT, sign_in.email));
    TRY(find_staff(request, &sign_in));
    const struct password_work work = {desk->places, desk->host, PASSWORD_COST,
                                       request->clean_address};
    SECRET(opened);
    enum err code = password_open(&work, sign_in.password, sign_in.staff, &sign_in.row, &opened);
    if (code == ERR_NO_MATCH) return refuse(request, sign_in.email);
    TRY(code);
    bool begun = false;
    TRY(begin(request, &sign_in, &opened, &begun));
    if (!begun) return refuse(request, sign_in.email);
    return reply_see(request, "/sign-in/code", NULL);
}
