/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

enum err get_problems(struct request *request)
{
    return problems_page(request);
}
