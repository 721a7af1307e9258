/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/totp.h"
#include "server/portal/account.h"

/* The first code of the app, which is used up: from now on one is asked for at every sign-in. */
enum err post_account_totp(struct request *request)
{
    struct own_account account;
    struct str secret, sealed;
    int64_t step;
    TRY(account_read(request, &account));
    if (account.by_app) return reply_see(request, "/account", "totp-on"); /* a second click */
    TRY(account_new_secret(request, &account, &secret));
    enum err code =
        totp_check(secret, form_line(&request->form, "code"), request->arrived, 0, &step);
    if (code == ERR_NO_MATCH) {
        request_problem(request, "code", "code-wrong");
        return account_totp_page(request, secret);
    }
    TRY(code);
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    TRY(portal_seal(request, &pair.public, SEAL_TOTP, "account", request->session.account,
                    account.totp_version + 1, secret, &sealed));
    const struct account_second chosen = {"totp", sealed, account.totp_version + 1, step};
    TRY(account_set_second(request, &account, &chosen));
    return reply_see(request, "/account", "totp-on");
}
