/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/staff.h"

enum err get_staff(struct request *request)
{
    return staff_page(request);
}
