/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party.h"

enum err get_parties_ID(struct request *request)
{
    return party_page(request, request_number(request, 0));
}
