/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "core/day.h"
#include "server/desk/decide.h"
#include "sys/clock.h"

/* Approve, return to the sender, hold on the shelf, escalate. */
struct choosing {
    struct request *request;
    int64_t id;
    struct desk_letter letter;
    struct str choice;
    struct day review_on;
    const char *problem_field, *problem; /* found while the letter was read */
};

static enum err audit(struct store *store, struct choosing *choosing, const char *act)
{
    BUF(id, 16);
    code_id_put(&id, choosing->id);
    request_then(choosing->request, "/letters/%s/done", id.at);
    return desk_audit(store, act, "letter", choosing->id, "party", choosing->letter.from_party);
}

static enum err refuse(struct choosing *choosing, const char *field, const char *problem)
{
    choosing->problem_field = field;
    choosing->problem = problem;
    return ERR_BAD_INPUT;
}

static bool concerns_are_seen(const struct review *review)
{
    for (size_t i = 0; i < review->concern_count; i++)
        if (!review->concerns[i].seen) return false;
    return true;
}

static bool is_recipient(const struct desk_letter *letter, int64_t party)
{
    for (size_t i = 0; i < letter->recipient_count; i++)
        if (letter->recipients[i].id == party) return true;
    return false;
}

static enum err approve(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    const struct desk_letter *letter = &choosing->letter;
    size_t at = 0, count = 0;
    struct str value;
    TRY(decide_check(request, letter, true));
    if (letter->entered_by == request->session.staff && !letter->two_person) return ERR_FORBIDDEN;
    if (!concerns_are_seen(&letter->review)) return refuse(choosing, "", "concerns-open");
    while (form_next(&request->form, "to", &at, &value)) {
        int64_t party;
        if (!code_id_get(value, &party) || !is_recipient(letter, party)) return ERR_BAD_INPUT;
        const struct decide decide = {request, letter, "approve", party, {0}, {0}, {0}};
        TRY(decide_record(store, &decide));
        count++;
    }
    if (count == 0) return refuse(choosing, "to", "to-missing");
    TRY(decide_move(request, store, letter, letter->two_person ? "second_check" : "approved"));
    if (!letter->two_person) TRY(decide_queue(store, "burn_release", letter->id));
    return audit(store, choosing, "letter_approved");
}

static enum err give_back(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    struct str note = form_get(&request->form, "note");
    TRY(decide_check(request, &choosing->letter, false));
    if (str_trim(note).len == 0) return refuse(choosing, "note", "note-missing");
    if (note.len > LIMIT_RECORD_BYTES) return refuse(choosing, "note", "text-too-long");
    const struct decide decide = {request, &choosing->letter, "return", 0, note, {0}, {0}};
    TRY(decide_record(store, &decide));
    TRY(decide_move(request, store, &choosing->letter, "returned"));
    TRY(decide_queue(store, "return_note", choosing->id));
    return audit(store, choosing, "letter_returned");
}

static bool read_review_day(struct choosing *choosing)
{
    const struct form *form = &choosing->request->form;
    int64_t day, month, year;
    return form_int(form, "day", 1, 31, &day) && form_int(form, "month", 1, 12, &month) &&
           form_int(form, "year", 2000, 2200, &year) &&
           day_from((struct day_parts){(int)year, (int)month, (int)day}, &choosing->review_on);
}

static enum err hold(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    struct str reason = form_line(&request->form, "reason"), why = form_get(&request->form, "why");
    TRY(decide_check(request, &choosing->letter, false));
    if (reason.len == 0) return refuse(choosing, "reason", "reason-missing");
    if (!read_review_day(choosing)) return refuse(choosing, "day", "date-wrong");
    if (choosing->review_on.number <= clock_day(request->arrived).number)
        return refuse(choosing, "day", "date-past");
    BUF(day, 16);
    day_put(&day, choosing->review_on);
    const struct decide decide = {request, &choosing->letter, "hold", 0, why,
                                  reason,  buf_str(&day)};
    TRY(decide_record(store, &decide));
    TRY(decide_move(request, store, &choosing->letter, "held"));
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_letter_hold,
                        PARAMS(P_INT(choosing->id),
                               store_param_day(choosing->review_on, request->arena),
                               P_INT(choosing->letter.version)),
                        request->arena, &rows));
    return audit(store, choosing, "letter_held");
}

static enum err escalate(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    struct str why = form_get(&request->form, "why");
    TRY(decide_check(request, &choosing->letter, false));
    if (str_trim(why).len == 0) return refuse(choosing, "why", "why-missing");
    const struct decide decide = {request, &choosing->letter, "escalate", 0, why, {0}, {0}};
    TRY(decide_record(store, &decide));
    TRY(decide_move(request, store, &choosing->letter, "escalated"));
    return audit(store, choosing, "letter_escalated");
}

static enum err choose(struct store *store, void *context)
{
    struct choosing *choosing = context;
    struct desk_keyring keyring;
    choosing->problem = NULL;
    TRY(desk_keyring(choosing->request, store, &keyring));
    TRY(desk_letter_read(choosing->request, store, &keyring, choosing->id, DESK_WHOLE,
                         &choosing->letter));
    if (!choosing->letter.has_review || !desk_may_mark(&choosing->letter)) return ERR_CONFLICT;
    if (str_equal(choosing->choice, STR("approve"))) return approve(store, choosing);
    if (str_equal(choosing->choice, STR("return"))) return give_back(store, choosing);
    if (str_equal(choosing->choice, STR("hold"))) return hold(store, choosing);
    if (str_equal(choosing->choice, STR("escalate"))) return escalate(store, choosing);
    return ERR_BAD_INPUT;
}

enum err post_letters_ID_decision(struct request *request)
{
    struct choosing choosing = {.request = request, .id = request_number(request, 0)};
    choosing.choice = form_line(&request->form, "decision");
    enum err code = request_run_once(request, choose, &choosing);
    if (choosing.problem && code == ERR_BAD_INPUT) {
        request_problem(request, choosing.problem_field, choosing.problem);
        return desk_decision_page(request, choosing.id);
    }
    TRY(code);
    return reply_then(request, NULL);
}
