/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/print.h"

enum err get_prints_ID_addresses(struct request *request)
{
    return print_reply(request, request_number(request, 0), true);
}
