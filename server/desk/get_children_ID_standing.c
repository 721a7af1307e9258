/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/standing.h"

enum err get_children_ID_standing(struct request *request)
{
    return child_standing_page(request, request_number(request, 0), 200);
}
