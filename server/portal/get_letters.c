/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

/* Every letter received and sent, twenty to a page. */
struct lists {
    struct request *request;
    const struct seal_pair *pair;
    int64_t page;
};

enum { A_PAGE = 20, PAGES_MAX = 1000 };

static void put_page(json_t *view, const char *key, int64_t page)
{
    json_t *object = json_object();
    BUF(query, 40);
    buf_print(&query, "page=%lld", (long long)page);
    json_put_str(object, "query", buf_str(&query));
    json_put(view, key, object);
}

static enum err read_lists(struct store *store, void *context)
{
    struct lists *lists = context;
    struct request *request = lists->request;
    struct portal_contacts contacts;
    json_t *received, *sent;
    int offset = (int)(lists->page - 1) * A_PAGE;
    json_object_clear(request->view);
    TRY(portal_contacts(request, store, lists->pair, &contacts));
    TRY(portal_received(request, store, &contacts, A_PAGE, offset, &received));
    bool more = json_array_size(received) == A_PAGE;
    portal_put_list(request->view, "received", received);
    TRY(portal_sent(request, store, &contacts, A_PAGE, offset, &sent));
    more = more || json_array_size(sent) == A_PAGE;
    portal_put_list(request->view, "sent", sent);
    if (lists->page > 1) put_page(request->view, "newer", lists->page - 1);
    if (more) put_page(request->view, "older", lists->page + 1);
    return OK;
}

enum err get_letters(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct lists lists = {request, &pair, 1};
    if (form_has(&request->query, "page") &&
        !form_int(&request->query, "page", 1, PAGES_MAX, &lists.page))
        return ERR_NOT_FOUND;
    TRY(request_run(request, read_lists, &lists));
    return reply_page(request, "portal/letters");
}
