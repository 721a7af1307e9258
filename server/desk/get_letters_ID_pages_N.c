/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

enum err get_letters_ID_pages_N(struct request *request)
{
    return desk_part_reply(request, request_number(request, 0), (int)request_number(request, 1));
}
