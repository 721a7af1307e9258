/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

/* A released letter. Its id was made for this reader. */
struct sender {
    struct request *request;
    const struct seal_pair *pair;
    int64_t release;
};

static enum err read_sender(struct store *store, void *context)
{
    struct sender *sender = context;
    struct request *request = sender->request;
    struct portal_contacts contacts;
    struct store_rows rows;
    TRY(portal_contacts(request, store, sender->pair, &contacts));
    TRY(store_query_one(store, QUERY_release_self, PARAMS(P_INT(sender->release)), request->arena,
                        &rows));
    struct portal_arrangement arrangement = portal_arrangement(&rows, 0);
    int64_t place = portal_place(&contacts, arrangement);
    json_put_str(request->view, "from",
                 portal_those(request, &contacts, arrangement, portal_people(&rows, 0)));
    if (place) json_put_code(request->view, "may_reply", place);
    return OK;
}

enum err get_letters_ID(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct sender sender = {request, &pair, request_number(request, 0)};
    TRY(request_run(request, read_sender, &sender));
    const struct portal_release release = {sender.release, &pair,
                                           arena_c(request->arena, request->path)};
    TRY(portal_release_view(request, &release));
    return reply_page(request, "portal/letter_read");
}
