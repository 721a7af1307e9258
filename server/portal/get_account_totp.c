/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/account.h"

enum err get_account_totp(struct request *request)
{
    struct own_account account;
    struct str secret;
    TRY(account_read(request, &account));
    TRY(account_new_secret(request, &account, &secret));
    return account_totp_page(request, secret);
}
