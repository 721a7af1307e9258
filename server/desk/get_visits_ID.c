/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/visit.h"

enum err get_visits_ID(struct request *request)
{
    return visit_page(request, request_number(request, 0), 200);
}
