/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/visit.h"

/*
 * Confirms a visit, cancels it, or plans it anew after a block. Confirming gives each person who
 * comes a sheet with what they may know, and nobody anything else.
 */
struct moving {
    struct request *request;
    enum visit_state to;
    struct str reason;
    int64_t version;
    struct desk_visit visit;
    struct desk_arrangement arrangement;
    enum visit_refusal refusal;
    bool is_no_move;
};

/* ---- may it? ---- */

static const struct arrangement_member *person_of(const struct moving *moving, int64_t party)
{
    for (size_t i = 0; i < moving->arrangement.member_count; i++)
        if (moving->arrangement.members[i].party.id == party)
            return &moving->arrangement.members[i];
    return NULL;
}

static void see_people(const struct moving *moving, struct visit_facts *facts)
{
    facts->everybody_takes_part = true;
    for (size_t i = 0; i < moving->visit.member_count; i++) {
        if (!moving->visit.members[i].is_asked) continue;
        const struct arrangement_member *person = person_of(moving, moving->visit.members[i].party);
        if (!person || !str_equal(person->state, STR("active")) ||
            !str_equal(person->party.state, STR("active")))
            facts->everybody_takes_part = false;
        else if (str_equal(person->side, STR("adoptive")))
            facts->has_home = true;
        else
            facts->has_other = true;
    }
}

static enum err find_facts(struct store *store, const struct desk_keyring *keyring,
                           const struct moving *moving, struct visit_facts *ret_facts)
{
    struct request *request = moving->request;
    struct store_rows rows;
    struct visit_staff *staff;
    size_t staff_count;
    struct visit_facts facts = {
        .is_direct = str_equal(moving->arrangement.kind, STR("direct")),
        .is_open = str_equal(moving->arrangement.state, STR("active")),
        .has_venue = moving->visit.venue.len > 0,
        .is_past = moving->visit.has_begun,
        .by_same_person = moving->visit.planned_by == request->session.staff,
    };
    TRY(visit_staff_list(request, store, keyring, &staff, &staff_count));
    for (size_t i = 0; i < staff_count; i++)
        if (staff[i].id == moving->visit.supervisor) facts.has_supervisor = staff[i].may_supervise;
    TRY(store_query_one(store, QUERY_arrangement_needs_two, PARAMS(P_INT(moving->arrangement.id)),
                        request->arena, &rows));
    facts.needs_two = rows_bool(&rows, 0, "needs_two");
    TRY(store_query_one(store, QUERY_agency_policy, NO_PARAMS, request->arena, &rows));
    facts.is_frozen = !rows_null(&rows, 0, "frozen_at");
    see_people(moving, &facts);
    *ret_facts = facts;
    return OK;
}

/* ---- what each person may know ---- */

static enum err give_sheet(struct store *store, const struct moving *moving,
                           const struct visit_plan *plan, const struct visit_member *member)
{
    struct request *request = moving->request;
    struct seal_publics publics;
    struct seal_public to[SEAL_RECIPIENTS_MAX];
    struct store_rows rows;
    struct str sealed;
    const struct visit_view view = visit_view_of(plan, member->party);
    TRY(desk_publics(request, store, &publics));
    TRY(store_query(store, QUERY_account_of_party, PARAMS(P_INT(member->party)), request->arena,
                    &rows));
    if (rows.count >= SEAL_RECIPIENTS_MAX) return ERR_TOO_BIG;
    for (size_t i = 0; i < rows.count; i++)
        if (!rows_raw(&rows, i, "public_key", to[i].bytes, sizeof to[i].bytes)) return ERR_DB;
    to[rows.count] = publics.press;
    JSON sheet = json_object();
    json_put_str(sheet, "venue", view.venue);
    json_put_str(sheet, "room", view.room);
    json_put_str(sheet, "travel", view.travel);
    json_put_str(sheet, "note", view.note);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(sheet, &text));
    TRY(desk_seal(request, SEAL_VISIT_SHEET, "visit_party", member->invite,
                  member->sheet_version + 1, to, rows.count + 1, buf_str(&text), &sealed));
    TRY(store_query(store, QUERY_visit_sheet_set,
                    PARAMS(P_INT(member->invite), P_BYTES(sealed), P_INT(member->sheet_version)),
                    request->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

static enum err give_sheets(struct store *store, const struct moving *moving)
{
    struct visit_plan plan = visit_plan_of(moving->request, &moving->visit);
    struct visit_guest *guests =
        ARENA_MANY(moving->request->arena, plan.guest_count, struct visit_guest);
    for (size_t i = 0; i < plan.guest_count; i++) {
        guests[i] = plan.guests[i];
        guests[i].was_told = true; /* by this */
    }
    plan.guests = guests;
    plan.state = VISIT_CONFIRMED;
    for (size_t i = 0; i < moving->visit.member_count; i++)
        if (moving->visit.members[i].is_asked)
            TRY(give_sheet(store, moving, &plan, &moving->visit.members[i]));
    return OK;
}

/* ---- the move ---- */

static enum err write_move(struct store *store, const struct moving *moving)
{
    static const struct {
        const char *act;
    } acts[VISIT_STATE_COUNT] = {
        [VISIT_PLANNED] = {.act = "visit_replanned"},
        [VISIT_CONFIRMED] = {.act = "visit_confirmed"},
        [VISIT_CANCELLED] = {.act = "visit_cancelled"},
    };
    struct request *request = moving->request;
    struct desk_visit visit = moving->visit;
    struct store_rows rows;
    struct str sealed;
    visit.cancelled = moving->reason;
    TRY(visit_seal(request, store, &visit, moving->version + 1, &sealed));
    TRY(store_query(store, QUERY_visit_state_set,
                    PARAMS(P_INT(visit.id), P_TEXT(str_from(visit_state_word(moving->to))),
                           P_TEXT(str_from(visit_state_word(visit.state))), P_BYTES(sealed),
                           P_INT(moving->version)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    if (moving->to == VISIT_CONFIRMED) TRY(give_sheets(store, moving));
    request_then(request, "%s", visit_path(request, visit.id).at);
    return desk_audit_why(request, store, acts[moving->to].act, "visit", visit.id, "arrangement",
                          visit.arrangement, "reason", moving->reason);
}

static enum err move(struct store *store, void *context)
{
    struct moving *moving = context;
    struct request *request = moving->request;
    struct desk_keyring keyring;
    struct visit_facts facts;
    enum rule_actor actor;
    TRY(desk_keyring(request, store, &keyring));
    TRY(visit_read(request, store, &keyring, request_number(request, 0), &moving->visit));
    TRY(arrangement_read(request, store, &keyring, moving->visit.arrangement,
                         &moving->arrangement));
    /* a block makes no version of its record */
    if (moving->visit.record_version != moving->version ||
        !str_equal(form_get(&request->form, "was"),
                   str_from(visit_state_word(moving->visit.state))))
        return ERR_CONFLICT;
    moving->is_no_move =
        !rule_actor_get(str_from(session_role_name(request->session.role)), &actor) ||
        !visit_may_move(moving->visit.state, moving->to, actor, false);
    if (moving->is_no_move) return ERR_FORBIDDEN;
    if (moving->to == VISIT_CONFIRMED) {
        TRY(find_facts(store, &keyring, moving, &facts));
        moving->refusal = visit_may_confirm(&facts);
        if (moving->refusal != VISIT_MAY) return ERR_FORBIDDEN;
    }
    return write_move(store, moving);
}

static void read_form(struct moving *moving)
{
    struct request *request = moving->request;
    if (!visit_state_get(form_get(&request->form, "to"), &moving->to) ||
        (moving->to != VISIT_CONFIRMED && moving->to != VISIT_CANCELLED &&
         moving->to != VISIT_PLANNED))
        request_problem(request, "to", "state-missing");
    moving->reason = str_trim(form_get(&request->form, "reason"));
    if (moving->to != VISIT_CANCELLED)
        moving->reason = STR("");
    else if (moving->reason.len == 0)
        request_problem(request, "reason", "reason-missing");
    else if (moving->reason.len > VISIT_TEXT_BYTES)
        request_problem(request, "reason", "text-too-long");
}

enum err post_visits_ID_state(struct request *request)
{
    struct moving moving = {.request = request};
    int status = 422;
    if (!form_int(&request->form, "version", 1, INT32_MAX, &moving.version)) return ERR_BAD_INPUT;
    read_form(&moving);
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, move, &moving);
        if (code == OK)
            return reply_then(request, moving.to == VISIT_CONFIRMED   ? "visit-confirmed"
                                       : moving.to == VISIT_CANCELLED ? "visit-cancelled"
                                                                      : "visit-saved");
        if (moving.refusal != VISIT_MAY)
            visit_not_confirmed(request, moving.refusal);
        else if (moving.is_no_move)
            request_problem(request, "", "visit-no-move");
        else
            TRY(visit_refused(request, code));
        if (code == ERR_CONFLICT) status = 409;
    }
    return visit_page(request, request_number(request, 0), status);
}
