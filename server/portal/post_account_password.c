/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/account.h"

/*
 * A new password wraps the same key; the person's other sessions end, and the owner is told by
 * mail, all in one transaction.
 */
struct changing {
    struct request *request;
    struct password_row row;
    struct account_notice notice;
};

static enum err keep(struct store *store, void *context)
{
    const struct changing *changing = context;
    const struct password_row *row = &changing->row;
    struct request *request = changing->request;
    struct store_rows rows;
    TRY(store_query(store, QUERY_account_password_set,
                    PARAMS(P_INT(row->cost.passes), P_INT(row->cost.kib), P_RAW(row->salt),
                           P_RAW(row->wrapped)),
                    request->arena, &rows));
    if (rows.count != 1) return ERR_SIGNED_OUT;
    TRY(store_query_one(store, QUERY_session_close_others, PARAMS(P_RAW(request->session.id.bytes)),
                        request->arena, &rows));
    return account_notice_add(store, &changing->notice);
}

enum err post_account_password(struct request *request)
{
    const struct portal *portal = request->app;
    const struct password_work work = {portal->places, portal->host, PASSWORD_COST,
                                       request->clean_address};
    struct str now = form_get(&request->form, "password_now");
    struct str password = form_get(&request->form, "password");
    struct own_account account;
    TRY(account_read(request, &account));
    if (now.len == 0) request_problem(request, "password_now", "password-missing");
    if (!portal_password_fits(request, password) || now.len == 0)
        return account_page(request, &account);
    struct changing changing = {.request = request};
    TRY(rate_check(request, RATE_ACCOUNT, account_whose(request)));
    enum err code = password_change(&work, now, password, request->session.account, &account.row,
                                    &changing.row);
    if (code == ERR_NO_MATCH) {
        TRY(rate_failed(request, RATE_ACCOUNT, account_whose(request)));
        request_problem(request, "password_now", "password-now-wrong");
        return account_page(request, &account);
    }
    TRY(code);
    TRY(account_notice_make(request, "password", &changing.notice));
    TRY(request_run(request, keep, &changing));
    return reply_see(request, "/account", "password-changed-told");
}
