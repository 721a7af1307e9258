/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/ical.h"
#include "server/portal/visit.h"

/* A meeting as a file for the person's own calendar. */
enum err get_visits_ID_calendar(struct request *request)
{
    SEAL_PAIR(pair);
    struct store_rows found, agency;
    struct portal_visit visit;
    TRY(portal_pair(request, &pair));
    const struct store_ask asks[] = {
        {QUERY_visit_self_find, PARAMS(P_INT(request_number(request, 0))), &found},
        {QUERY_agency_self, NO_PARAMS, &agency},
    };
    TRY(request_ask(request, asks, sizeof asks / sizeof *asks));
    if (found.count != 1 || agency.count != 1) return ERR_NOT_FOUND;
    TRY(portal_visit_read(request, &pair, &found, 0, &visit));
    const struct ical_sheet sheet = {
        .invite = visit.invite,
        .sequence = visit.sequence,
        .now = request->arrived,
        .summary = rows_str(&agency, 0, "neutral_name"),
        .phone = rows_str(&agency, 0, "help_phone"),
    };
    struct buf file = buf_new_secret(LIMIT_RECORD_BYTES);
    enum err code = render_ical_visit(&visit.view, &sheet, &file);
    if (code != OK) {
        buf_free(&file);
        return code;
    }
    return reply_bytes(request, "text/calendar; charset=utf-8", "appointment.ics", &file);
}
