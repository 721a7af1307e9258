/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/permit.h"
#include "server/desk/arrangement_review.h"
#include "sys/clock.h"

/*
 * Opens, pauses, suspends, prohibits or ends an arrangement. The dispatches that are under way ask
 * for its state at the moment when they go. What blocks is lifted by a manager alone.
 */
struct moving {
    struct request *request;
    enum arrangement_state to;
    struct str reason;
    bool has_review;
    struct day review;
    int64_t version;
};

static enum err move(struct store *store, void *context)
{
    struct moving *moving = context;
    struct request *request = moving->request;
    struct desk_keyring keyring;
    struct desk_arrangement arrangement;
    struct store_rows rows;
    struct str sealed;
    TRY(desk_keyring(request, store, &keyring));
    TRY(arrangement_read(request, store, &keyring, request_number(request, 0), &arrangement));
    /* another arrangement may have held it, which makes no version of its record */
    if (arrangement.record_version != moving->version ||
        !str_equal(form_get(&request->form, "was"), arrangement.state))
        return ERR_CONFLICT;
    arrangement.pause = moving->to == ARRANGEMENT_ACTIVE ? STR("") : moving->reason;
    TRY(arrangement_seal(request, store, arrangement.id, moving->version + 1, &arrangement,
                         &sealed));
    struct store_param review = moving->has_review ? store_param_day(moving->review, request->arena)
                                : arrangement.has_review
                                    ? store_param_day(arrangement.review_on, request->arena)
                                    : P_NULL;
    TRY(store_query(store, QUERY_arrangement_state_set,
                    PARAMS(P_INT(arrangement.id),
                           P_TEXT(str_from(arrangement_state_word(moving->to))), P_BYTES(sealed),
                           review, P_INT(moving->version)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    request_then(request, "%s", arrangement_path(request, arrangement.id, "state").at);
    return desk_audit_why(request, store, "arrangement_state_changed", "arrangement",
                          arrangement.id, NULL, 0, "reason",
                          arena_print(request->arena, "%s: %.*s",
                                      arrangement_state_word(moving->to), STR_ARG(moving->reason)));
}

static void read_form(struct moving *moving)
{
    struct request *request = moving->request;
    if (!arrangement_state_get(form_get(&request->form, "state"), &moving->to) ||
        moving->to == ARRANGEMENT_HELD)
        request_problem(request, "state", "state-missing");
    moving->reason = str_trim(form_get(&request->form, "reason"));
    if (moving->reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (moving->reason.len > ARRANGEMENT_TEXT_BYTES)
        request_problem(request, "reason", "text-too-long");
    if (!desk_date_typed(request, "review_") && moving->to != ARRANGEMENT_PAUSED) return;
    moving->has_review = desk_date(request, "review_", &moving->review);
    struct day today = clock_day(request->arrived);
    if (moving->has_review && moving->review.number <= today.number)
        request_problem(request, "review_day", "date-past");
    if (moving->has_review &&
        moving->review.number > day_add_months(today, REVIEW_MOST_MONTHS).number)
        request_problem(request, "review_day", "review-far");
}

/* The child has died, or is grown up and has not said that letters are to go on. */
static bool child_ends(struct str refusal)
{
    return str_equal(refusal, STR("arrangement_child_dead")) ||
           str_equal(refusal, STR("arrangement_child_wish")) ||
           str_equal(refusal, STR("arrangement_child_grown"));
}

enum err post_arrangements_ID_state(struct request *request)
{
    struct moving moving = {.request = request};
    int status = 422;
    if (!form_int(&request->form, "version", 1, INT32_MAX, &moving.version)) return ERR_BAD_INPUT;
    read_form(&moving);
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, move, &moving);
        if (code == OK) return reply_then(request, "state-changed");
        if (code == ERR_CONFLICT) {
            request_problem(request, "", "changed-meanwhile");
            status = 409;
        } else if (code == ERR_DB_REFUSED &&
                   str_equal(str_from(store_refusal()), STR("arrangement_manager_lifts"))) {
            request_problem(request, "state", "manager-needed");
        } else if (code == ERR_DB_REFUSED &&
                   (str_equal(str_from(store_refusal()), STR("arrangement_moving")) ||
                    str_equal(str_from(store_refusal()), STR("arrangement_taken")))) {
            request_problem(request, "state", "moves-agency");
        } else if (code == ERR_DB_REFUSED && child_ends(str_from(store_refusal()))) {
            request_problem(request, "state", "child-ends");
        } else {
            return code;
        }
    }
    return arrangement_state_page(request, status);
}
