/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

enum err get_arrangements_ID(struct request *request)
{
    return arrangement_page(request, request_number(request, 0), 200);
}
