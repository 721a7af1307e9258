/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "render/ical.h"
#include "server/desk/visit.h"
#include "sys/clock.h"

/* The visits that the signed-in member of staff supervises, as a calendar: when and where, and
 * nobody's name. */
struct making {
    struct request *request;
    struct buf file;
};

static enum err read_duty(struct request *request, const struct desk_keyring *keyring,
                          const struct store_rows *rows, size_t row, struct ical_duty *duty)
{
    struct str text;
    BUF(reference, 24);
    *duty = (struct ical_duty){.visit = rows_int(rows, row, "visit_id"),
                               .sequence = (int)rows_int(rows, row, "sequence")};
    ASSERT(visit_state_get(rows_str(rows, row, "state"), &duty->state));
    (void)rows_utc(rows, row, "starts_at", &duty->starts);
    (void)rows_utc(rows, row, "ends_at", &duty->ends);
    TRY(desk_open(request, keyring, SEAL_VISIT, "visit", duty->visit,
                  rows_int(rows, row, "record_version"), rows_str(rows, row, "sealed_record"),
                  &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    code_reference_put(&reference, duty->visit);
    duty->summary = arena_str(request->arena, buf_str(&reference));
    duty->venue = arena_str(request->arena, json_get_str(record, "venue"));
    duty->room = arena_str(request->arena, json_get_str(record, "room"));
    return OK;
}

static enum err make(struct store *store, void *context)
{
    enum { DAYS_BACK = 31 };
    struct making *making = context;
    struct request *request = making->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query(store, QUERY_visit_own, PARAMS(P_INT(DAYS_BACK)), request->arena, &rows));
    struct ical_duty *duties = ARENA_MANY(request->arena, rows.count, struct ical_duty);
    for (size_t row = 0; row < rows.count; row++)
        TRY(read_duty(request, &keyring, &rows, row, &duties[row]));
    buf_clear(&making->file);
    TRY(render_ical_duties(duties, rows.count, request->arrived, &making->file));
    return desk_audit(store, "visits_calendar_made", NULL, 0, NULL, 0);
}

enum err get_visits_calendar(struct request *request)
{
    enum { FILE_BYTES = 4 * 1024 * 1024 };
    struct making making = {request, buf_new_secret(FILE_BYTES)};
    enum err code = request_run(request, make, &making);
    if (code != OK) {
        buf_free(&making.file);
        return code;
    }
    return reply_bytes(request, "text/calendar; charset=utf-8", "appointments.ics", &making.file);
}
