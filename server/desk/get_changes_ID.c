/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/changes.h"

enum err get_changes_ID(struct request *request)
{
    return change_page(request, request_number(request, 0), 200);
}
