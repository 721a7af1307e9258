/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/visit.h"
#include "sys/clock.h"

/* Several visits: as lists, and as what gets in each other's way. */

static enum err read_entry(struct request *request, const struct desk_keyring *keyring,
                           const struct store_rows *rows, size_t row, struct visit_entry *entry)
{
    struct str text;
    *entry = (struct visit_entry){.arrangement = rows_int(rows, row, "arrangement_id")};
    entry->slot.id = rows_int(rows, row, "visit_id");
    entry->slot.margin_minutes = (int)rows_int(rows, row, "margin_minutes");
    entry->slot.supervisor = rows_int(rows, row, "supervisor");
    ASSERT(visit_state_get(rows_str(rows, row, "state"), &entry->state));
    (void)rows_utc(rows, row, "starts_at", &entry->slot.starts);
    (void)rows_utc(rows, row, "ends_at", &entry->slot.ends);
    TRY(desk_open(request, keyring, SEAL_VISIT, "visit", entry->slot.id,
                  rows_int(rows, row, "record_version"), rows_str(rows, row, "sealed_record"),
                  &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    entry->slot.venue = arena_str(request->arena, json_get_str(record, "venue"));
    entry->slot.room = arena_str(request->arena, json_get_str(record, "room"));
    return OK;
}

/* The people's rows stand in the same order as the visits'. */
static void put_people(struct request *request, const struct store_rows *people,
                       struct visit_entry *entries, size_t count)
{
    int64_t *parties = ARENA_MANY(request->arena, people->count, int64_t);
    for (size_t row = 0, at = 0; row < people->count; row++) {
        int64_t visit = rows_int(people, row, "visit_id");
        parties[row] = rows_int(people, row, "party_id");
        while (at < count && entries[at].slot.id != visit) at++;
        if (at == count) return;
        if (entries[at].slot.people_count++ == 0) entries[at].slot.people = &parties[row];
    }
}

enum err visits_between(struct request *request, struct store *store,
                        const struct desk_keyring *keyring, struct utc from, struct utc before,
                        struct visit_entry **ret_entries, size_t *ret_count)
{
    struct store_rows rows, people;
    const struct store_param first = visit_instant(request, from);
    const struct store_param end = visit_instant(request, before);
    TRY(store_query(store, QUERY_visit_between, PARAMS(first, end), request->arena, &rows));
    TRY(store_query(store, QUERY_visit_people_between, PARAMS(first, end), request->arena,
                    &people));
    struct visit_entry *entries = ARENA_MANY(request->arena, rows.count, struct visit_entry);
    for (size_t row = 0; row < rows.count; row++)
        TRY(read_entry(request, keyring, &rows, row, &entries[row]));
    put_people(request, &people, entries, rows.count);
    *ret_entries = entries;
    *ret_count = rows.count;
    return OK;
}

bool visit_takes_time(enum visit_state state)
{
    return state != VISIT_STOPPED && state != VISIT_CANCELLED;
}

json_t *visit_clash_words(unsigned clash)
{
    if (clash == 0) return NULL;
    json_t *object = json_object();
    json_put_bool(object, "who", (clash & VISIT_CLASH_PERSON) != 0);
    json_put_bool(object, "supervisor", (clash & VISIT_CLASH_SUPERVISOR) != 0);
    json_put_bool(object, "room", (clash & VISIT_CLASH_ROOM) != 0);
    return object;
}

static void put_load(struct request *request, const struct visit_staff *staff,
                     struct visit_load load, json_t *list)
{
    json_t *row = json_object();
    json_put_code(row, "id", staff->id);
    json_put_str(row, "name", staff->name);
    desk_put_number(row, "visits", load.visits);
    json_put_bool(row, "one", load.visits == 1);
    json_put_str(
        row, "hours",
        arena_print(request->arena, "%d:%02d", (int)(load.minutes / 60), (int)(load.minutes % 60)));
    json_put_bool(row, "heavy", visit_load_is_heavy(load));
    json_add(list, row);
}

json_t *visits_loads(struct request *request, const struct visit_entry *entries, size_t count,
                     struct day week, const struct visit_staff *staff, size_t staff_count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < staff_count; i++) {
        struct visit_load load = {0};
        for (size_t j = 0; j < count; j++) {
            const struct visit_entry *entry = &entries[j];
            if (entry->slot.supervisor == staff[i].id && visit_takes_time(entry->state) &&
                visit_week(clock_day(entry->slot.starts)).number == week.number)
                load = visit_load_add(load, &entry->slot);
        }
        if (load.visits) put_load(request, &staff[i], load, list);
    }
    return list;
}
