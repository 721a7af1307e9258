/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"

enum err get_acting_ID(struct request *request)
{
    return acting_one_page(request, 200);
}
