/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "crypt/totp.h"
#include "server/portal/account.h"

/*
 * How to confirm signing in: by e-mail, or by an app, which is in use only after a right code. The
 * password is asked for: who finds a browser signed in must not take the second lock off.
 */
static enum err begin_app(struct request *request, const struct own_account *account)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    unsigned char secret[TOTP_SECRET_BYTES];
    totp_make(secret);
    struct str sealed;
    TRY(portal_seal(request, &pair.public, SEAL_TOTP, "account", request->session.account,
                    account->totp_version + 1, (struct str){(const char *)secret, sizeof secret},
                    &sealed));
    explicit_bzero(secret, sizeof secret);
    const struct account_second chosen = {"email", sealed, account->totp_version + 1, 0};
    TRY(account_set_second(request, account, &chosen));
    return reply_see(request, "/account/totp", NULL);
}

enum err post_account_second(struct request *request)
{
    struct own_account account;
    TRY(account_read(request, &account));
    struct str second = form_line(&request->form, "second");
    struct str password = form_get(&request->form, "second_password");
    bool is_app = str_equal(second, STR("totp"));
    if (!is_app && !str_equal(second, STR("email")))
        request_problem(request, "second", "second-missing");
    if (password.len == 0) request_problem(request, "second_password", "password-missing");
    if (request_has_problem(request)) return account_page(request, &account);
    enum err code = account_check_password(request, &account, password);
    if (code == ERR_NO_MATCH) {
        request_problem(request, "second_password", "password-now-wrong");
        return account_page(request, &account);
    }
    TRY(code);
    if (is_app && account.by_app) return reply_see(request, "/account", "second-same");
    if (is_app) return begin_app(request, &account);
    const struct account_second chosen = {"email", {NULL, 0}, account.totp_version + 1, 0};
    TRY(account_set_second(request, &account, &chosen));
    return reply_see(request, "/account", account.by_app ? "second-changed" : "second-same");
}
