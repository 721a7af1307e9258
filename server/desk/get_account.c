/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/account.h"

enum err get_account(struct request *request)
{
    return account_page(request);
}
