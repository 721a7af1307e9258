/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"
#include "server/portal/second.h"

enum err get_sign_in_code(struct request *request)
{
    struct second second;
    TRY(second_find(request, &second));
    return second_page(request, &second);
}
