/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party.h"

enum err get_parties_new(struct request *request)
{
    const struct party_form form = {
        .state = STR("active"), .language = STR("en"), .person = {.reachable = true}};
    TRY(party_page_view(request, NULL, NULL, NULL, &form));
    return reply_page(request, "desk/party");
}
