/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

struct receipt {
    struct request *request;
    const struct seal_pair *pair;
};

/* "what you typed and 2 photos or files"; nothing of a letter that came in another way */
static enum err put_came(struct store *store, struct request *request, int64_t letter)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_letter_came, PARAMS(P_INT(letter)), request->arena, &rows));
    bool is_typed = rows_int(&rows, 0, "texts") > 0;
    int64_t count = rows_int(&rows, 0, "files");
    if (!is_typed && count == 0) return OK;
    json_t *came = json_object(), *files = json_object();
    json_put(request->view, "came", came);
    json_put(came, "files", files);
    json_put_bool(came, "typed", is_typed);
    json_put_bool(came, "both", is_typed && count > 0);
    json_put_int(files, "count", count);
    json_put_bool(files, "one", count == 1);
    if (count == 0) json_object_del(came, "files");
    return OK;
}

static enum err read_letter(struct store *store, void *context)
{
    struct receipt *receipt = context;
    struct request *request = receipt->request;
    struct portal_contacts contacts;
    struct store_rows rows;
    struct utc received = {0};
    int64_t letter = request_number(request, 0);
    TRY(portal_contacts(request, store, receipt->pair, &contacts));
    TRY(store_query_one(store, QUERY_letter_self, PARAMS(P_INT(letter)), request->arena, &rows));
    rows_utc(&rows, 0, "received_at", &received);
    json_put_reference(request->view, "reference", letter);
    json_put_str(
        request->view, "who",
        portal_those(request, &contacts, portal_arrangement(&rows, 0), portal_people(&rows, 0)));
    portal_put_instant(request->view, "when", received, true);
    json_put_str(request->view, "days", STR("5"));
    return put_came(store, request, letter);
}

enum err get_letters_ID_receipt(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct receipt receipt = {request, &pair};
    TRY(request_run(request, read_letter, &receipt));
    return reply_page(request, "portal/receipt");
}
