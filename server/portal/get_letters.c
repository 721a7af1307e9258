/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

/* Every letter received and sent, twenty to a page. */
enum { A_PAGE = 20, PAGES_MAX = 1000 };

static void put_page(json_t *view, const char *key, int64_t page)
{
    json_t *object = json_object();
    BUF(query, 40);
    buf_print(&query, "page=%lld", (long long)page);
    json_put_str(object, "query", buf_str(&query));
    json_put(view, key, object);
}

enum err get_letters(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    int64_t page = 1;
    if (form_has(&request->query, "page") &&
        !form_int(&request->query, "page", 1, PAGES_MAX, &page))
        return ERR_NOT_FOUND;
    int64_t offset = (page - 1) * A_PAGE;
    struct portal_contacts contacts;
    int64_t party = request->session.party;
    struct store_rows whom, received, sent;
    const struct store_ask asks[] = {
        {QUERY_contact_self, NO_PARAMS, &whom},
        {QUERY_release_list_self, PARAMS(P_INT(party), P_INT(A_PAGE), P_INT(offset)), &received},
        {QUERY_letter_sent_self, PARAMS(P_INT(party), P_INT(A_PAGE), P_INT(offset)), &sent},
    };
    TRY(request_ask(request, asks, sizeof asks / sizeof *asks));
    TRY(portal_contacts_read(request, &pair, &whom, &contacts));
    portal_put_list(request->view, "received", portal_received(request, &contacts, &received));
    portal_put_list(request->view, "sent", portal_sent(request, &contacts, &sent));
    if (page > 1) put_page(request->view, "newer", page - 1);
    if (received.count == A_PAGE || sent.count == A_PAGE)
        put_page(request->view, "older", page + 1);
    return reply_page(request, "portal/letters");
}
