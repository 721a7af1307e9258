/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/visit.h"

static enum err open_sheet(struct request *request, const struct seal_pair *pair,
                           const struct store_rows *rows, size_t row, struct portal_visit *visit)
{
    struct str text;
    enum err code = portal_open(request, pair, SEAL_VISIT_SHEET, "visit_party", visit->invite,
                                rows_int(rows, row, "sheet_version"),
                                rows_str(rows, row, "sealed_sheet"), &text);
    visit->is_sealed = code == ERR_NO_KEY;
    if (visit->is_sealed) return OK;
    TRY(code);
    JSON sheet = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &sheet));
    visit->view.venue = arena_str(request->arena, json_get_str(sheet, "venue"));
    visit->view.room = arena_str(request->arena, json_get_str(sheet, "room"));
    visit->view.travel = arena_str(request->arena, json_get_str(sheet, "travel"));
    visit->view.note = arena_str(request->arena, json_get_str(sheet, "note"));
    return OK;
}

enum err portal_visit_read(struct request *request, const struct seal_pair *pair,
                           const struct store_rows *rows, size_t row,
                           struct portal_visit *ret_visit)
{
    /* what the rule gives for somebody who was told: the rest of a plan is not here */
    const struct visit_guest self = {.party = request->session.party,
                                     .is_asked = rows_bool(rows, row, "is_asked"),
                                     .was_told = true};
    struct visit_plan plan = {.guests = &self, .guest_count = 1};
    struct portal_visit visit = {.invite = rows_int(rows, row, "invite_id"),
                                 .sequence = (int)rows_int(rows, row, "sequence")};
    if (!visit_state_get(rows_str(rows, row, "state"), &plan.state)) return ERR_DB;
    (void)rows_utc(rows, row, "told_starts_at", &plan.told_starts);
    (void)rows_utc(rows, row, "told_ends_at", &plan.told_ends);
    plan.starts = plan.told_starts;
    plan.ends = plan.told_ends;
    visit.view = visit_view_of(&plan, self.party);
    if (visit.view.news == VISIT_ON && !rows_null(rows, row, "sealed_sheet"))
        TRY(open_sheet(request, pair, rows, row, &visit));
    *ret_visit = visit;
    return OK;
}
