/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/print.h"

enum err get_prints(struct request *request)
{
    return print_queue_page(request);
}
