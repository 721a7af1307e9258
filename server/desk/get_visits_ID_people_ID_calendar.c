/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/ical.h"
#include "server/desk/visit.h"

/* One person's calendar file of a visit, for staff to send or print: what that person may know. */
struct making {
    struct request *request;
    struct buf file;
};

static enum err make(struct store *store, void *context)
{
    struct making *making = context;
    struct request *request = making->request;
    struct desk_keyring keyring;
    struct desk_visit visit;
    struct store_rows rows;
    int64_t party = request_number(request, 1);
    TRY(desk_keyring(request, store, &keyring));
    TRY(visit_read(request, store, &keyring, request_number(request, 0), &visit));
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, request->arena, &rows));
    const struct visit_plan plan = visit_plan_of(request, &visit);
    const struct visit_view view = visit_view_of(&plan, party);
    struct ical_sheet sheet = {
        .sequence = (int)visit.sequence,
        .now = request->arrived,
        .summary = rows_str(&rows, 0, "neutral_name"),
        .phone = rows_str(&rows, 0, "help_phone"),
    };
    for (size_t i = 0; i < visit.member_count; i++)
        if (visit.members[i].party == party) sheet.invite = visit.members[i].invite;
    buf_clear(&making->file);
    TRY(render_ical_visit(&view, &sheet, &making->file));
    return desk_audit(store, "visit_calendar_made", "visit", visit.id, "party", party);
}

enum err get_visits_ID_people_ID_calendar(struct request *request)
{
    struct making making = {request, buf_new_secret(LIMIT_RECORD_BYTES)};
    enum err code = request_run(request, make, &making);
    if (code != OK) {
        buf_free(&making.file);
        return code;
    }
    return reply_bytes(request, "text/calendar; charset=utf-8", "appointment.ics", &making.file);
}
