/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"
#include "sys/clock.h"

/* Home: what waits, what is due, what is not finished, what was sent. */
struct home {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
};

enum { SHOWN = 5, MONTHS_AHEAD = 6 };

static enum err put_due(struct home *home, struct store *store)
{
    struct request *request = home->request;
    struct store_rows rows;
    struct day until = day_add_months(clock_day(request->arrived), MONTHS_AHEAD);
    TRY(store_query(store, QUERY_occasion_self, PARAMS(store_param_day(until, request->arena)),
                    request->arena, &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        json_t *entry = json_object();
        int64_t arrangement = rows_int(&rows, row, "arrangement_id");
        struct day due = {0};
        rows_day(&rows, row, "due_on", &due);
        json_put_code(entry, "arrangement", arrangement);
        json_put_str(entry, "who", portal_who(request, &home->contacts, arrangement));
        portal_put_day(entry, "by", due);
        json_put_bool(entry, "late", str_equal(rows_str(&rows, row, "state"), STR("late")));
        json_add(list, entry);
    }
    portal_put_list(request->view, "due", list);
    return OK;
}

static enum err put_drafts(struct home *home, struct store *store)
{
    struct request *request = home->request;
    struct store_rows rows;
    TRY(store_query(store, QUERY_draft_list, NO_PARAMS, request->arena, &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct portal_draft draft;
        enum err code = portal_draft_open(request, home->pair, &rows, row, &draft);
        if (code != OK) {
            json_decref(list);
            return code;
        }
        json_t *entry = json_object();
        json_put_code(entry, "id", draft.id);
        json_put_str(entry, "to", portal_who(request, &home->contacts, draft.arrangement));
        portal_put_instant(entry, "saved", draft.changed, false);
        json_put_str(entry, "start", portal_draft_start(request, &draft));
        json_add(list, entry);
    }
    portal_put_list(request->view, "drafts", list);
    return OK;
}

static enum err read_home(struct store *store, void *context)
{
    struct home *home = context;
    struct request *request = home->request;
    json_t *list;
    json_object_clear(request->view);
    TRY(portal_contacts(request, store, home->pair, &home->contacts));
    TRY(portal_received(request, store, &home->contacts, SHOWN, 0, &list));
    portal_put_list(request->view, "waiting", list);
    TRY(put_due(home, store));
    TRY(put_drafts(home, store));
    TRY(portal_sent(request, store, &home->contacts, SHOWN, 0, &list));
    portal_put_list(request->view, "sent", list);
    return portal_may_write(request, store);
}

enum err get_root(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct home home = {.request = request, .pair = &pair};
    TRY(request_run(request, read_home, &home));
    return reply_page(request, "portal/home");
}
