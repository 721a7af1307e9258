/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/visit.h"

/* Keeps a plan. */

static const struct visit_member *member_of(const struct desk_visit *stored, int64_t party)
{
    for (size_t i = 0; stored && i < stored->member_count; i++)
        if (stored->members[i].party == party) return &stored->members[i];
    return NULL;
}

static enum err put_guest(struct store *store, const struct visit_saving *saving, int64_t visit,
                          const struct visit_guest_form *guest)
{
    struct request *request = saving->request;
    const struct visit_member *member = member_of(saving->stored, guest->party);
    if (!member && !guest->is_asked) return OK;
    int64_t invite = member ? member->invite : random_id();
    int64_t version = member ? member->record_version + 1 : 1;
    struct seal_publics publics;
    struct str sealed;
    TRY(desk_publics(request, store, &publics));
    JSON record = json_object();
    json_put_str(record, "travel", guest->travel);
    json_put_str(record, "note", guest->note);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    TRY(desk_seal(request, SEAL_VISIT_PARTY, "visit_party", invite, version, &publics.desk, 1,
                  buf_str(&text), &sealed));
    return store_do(store, QUERY_visit_party_put,
                    PARAMS(P_INT(visit), P_INT(guest->party), P_INT(saving->form->arrangement),
                           P_INT(invite), P_BOOL(guest->is_asked), P_BYTES(sealed),
                           P_INT(version)));
}

/* The stored visit with what the form says. */
static struct desk_visit changed(const struct visit_saving *saving)
{
    const struct visit_form *form = saving->form;
    struct desk_visit visit = saving->stored ? *saving->stored : (struct desk_visit){0};
    struct visit_member *members =
        ARENA_MANY(saving->request->arena, form->guest_count, struct visit_member);
    for (size_t i = 0; i < form->guest_count; i++)
        members[i] = (struct visit_member){.party = form->guests[i].party,
                                           .is_asked = form->guests[i].is_asked,
                                           .travel = form->guests[i].travel,
                                           .note = form->guests[i].note};
    visit.members = members;
    visit.member_count = form->guest_count;
    visit.starts = form->starts;
    visit.ends = form->ends;
    visit.venue = form->venue;
    visit.room = form->room;
    visit.risk = form->risk;
    return visit;
}

static enum err put_guests(struct store *store, const struct visit_saving *saving, int64_t visit)
{
    for (size_t i = 0; i < saving->form->guest_count; i++)
        TRY(put_guest(store, saving, visit, &saving->form->guests[i]));
    return OK;
}

static enum err add(struct store *store, const struct visit_saving *saving)
{
    struct request *request = saving->request;
    const struct visit_form *form = saving->form;
    struct desk_visit visit = changed(saving);
    struct str sealed;
    visit.id = random_id();
    TRY(visit_seal(request, store, &visit, 1, &sealed));
    TRY(store_do(store, QUERY_visit_add,
                 PARAMS(P_INT(visit.id), P_INT(form->arrangement),
                        visit_instant(request, form->starts), visit_instant(request, form->ends),
                        P_INT(form->margin), form->supervisor ? P_INT(form->supervisor) : P_NULL,
                        P_BYTES(sealed))));
    TRY(put_guests(store, saving, visit.id));
    request_then(request, "%s", visit_path(request, visit.id).at);
    return desk_audit(store, "visit_planned", "visit", visit.id, "arrangement", form->arrangement);
}

/* What people were told and no longer holds takes the visit back to planned. */
static enum err change(struct store *store, const struct visit_saving *saving)
{
    struct request *request = saving->request;
    const struct visit_form *form = saving->form;
    const struct desk_visit *stored = saving->stored;
    struct desk_visit visit = changed(saving);
    struct store_rows rows;
    struct str sealed;
    const struct visit_plan before = visit_plan_of(request, stored);
    const struct visit_plan after = visit_plan_of(request, &visit);
    bool anew = visit_tells_anew(&before, &after);
    enum visit_state state =
        stored->state == VISIT_CONFIRMED && anew ? VISIT_PLANNED : stored->state;
    TRY(visit_seal(request, store, &visit, form->version + 1, &sealed));
    TRY(store_query(store, QUERY_visit_change,
                    PARAMS(P_INT(visit.id), visit_instant(request, form->starts),
                           visit_instant(request, form->ends), P_INT(form->margin),
                           form->supervisor ? P_INT(form->supervisor) : P_NULL, P_BYTES(sealed),
                           P_TEXT(str_from(visit_state_word(state))),
                           P_BOOL(state != stored->state), P_INT(form->version)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    if (state != VISIT_CONFIRMED) TRY(put_guests(store, saving, visit.id));
    request_then(request, "%s", visit_path(request, visit.id).at);
    return desk_audit(store, "visit_changed", "visit", visit.id, "arrangement",
                      stored->arrangement);
}

enum err visit_save(struct store *store, void *context)
{
    const struct visit_saving *saving = context;
    return saving->stored ? change(store, saving) : add(store, saving);
}

void visit_not_confirmed(struct request *request, enum visit_refusal refusal)
{
    switch (refusal) {
    case VISIT_MAY: break;
    case VISIT_FROZEN: request_problem(request, "", "visit-frozen"); break;
    case VISIT_NOT_DIRECT: request_problem(request, "", "visit-not-direct"); break;
    case VISIT_NOT_OPEN: request_problem(request, "", "visit-not-open"); break;
    case VISIT_SOMEBODY_STOPPED: request_problem(request, "guest", "visit-somebody-stopped"); break;
    case VISIT_ONE_SIDE: request_problem(request, "guest", "visit-one-side"); break;
    case VISIT_NO_VENUE: request_problem(request, "venue", "visit-no-venue"); break;
    case VISIT_NO_SUPERVISOR: request_problem(request, "supervisor", "visit-no-supervisor"); break;
    case VISIT_PAST: request_problem(request, "start", "visit-past"); break;
    case VISIT_SAME_PERSON: request_problem(request, "", "visit-same-person"); break;
    }
}

enum err visit_refused(struct request *request, enum err code)
{
    static const struct {
        const char *constraint;
        enum visit_refusal refusal;
    } refusals[] = {
        {"visit_not_frozen", VISIT_FROZEN},
        {"visit_arrangement_open", VISIT_NOT_OPEN},
        {"visit_people_take_part", VISIT_SOMEBODY_STOPPED},
        {"visit_both_sides", VISIT_ONE_SIDE},
        {"visit_supervised", VISIT_NO_SUPERVISOR},
        {"visit_to_come", VISIT_PAST},
        {"visit_second_person", VISIT_SAME_PERSON},
    };
    if (code == ERR_CONFLICT) {
        request_problem(request, "", "changed-meanwhile");
        return OK;
    }
    if (code != ERR_DB_REFUSED) return code;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (!str_equal(str_from(store_refusal()), str_from(refusals[i].constraint))) continue;
        visit_not_confirmed(request, refusals[i].refusal);
        return OK;
    }
    return code;
}
