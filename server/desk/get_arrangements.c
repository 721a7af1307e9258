/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* All arrangements, or those that a filter lets through, by the child's name; of a search those
 * that it found. */

struct listing {
    struct request *request;
    const struct arrangements_filter *filter;
    const struct str *typed; /* NULL: nothing was looked for */
    int64_t page;
    struct register_view *view;
};

static void put_pages(const struct listing *listing, bool more)
{
    struct request *request = listing->request;
    if (!listing->typed) {
        desk_put_pages(request, arrangements_filter_query(request, listing->filter).at,
                       listing->page, more);
        return;
    }
    /* names stay out of addresses: the pages of a search are asked for with its form */
    if (listing->page > 1) desk_put_number(request->view, "back", listing->page - 1);
    if (more) desk_put_number(request->view, "further", listing->page + 1);
}

static enum err list(struct store *store, void *context)
{
    const struct listing *listing = context;
    struct request *request = listing->request;
    struct register_view *view = listing->view;
    struct desk_keyring keyring;
    struct register_query query;
    struct arrangement_found *found;
    if (listing->typed) register_query(request, *listing->typed, &query);
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    size_t count =
        arrangements_find(request, view, listing->filter, listing->typed ? &query : NULL, &found);
    size_t first = (size_t)(listing->page - 1) * ARRANGEMENTS_ON_PAGE;
    size_t shown = first >= count                         ? 0
                   : count - first > ARRANGEMENTS_ON_PAGE ? ARRANGEMENTS_ON_PAGE
                                                          : count - first;
    TRY(arrangements_view(request, store, view, found + (shown ? first : 0), shown));
    arrangements_put_filter(request, listing->filter);
    json_put_bool(request->view, "none", count == 0);
    desk_put_number(request->view, "count", (int64_t)count);
    if (shown) {
        desk_put_number(request->view, "first", (int64_t)first + 1);
        desk_put_number(request->view, "last", (int64_t)(first + shown));
    }
    put_pages(listing, first + shown < count);
    if (!listing->typed) return desk_audit(store, "arrangements_listed", NULL, 0, NULL, 0);
    json_put_str(request->view, "q", query.typed);
    return desk_audit_why(request, store, "arrangements_searched", NULL, 0, NULL, 0, "found",
                          arena_print(request->arena, "%zu", count));
}

enum err arrangements_page(struct request *request, const struct arrangements_filter *filter,
                           const struct str *typed, int64_t page)
{
    REGISTER(view);
    struct listing listing = {request, filter, typed, page, &view};
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/arrangements");
}

enum err get_arrangements(struct request *request)
{
    struct arrangements_filter filter;
    int64_t page;
    if (!arrangements_filter_get(&request->query, &filter) || !desk_page(request, &page))
        return ERR_NOT_FOUND;
    return arrangements_page(request, &filter, NULL, page);
}
