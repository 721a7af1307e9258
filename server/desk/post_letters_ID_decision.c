/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "core/day.h"
#include "server/desk/decide.h"
#include "sys/clock.h"

/* Approve, return to the sender, hold on the shelf, escalate; or take up again what was returned.
 */
struct choosing {
    struct request *request;
    int64_t id;
    struct desk_letter letter;
    struct str choice;
    struct day review_on;
    const char *problem_field, *problem; /* found while the letter was read */
    bool is_of_concern;                  /* mended on the letter's page, where the boxes are */
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

static bool find_recipient(const struct desk_letter *letter, int64_t party, size_t *ret_nth)
{
    for (size_t i = 0; i < letter->recipient_count; i++)
        if (letter->recipients[i].id == party) {
            *ret_nth = i;
            return true;
        }
    return false;
}

/*
 * Whoever was approved before and is not ticked now gets no copy: that is a decision, too. Who has
 * one already is not ticked since nothing more is to be made.
 */
static enum err leave_out(struct store *store, struct choosing *choosing)
{
    const struct desk_letter *letter = &choosing->letter;
    struct store_rows copies;
    TRY(store_query(store, QUERY_dispatch_of_letter, PARAMS(P_INT(letter->id)),
                    choosing->request->arena, &copies));
    for (size_t i = 0; i < letter->decision_count; i++) {
        const struct desk_decision *before = &letter->decisions[i];
        if (!desk_stands(letter, before) ||
            form_has_id(&choosing->request->form, "to", before->to) ||
            desk_has_copy(&copies, before->to))
            continue;
        const struct decide decide = {
            choosing->request, letter, "disagree", before->to, {0}, {0}, {0}};
        TRY(decide_record(store, &decide));
    }
    return OK;
}

static enum err approve(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    const struct desk_letter *letter = &choosing->letter;
    size_t at = 0, count = 0;
    struct str value;
    TRY(decide_check(request, letter, true));
    if (desk_has_nothing(letter)) return refuse(choosing, "", "letter-nothing");
    if (!concerns_are_seen(&letter->review)) {
        choosing->is_of_concern = true;
        return refuse(choosing, "", "concerns-open");
    }
    while (form_next(&request->form, "to", &at, &value)) {
        int64_t party;
        size_t nth;
        if (!code_id_get(value, &party) || !find_recipient(letter, party, &nth))
            return ERR_BAD_INPUT;
        if (!review_is_for(&letter->review, party)) return refuse(choosing, "to", "to-not-looked");
        if (desk_why_blocked(letter, nth)) return refuse(choosing, "to", "to-blocked");
        const struct decide decide = {request, letter, "approve", party, {0}, {0}, {0}};
        TRY(decide_record(store, &decide));
        count++;
    }
    if (count == 0) return refuse(choosing, "to", "to-missing");
    TRY(leave_out(store, choosing));
    bool waits = desk_needs_second(request, letter);
    TRY(decide_move(request, store, letter, waits ? "second_check" : "approved"));
    if (!waits) TRY(decide_queue(request, store, "burn_release", letter->id));
    return audit(store, choosing, "letter_approved");
}

static enum err give_back(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    struct str note = form_get(&request->form, "note");
    TRY(decide_check(request, &choosing->letter, false));
    /* without a script the library's words are not in the box */
    if (str_trim(note).len == 0) note = desk_wording(form_line(&request->form, "wording"));
    if (note.len == 0) return refuse(choosing, "note", "note-missing");
    if (note.len > LIMIT_RECORD_BYTES) return refuse(choosing, "note", "text-too-long");
    const struct decide decide = {request, &choosing->letter, "return", 0, note, {0}, {0}};
    TRY(decide_record(store, &decide));
    TRY(decide_move(request, store, &choosing->letter, "returned"));
    TRY(decide_queue(request, store, "return_note", choosing->id));
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

static bool is_reason(struct str word)
{
    static const char *const reasons[] = {"no_address", "not_ready", "asked", "withheld", "other"};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (str_equal(word, str_from(reasons[i]))) return true;
    return false;
}

static enum err hold(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    struct str reason = form_line(&request->form, "reason");
    struct str why = str_trim(form_get(&request->form, "why_hold"));
    TRY(decide_check(request, &choosing->letter, false));
    if (!is_reason(reason)) return refuse(choosing, "reason", "hold-missing");
    if (why.len > PERSON_TEXT_BYTES) return refuse(choosing, "why_hold", "text-too-long");
    if (why.len == 0 && str_equal(reason, STR("other")))
        return refuse(choosing, "why_hold", "why-missing");
    if (!desk_date_typed(request, "")) return refuse(choosing, "day", "date-missing");
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
    struct str why = str_trim(form_get(&request->form, "why_escalate"));
    TRY(decide_check(request, &choosing->letter, false));
    if (why.len == 0) return refuse(choosing, "why_escalate", "why-missing");
    if (why.len > PERSON_TEXT_BYTES) return refuse(choosing, "why_escalate", "text-too-long");
    const struct decide decide = {request, &choosing->letter, "escalate", 0, why, {0}, {0}};
    TRY(decide_record(store, &decide));
    TRY(decide_move(request, store, &choosing->letter, "escalated"));
    return audit(store, choosing, "letter_escalated");
}

static enum err take_up(struct store *store, struct choosing *choosing)
{
    struct request *request = choosing->request;
    if (!str_equal(choosing->letter.state, STR("returned"))) return ERR_CONFLICT;
    TRY(decide_check(request, &choosing->letter, false));
    TRY(decide_reopen(request, store, choosing->id));
    BUF(id, 16);
    code_id_put(&id, choosing->id);
    request_then(request, "/letters/%s", id.at);
    return desk_audit(store, "letter_again", "letter", choosing->id, "party",
                      choosing->letter.from_party);
}

static enum err choose(struct store *store, void *context)
{
    struct choosing *choosing = context;
    struct request *request = choosing->request;
    struct desk_keyring keyring;
    choosing->problem = NULL;
    choosing->is_of_concern = false;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_letter_read(request, store, &keyring, choosing->id, DESK_WHOLE, &choosing->letter));
    if (str_equal(choosing->choice, STR("again"))) return take_up(store, choosing);
    if (!choosing->letter.has_review || !desk_may_mark(request, &choosing->letter))
        return desk_is_open(&choosing->letter) ? ERR_FORBIDDEN : ERR_CONFLICT;
    if (str_equal(choosing->choice, STR("approve"))) return approve(store, choosing);
    if (str_equal(choosing->choice, STR("return"))) return give_back(store, choosing);
    if (str_equal(choosing->choice, STR("hold"))) return hold(store, choosing);
    if (str_equal(choosing->choice, STR("escalate"))) return escalate(store, choosing);
    return ERR_BAD_INPUT;
}

static void show_problem(struct choosing *choosing)
{
    struct request *request = choosing->request;
    struct str reason = form_line(&request->form, "reason");
    BUF(id, 16);
    code_id_put(&id, choosing->id);
    if (choosing->is_of_concern)
        request_problem_elsewhere(request,
                                  arena_print(request->arena, "/letters/%s#concerns-title", id.at),
                                  choosing->problem);
    else
        request_problem(request, choosing->problem_field, choosing->problem);
    if (is_reason(reason)) desk_put_is(request, "reason", reason);
}

enum err post_letters_ID_decision(struct request *request)
{
    struct choosing choosing = {.request = request, .id = request_number(request, 0)};
    choosing.choice = form_line(&request->form, "decision");
    enum err code = request_run_once(request, choose, &choosing);
    if (choosing.problem && code == ERR_BAD_INPUT) {
        show_problem(&choosing);
        return desk_decision_page(request, choosing.id);
    }
    TRY(code);
    bool is_again = str_equal(choosing.choice, STR("again"));
    return reply_then(request, is_again ? "letter-reopened" : NULL);
}
