/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/quarantine.h"

enum err get_quarantine_ID_override(struct request *request)
{
    return quarantine_override_page(request, request_number(request, 0));
}
