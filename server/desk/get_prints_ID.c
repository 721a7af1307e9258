/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/print.h"

enum err get_prints_ID(struct request *request)
{
    return print_batch_page(request, request_number(request, 0));
}
