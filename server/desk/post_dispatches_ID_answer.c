/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/decide.h"
#include "server/desk/problems.h"

/*
 * What a person says about a dispatch. In doubt (maybe_sent): it was sent; send it again; or it was
 * not, and goes in another way. Stopped or come back: it is taken back and approved again. So is
 * one by a link that its reader cannot open any more: a new link goes out with the next approval;
 * and one that has not left, or that nobody has opened in the portal.
 *
 * To go in another way, or again after the facts changed, a letter is read again: this copy is
 * withdrawn with its links, the review gets a next version (the copies that are out belong to the
 * old one), and the letter is open for decisions.
 */
struct answering {
    struct request *request;
    struct str answer, reason;
    int64_t dispatch;
};

static enum err answer_message(struct store *store, const struct answering *answering,
                               const char *answer)
{
    struct request *request = answering->request;
    struct store_rows rows, answered;
    TRY(store_query(store, QUERY_message_of_dispatch, PARAMS(P_INT(answering->dispatch)),
                    request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        if (!str_equal(rows_str(&rows, row, "state"), STR("maybe_sent"))) continue;
        TRY(store_query_one(
            store, QUERY_message_answer,
            PARAMS(P_INT(rows_int(&rows, row, "message_id")), P_TEXT(str_from(answer))),
            request->arena, &answered));
        return rows_bool(&answered, 0, "answered") ? OK : ERR_CONFLICT;
    }
    return ERR_CONFLICT;
}

/* What has not left: the gate looks whether it is too late. */
static enum err stop(struct store *store, const struct answering *answering)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_copy_take_back, PARAMS(P_INT(answering->dispatch)),
                        answering->request->arena, &rows));
    return rows_bool(&rows, 0, "taken") ? OK : ERR_CONFLICT;
}

/* What came back, was stopped or is in doubt, and a link whose copy is out. */
static enum err withdraw(struct store *store, const struct answering *answering,
                         const struct store_rows *dispatch)
{
    struct request *request = answering->request;
    struct store_rows done;
    struct str state = rows_str(dispatch, 0, "state");
    int64_t release = rows_int(dispatch, 0, "release_id");
    bool is_link = str_equal(answering->answer, STR("link")) && str_equal(state, STR("sent")) &&
                   str_equal(rows_str(dispatch, 0, "channel"), STR("link"));
    if (str_equal(state, STR("maybe_sent")))
        TRY(answer_message(store, answering, "stop"));
    else if (!str_equal(state, STR("stopped")) && !str_equal(state, STR("returned")) && !is_link)
        return ERR_CONFLICT;
    TRY(store_query_one(store, QUERY_release_withdraw, PARAMS(P_INT(release)), request->arena,
                        &done));
    return store_query(store, QUERY_link_withdraw, PARAMS(P_INT(release)), request->arena, &done);
}

static enum err take_back(struct store *store, const struct answering *answering)
{
    struct request *request = answering->request;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_dispatch_find, PARAMS(P_INT(answering->dispatch)),
                        request->arena, &rows));
    int64_t letter = rows_int(&rows, 0, "letter_id");
    TRY(str_equal(answering->answer, STR("stop")) ? stop(store, answering)
                                                  : withdraw(store, answering, &rows));
    TRY(decide_reopen(request, store, letter));
    BUF(code, 16);
    code_id_put(&code, letter);
    request_then(request, "/letters/%s", code.at);
    return desk_audit_why(request, store, "letter_again", "letter", letter, "dispatch",
                          answering->dispatch, "reason", answering->reason);
}

static bool is_back(struct str answer)
{
    return str_equal(answer, STR("post")) || str_equal(answer, STR("review")) ||
           str_equal(answer, STR("link")) || str_equal(answer, STR("stop"));
}

static enum err answer(struct store *store, void *context)
{
    const struct answering *answering = context;
    struct request *request = answering->request;
    if (is_back(answering->answer)) return take_back(store, answering);
    TRY(answer_message(store, answering,
                       str_equal(answering->answer, STR("sent")) ? "sent" : "again"));
    request_then(request, "/problems");
    return desk_audit_why(request, store, "dispatch_answered", "dispatch", answering->dispatch,
                          NULL, 0, "reason", answering->reason);
}

enum err post_dispatches_ID_answer(struct request *request)
{
    struct answering answering = {request, form_get(&request->form, "answer"),
                                  form_line(&request->form, "reason"), request_number(request, 0)};
    struct str said = answering.answer;
    if (str_equal(said, STR("link"))) answering.reason = STR("a new link");
    if (str_equal(said, STR("stop"))) answering.reason = STR("nobody had read it");
    if (!is_back(said) && !str_equal(said, STR("sent")) && !str_equal(said, STR("again")))
        request_problem(request, "", "answer-missing");
    if (answering.reason.len == 0) desk_row_problem(request, "reason", "known-missing");
    if (request_has_problem(request)) return problems_page(request);
    TRY(request_run_once(request, answer, &answering));
    if (is_back(said)) return reply_then(request, "letter-again");
    return reply_then(request, "dispatch-answered");
}
