/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"
#include "server/desk/problems.h"

/*
 * A person has failed work tried again. A letter whose copies could not be made was given back to
 * be read; as long as its approvals stand, it goes on from there.
 */
struct retrying {
    struct request *request;
    bool is_stale; /* the letter was changed, or decided otherwise, since */
};

static enum err take_letter(struct store *store, struct retrying *retrying, int64_t id)
{
    struct request *request = retrying->request;
    struct desk_keyring keyring;
    struct desk_letter letter;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query_one(store, QUERY_letter_lock, PARAMS(P_INT(id)), request->arena, &rows));
    TRY(desk_letter_read(request, store, &keyring, id, DESK_FACTS, &letter));
    if (str_equal(letter.state, STR("approved"))) return OK;
    retrying->is_stale = !str_equal(letter.state, STR("in_review")) ||
                         !desk_first_approval(&letter) ||
                         !desk_may_move(request, letter.state, STR("approved"));
    if (retrying->is_stale) return ERR_BAD_INPUT;
    TRY(store_query(
        store, QUERY_letter_state_set,
        PARAMS(P_INT(id), P_TEXT(STR("approved")), P_TEXT(letter.state), P_INT(letter.version)),
        request->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

static enum err again(struct store *store, void *context)
{
    struct retrying *retrying = context;
    struct request *request = retrying->request;
    struct store_rows rows, job;
    int64_t id = request_number(request, 0);
    retrying->is_stale = false;
    TRY(store_query_one(store, QUERY_job_find, PARAMS(P_INT(id)), request->arena, &job));
    TRY(store_query(store, QUERY_job_again, PARAMS(P_INT(id)), request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    if (str_equal(rows_str(&job, 0, "kind"), STR("burn_release")))
        TRY(take_letter(store, retrying, rows_int(&job, 0, "letter_id")));
    request_then(request, "/problems");
    return desk_audit(store, "job_again", "job", id, NULL, 0);
}

enum err post_jobs_ID_again(struct request *request)
{
    struct retrying retrying = {.request = request};
    enum err code = request_run_once(request, again, &retrying);
    if (code == ERR_BAD_INPUT && retrying.is_stale) {
        desk_row_problem(request, "reason", "letter-changed");
        return problems_page(request);
    }
    TRY(code);
    return reply_then(request, "job-again");
}
