/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/utf8.h"
#include "server/desk/account.h"

/* A new password wraps the same key; the member's other sessions end. */

static bool check(struct request *request, struct str now, struct str password)
{
    if (now.len == 0) request_problem(request, "password_now", "password-now-missing");
    if (password.len == 0)
        request_problem(request, "password", "password-new-missing");
    else if (password.len > PASSWORD_MAX_BYTES)
        request_problem(request, "password", "password-long");
    else if (utf8_count(password) < PASSWORD_LEAST_LETTERS)
        request_problem(request, "password", "password-short");
    return !request_has_problem(request);
}

static enum err read_row(struct request *request, struct password_row *ret_row)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, &request->gate, QUERY_staff_self, NO_PARAMS, request->arena,
                     &rows));
    if (rows.count != 1) return ERR_SIGNED_OUT;
    /* Who acts from another agency has a password there. */
    if (rows_null(&rows, 0, "wrapped_secret")) return ERR_FORBIDDEN;
    return password_row_from(rows_int(&rows, 0, "argon_kib"), rows_int(&rows, 0, "argon_passes"),
                             rows_str(&rows, 0, "argon_salt"), rows_str(&rows, 0, "wrapped_secret"),
                             ret_row);
}

static enum err keep(struct store *store, void *context)
{
    const struct password_row *row = context;
    TRY(store_do(store, QUERY_staff_password_set,
                 PARAMS(P_INT(row->cost.passes), P_INT(row->cost.kib), P_RAW(row->salt),
                        P_RAW(row->wrapped))));
    return desk_audit(store, "password_changed", NULL, 0, NULL, 0);
}

enum err post_account_password(struct request *request)
{
    const struct desk *desk = request->app;
    const struct password_work work = {desk->places, desk->host, PASSWORD_COST,
                                       request->clean_address};
    struct str now = form_get(&request->form, "password_now");
    struct str password = form_get(&request->form, "password");
    struct password_row before, row;
    struct store_rows rows;
    TRY(read_row(request, &before));
    if (!check(request, now, password)) return account_page(request);
    TRY(rate_check(request, RATE_ACCOUNT, account_whose(request)));
    enum err code = password_change(&work, now, password, request->session.staff, &before, &row);
    if (code == ERR_NO_MATCH) {
        TRY(rate_failed(request, RATE_ACCOUNT, account_whose(request)));
        request_problem(request, "password_now", "password-now-wrong");
        return account_page(request);
    }
    TRY(code);
    TRY(request_run(request, keep, &row));
    TRY(store_db_one(request->db, NULL, QUERY_session_close_others,
                     PARAMS(P_RAW(request->session.id.bytes)), request->arena, &rows));
    return reply_see(request, "/account", "password-changed");
}
