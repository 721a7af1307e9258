/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/account.h"

enum err get_account(struct request *request)
{
    struct own_account account;
    TRY(account_read(request, &account));
    return account_page(request, &account);
}
