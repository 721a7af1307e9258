/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"

enum err get_transfers_ID(struct request *request)
{
    return transfer_page(request, request_number(request, 0), 200);
}
