/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/visit.h"
#include "sys/clock.h"

/*
 * Visits by week: those of thirteen weeks from a Monday on (?from=2027-04-05, or this week's), with
 * what clashes and who supervises how much. On top, those that were stopped: staff telephone.
 * ?arrangement=ID: all those of one arrangement, the latest first.
 */
struct listing {
    struct request *request;
    struct day from;
    int64_t arrangement; /* 0: all */
    struct register_view *names;
    struct visit_staff *staff;
    size_t staff_count;
};

static json_t *row_of(const struct listing *listing, const struct visit_entry *entry)
{
    struct request *request = listing->request;
    const struct register_arrangement *arrangement =
        register_arrangement(listing->names, entry->arrangement);
    json_t *row = json_object();
    json_put_code(row, "id", entry->slot.id);
    json_put_str(row, "when", visit_when(request, entry->slot.starts, entry->slot.ends));
    json_put(row, "state", desk_tagged(request, str_from(visit_state_word(entry->state))));
    if (arrangement) {
        json_put_str(row, "child", register_child_name(listing->names, arrangement));
        json_put_str(row, "with", register_with(request, listing->names, arrangement, 0));
    }
    json_put_str(row, "venue", entry->slot.venue);
    json_put_str(row, "room", entry->slot.room);
    json_put_str(row, "supervisor",
                 visit_staff_name(listing->staff, listing->staff_count, entry->slot.supervisor));
    return row;
}

static unsigned clash_of(const struct visit_entry *entries, size_t count, size_t which)
{
    unsigned clash = 0;
    if (!visit_takes_time(entries[which].state)) return 0;
    for (size_t i = 0; i < count; i++)
        if (i != which && visit_takes_time(entries[i].state))
            clash |= visit_clash(&entries[which].slot, &entries[i].slot);
    return clash;
}

static void put_weeks(const struct listing *listing, const struct visit_entry *entries,
                      size_t count)
{
    struct request *request = listing->request;
    json_t *weeks = json_array();
    for (int i = 0; i < VISIT_WEEKS_SHOWN; i++) {
        struct day monday = {listing->from.number + 7 * i};
        json_t *list = json_array();
        for (size_t j = 0; j < count; j++) {
            if (visit_week(clock_day(entries[j].slot.starts)).number != monday.number) continue;
            json_t *row = row_of(listing, &entries[j]);
            json_t *clash = visit_clash_words(clash_of(entries, count, j));
            if (clash) json_put(row, "clash", clash);
            json_add(list, row);
        }
        if (json_array_size(list) == 0) {
            json_decref(list);
            continue;
        }
        json_t *week = json_object();
        BUF(key, 16);
        day_put(&key, monday);
        json_put_str(week, "key", buf_str(&key));
        desk_put_day(week, "monday", monday);
        desk_put_list(week, "visits", list);
        desk_put_list(
            week, "loads",
            visits_loads(request, entries, count, monday, listing->staff, listing->staff_count));
        json_add(weeks, week);
    }
    desk_put_list(request->view, "weeks", weeks);
}

static enum err put_stopped(struct store *store, const struct listing *listing)
{
    struct request *request = listing->request;
    struct store_rows rows;
    TRY(store_query(store, QUERY_visit_stopped, NO_PARAMS, request->arena, &rows));
    json_t *list = json_array();
    for (size_t i = 0; i < rows.count; i++) {
        struct visit_entry entry = {.arrangement = rows_int(&rows, i, "arrangement_id"),
                                    .state = VISIT_STOPPED};
        entry.slot.id = rows_int(&rows, i, "visit_id");
        entry.slot.supervisor = rows_int(&rows, i, "supervisor");
        (void)rows_utc(&rows, i, "starts_at", &entry.slot.starts);
        (void)rows_utc(&rows, i, "ends_at", &entry.slot.ends);
        json_add(list, row_of(listing, &entry));
    }
    desk_put_list(request->view, "stopped", list);
    return OK;
}

static void put_turn(struct request *request, const char *key, struct day monday)
{
    BUF(date, 16);
    day_put(&date, monday);
    json_put_str(request->view, key, buf_str(&date));
}

static enum err list_weeks(struct store *store, const struct desk_keyring *keyring,
                           const struct listing *listing)
{
    struct request *request = listing->request;
    struct visit_entry *entries;
    size_t count;
    struct day end = {listing->from.number + 7 * VISIT_WEEKS_SHOWN};
    /* one day more at each end: what is there may clash with what is shown */
    TRY(visits_between(request, store, keyring,
                       clock_day_start((struct day){listing->from.number - 1}),
                       clock_day_start((struct day){end.number + 1}), &entries, &count));
    put_weeks(listing, entries, count);
    put_turn(request, "earlier", (struct day){listing->from.number - 7 * VISIT_WEEKS_SHOWN});
    put_turn(request, "later", end);
    desk_put_day(request->view, "from", listing->from);
    return put_stopped(store, listing);
}

static enum err list_arrangement(struct store *store, const struct listing *listing)
{
    struct request *request = listing->request;
    struct store_rows rows;
    const struct register_arrangement *arrangement =
        register_arrangement(listing->names, listing->arrangement);
    if (!arrangement) return ERR_NOT_FOUND;
    TRY(store_query(store, QUERY_visit_of_arrangement, PARAMS(P_INT(listing->arrangement)),
                    request->arena, &rows));
    json_t *list = json_array(), *object = json_object();
    for (size_t i = 0; i < rows.count; i++) {
        struct utc starts = {0}, ends = {0};
        (void)rows_utc(&rows, i, "starts_at", &starts);
        (void)rows_utc(&rows, i, "ends_at", &ends);
        json_t *row = json_object();
        json_put_code(row, "id", rows_int(&rows, i, "visit_id"));
        json_put_str(row, "when", visit_when(request, starts, ends));
        json_put(row, "state", desk_tagged(request, rows_str(&rows, i, "state")));
        json_add(list, row);
    }
    desk_put_list(object, "visits", list);
    json_put_code(object, "id", listing->arrangement);
    json_put_str(object, "child", register_child_name(listing->names, arrangement));
    json_put_str(object, "with", register_with(request, listing->names, arrangement, 0));
    json_put_bool(object, "direct", str_equal(arrangement->kind, STR("direct")));
    json_put(request->view, "arrangement", object);
    return OK;
}

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, listing->names));
    TRY(visit_staff_list(request, store, &keyring, &listing->staff, &listing->staff_count));
    if (listing->arrangement)
        TRY(list_arrangement(store, listing));
    else
        TRY(list_weeks(store, &keyring, listing));
    return desk_audit(store, "visits_listed", "arrangement", listing->arrangement, NULL, 0);
}

enum err get_visits(struct request *request)
{
    REGISTER(names);
    struct listing listing = {.request = request, .names = &names};
    struct day from = clock_day(request->arrived);
    if (form_has(&request->query, "arrangement") &&
        !form_id(&request->query, "arrangement", &listing.arrangement))
        return ERR_NOT_FOUND;
    if (form_has(&request->query, "from") && !day_get(form_get(&request->query, "from"), &from))
        return ERR_NOT_FOUND;
    listing.from = visit_week(from);
    TRY(register_take(request, &names));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/visits");
}
