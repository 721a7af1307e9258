/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/remind.h"
#include "server/portal/portal.h"
#include "sys/clock.h"

/* Home: what waits, what is due, what is not finished, what was sent. */
struct home {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
};

enum { SHOWN = 5, MONTHS_AHEAD = 6 };

static void put_due(struct home *home, const struct store_rows *rows)
{
    struct request *request = home->request;
    json_t *list = json_array();
    for (size_t row = 0; row < rows->count; row++) {
        json_t *entry = json_object();
        struct portal_arrangement arrangement = portal_arrangement(rows, row);
        struct day due = {0}, wait = {0};
        rows_day(rows, row, "due_on", &due);
        bool has_wait = rows_day(rows, row, "wait_until", &wait);
        json_put_code(entry, "id", rows_int(rows, row, "occasion_id"));
        json_put_code(entry, "arrangement", portal_place(&home->contacts, arrangement));
        json_put_str(entry, "who", portal_who(request, &home->contacts, arrangement));
        portal_put_day(entry, "by", remind_base(due, has_wait, wait));
        json_put_bool(entry, "longer", has_wait);
        json_put_bool(entry, "late", str_equal(rows_str(rows, row, "state"), STR("late")));
        json_add(list, entry);
    }
    portal_put_list(request->view, "due", list);
}

static enum err put_drafts(struct home *home, const struct store_rows *rows)
{
    struct request *request = home->request;
    json_t *list = json_array();
    for (size_t row = 0; row < rows->count; row++) {
        struct portal_draft draft;
        enum err code = portal_draft_open(request, home->pair, rows, row, &draft);
        if (code != OK) {
            json_decref(list);
            return code;
        }
        json_t *entry = json_object();
        json_put_code(entry, "id", draft.id);
        json_put_str(entry, "to", portal_draft_who(request, &home->contacts, &draft));
        portal_put_instant(entry, "saved", draft.changed, false);
        json_put_str(entry, "start", portal_draft_start(request, &draft));
        json_add(list, entry);
    }
    portal_put_list(request->view, "drafts", list);
    return OK;
}

enum err get_root(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct home home = {.request = request, .pair = &pair};
    struct day until = day_add_months(clock_day(request->arrived), MONTHS_AHEAD);
    int64_t party = request->session.party;
    struct store_rows contacts, received, due, drafts, sent, visits;
    const struct store_ask asks[] = {
        {QUERY_contact_self, NO_PARAMS, &contacts},
        {QUERY_release_list_self, PARAMS(P_INT(party), P_INT(SHOWN), P_INT(0)), &received},
        {QUERY_occasion_self, PARAMS(P_INT(party), store_param_day(until, request->arena)), &due},
        {QUERY_draft_list, NO_PARAMS, &drafts},
        {QUERY_letter_sent_self, PARAMS(P_INT(party), P_INT(SHOWN), P_INT(0)), &sent},
        {QUERY_visit_self, PARAMS(P_INT(0)), &visits},
    };
    TRY(request_ask(request, asks, sizeof asks / sizeof *asks));
    TRY(portal_contacts_read(request, &pair, &contacts, &home.contacts));
    portal_put_list(request->view, "waiting", portal_received(request, &home.contacts, &received));
    put_due(&home, &due);
    TRY(put_drafts(&home, &drafts));
    portal_put_list(request->view, "sent", portal_sent(request, &home.contacts, &sent));
    portal_may_write(request, &contacts);
    json_put_bool(request->view, "visits", visits.count > 0);
    return reply_page(request, "portal/home");
}
