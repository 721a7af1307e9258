/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/quarantine.h"

enum err get_quarantine_ID(struct request *request)
{
    return quarantine_page(request, request_number(request, 0), STR(""));
}
