/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/visit.h"

#include "core/code.h"
#include "sys/clock.h"

/* ---- reading ---- */

static enum err read_record(struct request *request, const struct desk_keyring *keyring,
                            struct str sealed, struct desk_visit *visit)
{
    struct str text;
    TRY(desk_open(request, keyring, SEAL_VISIT, "visit", visit->id, visit->record_version, sealed,
                  &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    visit->venue = arena_str(request->arena, json_get_str(record, "venue"));
    visit->room = arena_str(request->arena, json_get_str(record, "room"));
    visit->risk = arena_str(request->arena, json_get_str(record, "risk"));
    visit->cancelled = arena_str(request->arena, json_get_str(record, "cancelled"));
    visit->aftercare = arena_str(request->arena, json_get_str(record, "aftercare"));
    return OK;
}

static enum err read_member(struct request *request, const struct desk_keyring *keyring,
                            const struct store_rows *rows, size_t row, struct visit_member *member)
{
    struct str text;
    *member = (struct visit_member){
        .party = rows_int(rows, row, "party_id"),
        .invite = rows_int(rows, row, "invite_id"),
        .is_asked = rows_bool(rows, row, "is_asked"),
        .attendance = rows_str(rows, row, "attendance"),
        .record_version = rows_int(rows, row, "record_version"),
        .sheet_version = rows_int(rows, row, "sheet_version"),
    };
    TRY(desk_open(request, keyring, SEAL_VISIT_PARTY, "visit_party", member->invite,
                  member->record_version, rows_str(rows, row, "sealed_record"), &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    member->travel = arena_str(request->arena, json_get_str(record, "travel"));
    member->note = arena_str(request->arena, json_get_str(record, "note"));
    return OK;
}

enum err visit_read(struct request *request, struct store *store,
                    const struct desk_keyring *keyring, int64_t id, struct desk_visit *ret_visit)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_visit_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct desk_visit visit = {
        .id = id,
        .arrangement = rows_int(&rows, 0, "arrangement_id"),
        .margin = rows_int(&rows, 0, "margin_minutes"),
        .supervisor = rows_int(&rows, 0, "supervisor"),
        .record_version = rows_int(&rows, 0, "record_version"),
        .sequence = rows_int(&rows, 0, "sequence"),
        .planned_by = rows_int(&rows, 0, "planned_by"),
        .changed_by = rows_int(&rows, 0, "changed_by"),
        .has_begun = rows_bool(&rows, 0, "has_begun"),
    };
    ASSERT(visit_state_get(rows_str(&rows, 0, "state"), &visit.state));
    (void)rows_utc(&rows, 0, "starts_at", &visit.starts);
    (void)rows_utc(&rows, 0, "ends_at", &visit.ends);
    (void)rows_utc(&rows, 0, "told_starts_at", &visit.told_starts);
    (void)rows_utc(&rows, 0, "told_ends_at", &visit.told_ends);
    (void)rows_utc(&rows, 0, "changed_at", &visit.changed);
    TRY(read_record(request, keyring, rows_str(&rows, 0, "sealed_record"), &visit));
    TRY(store_query(store, QUERY_visit_party_list, PARAMS(P_INT(id)), request->arena, &rows));
    visit.members = ARENA_MANY(request->arena, rows.count, struct visit_member);
    visit.member_count = rows.count;
    for (size_t row = 0; row < rows.count; row++)
        TRY(read_member(request, keyring, &rows, row, &visit.members[row]));
    *ret_visit = visit;
    return OK;
}

struct visit_plan visit_plan_of(struct request *request, const struct desk_visit *visit)
{
    struct visit_guest *guests =
        ARENA_MANY(request->arena, visit->member_count, struct visit_guest);
    for (size_t i = 0; i < visit->member_count; i++) {
        const struct visit_member *member = &visit->members[i];
        guests[i] = (struct visit_guest){member->party, member->is_asked, member->sheet_version > 0,
                                         member->travel, member->note};
    }
    return (struct visit_plan){
        .state = visit->state,
        .starts = visit->starts,
        .ends = visit->ends,
        .told_starts = visit->told_starts,
        .told_ends = visit->told_ends,
        .venue = visit->venue,
        .room = visit->room,
        .risk = visit->risk,
        .aftercare = visit->aftercare,
        .cancelled = visit->cancelled,
        .guests = guests,
        .guest_count = visit->member_count,
    };
}

enum err visit_seal(struct request *request, struct store *store, const struct desk_visit *visit,
                    int64_t version, struct str *ret_sealed)
{
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    JSON record = json_object();
    json_put_str(record, "venue", visit->venue);
    json_put_str(record, "room", visit->room);
    json_put_str(record, "risk", visit->risk);
    json_put_str(record, "cancelled", visit->cancelled);
    json_put_str(record, "aftercare", visit->aftercare);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    return desk_seal(request, SEAL_VISIT, "visit", visit->id, version, &publics.desk, 1,
                     buf_str(&text), ret_sealed);
}

struct store_param visit_instant(struct request *request, struct utc instant)
{
    BUF(text, 40);
    utc_put(&text, instant);
    return P_TEXT(arena_str(request->arena, buf_str(&text)));
}

struct str visit_path(struct request *request, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/visits/%s", code.at);
}

struct str visit_when(struct request *request, struct utc starts, struct utc ends)
{
    BUF(words, 120);
    struct day day = clock_day(starts);
    buf_print(&words, "%s ", day_weekday_name(day));
    day_put_long(&words, day);
    buf_print(&words, ", ");
    clock_put_time(&words, starts);
    buf_print(&words, " to ");
    clock_put_time(&words, ends);
    return arena_str(request->arena, buf_str(&words));
}

/* ---- staff ---- */

enum err visit_staff_list(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, struct visit_staff **ret_staff,
                          size_t *ret_count)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_staff_list, NO_PARAMS, request->arena, &rows));
    struct visit_staff *staff = ARENA_MANY(request->arena, rows.count, struct visit_staff);
    for (size_t row = 0; row < rows.count; row++) {
        struct str text, role = rows_str(&rows, row, "role");
        staff[row].id = rows_int(&rows, row, "staff_id");
        TRY(desk_open(request, keyring, SEAL_STAFF, "staff", staff[row].id,
                      rows_int(&rows, row, "record_version"), rows_str(&rows, row, "sealed_record"),
                      &text));
        JSON record = NULL;
        TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
        enum rule_actor actor;
        staff[row].name = arena_str(request->arena, json_get_str(record, "name"));
        staff[row].may_supervise =
            rows_null(&rows, row, "disabled_at") && rule_actor_get(role, &actor);
    }
    *ret_staff = staff;
    *ret_count = rows.count;
    return OK;
}

struct str visit_staff_name(const struct visit_staff *staff, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (staff[i].id == id) return staff[i].name;
    return STR("");
}
