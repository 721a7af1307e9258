/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/account.h"

#include <string.h>

#include "crypt/totp.h"

enum { IMAGE_PIXELS = 264 };

enum err account_read(struct request *request, struct own_account *ret_account)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, &request->gate, QUERY_account_self, NO_PARAMS, request->arena,
                     &rows));
    if (rows.count != 1) return ERR_SIGNED_OUT;
    struct own_account account = {
        .by_app = str_equal(rows_str(&rows, 0, "second_factor"), STR("totp")),
        .sealed_totp = rows_str(&rows, 0, "sealed_totp"),
        .totp_version = rows_int(&rows, 0, "totp_version"),
    };
    TRY(password_row_from(rows_int(&rows, 0, "argon_kib"), rows_int(&rows, 0, "argon_passes"),
                          rows_str(&rows, 0, "argon_salt"), rows_str(&rows, 0, "wrapped_secret"),
                          &account.row));
    *ret_account = account;
    return OK;
}

enum err account_page(struct request *request, const struct own_account *account)
{
    struct str chosen = form_line(&request->form, "second"); /* with a mistake elsewhere */
    bool by_app = account->by_app;
    if (str_equal(chosen, STR("totp"))) by_app = true;
    if (str_equal(chosen, STR("email"))) by_app = false;
    json_put(request->view, "second", portal_tagged(by_app ? "totp" : "email"));
    return reply_page(request, "portal/account");
}

struct str account_whose(struct request *request)
{
    return arena_print(request->arena, "account %lld", (long long)request->session.account);
}

enum err account_check_password(struct request *request, const struct own_account *account,
                                struct str password)
{
    const struct portal *portal = request->app;
    const struct password_work work = {portal->places, portal->host, PASSWORD_COST,
                                       request->clean_address};
    SECRET(opened);
    TRY(rate_check(request, RATE_ACCOUNT, account_whose(request)));
    enum err code =
        password_open(&work, password, request->session.account, &account->row, &opened);
    if (code == ERR_NO_MATCH) TRY(rate_failed(request, RATE_ACCOUNT, account_whose(request)));
    return code;
}

enum err account_new_secret(struct request *request, const struct own_account *account,
                            struct str *ret_secret)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    if (account->by_app || account->sealed_totp.len == 0) return ERR_NOT_FOUND;
    return portal_open(request, &pair, SEAL_TOTP, "account", request->session.account,
                       account->totp_version, account->sealed_totp, ret_secret);
}

enum err account_uri(struct request *request, struct str secret, struct buf *ret_uri)
{
    const struct portal *portal = request->app;
    return totp_uri(secret, portal->conf->service_name, STR("sign-in"), ret_uri);
}

enum err account_totp_page(struct request *request, struct str secret)
{
    BUF_SECRET(text, 100);
    TRY(totp_secret_text(secret, &text));
    json_t *groups = json_object(), *list = json_array();
    struct str rest = buf_str(&text), group;
    while (str_split(&rest, ' ', &group)) json_add(list, json_str(group));
    json_put(groups, "list", list);
    json_put(request->view, "secret_groups", groups);
    json_put_str(request->view, "image", STR("/account/totp/image"));
    json_put_int(request->view, "image_size", IMAGE_PIXELS);
    return reply_page(request, "portal/account_totp");
}

enum err account_notice_make(struct request *request, const char *what,
                             struct account_notice *ret_notice)
{
    struct account_notice notice = {.message = random_id()};
    TRY(portal_changed_mail(request, notice.message, what, &notice.body));
    *ret_notice = notice;
    return OK;
}

enum err account_notice_add(struct store *store, const struct account_notice *notice)
{
    return store_do(store, QUERY_account_notice,
                    PARAMS(P_INT(notice->message), P_BYTES(notice->body)));
}

struct setting {
    struct request *request;
    const struct account_second *second;
    bool is_change;
    struct account_notice notice;
};

static enum err set_second(struct store *store, void *context)
{
    const struct setting *setting = context;
    const struct account_second *second = setting->second;
    struct store_rows rows;
    TRY(store_query(store, QUERY_account_second_set,
                    PARAMS(P_TEXT(str_from(second->factor)),
                           second->sealed_totp.len ? P_BYTES(second->sealed_totp) : P_NULL,
                           P_INT(second->version), P_INT(second->totp_step)),
                    setting->request->arena, &rows));
    if (rows.count != 1) return ERR_CONFLICT;
    return setting->is_change ? account_notice_add(store, &setting->notice) : OK;
}

enum err account_set_second(struct request *request, const struct own_account *account,
                            const struct account_second *second)
{
    struct setting setting = {request, second, false, {0}};
    setting.is_change = account->by_app != (strcmp(second->factor, "totp") == 0);
    if (setting.is_change) TRY(account_notice_make(request, "second", &setting.notice));
    return request_run(request, set_second, &setting);
}
