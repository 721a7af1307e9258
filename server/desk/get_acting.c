/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"

enum err get_acting(struct request *request)
{
    return acting_page(request, 200);
}
