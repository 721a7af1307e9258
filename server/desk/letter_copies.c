/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/bounces.h"
#include "server/desk/letter.h"
#include "server/desk/problems.h"

/* Where the copies of a letter are: made, sent, come back. */

/* When this version was approved for this party; false while it is not, or a second person is to
 * agree. */
static bool approved_at(const struct desk_letter *letter, int64_t party, struct utc *ret_at)
{
    bool is_found = false;
    if (str_equal(letter->state, STR("second_check"))) return false;
    for (size_t i = 0; i < letter->decision_count; i++) {
        const struct desk_decision *decision = &letter->decisions[i];
        if (decision->to != party || !desk_stands(letter, decision)) continue;
        *ret_at = decision->at;
        is_found = true;
    }
    return is_found;
}

/* Of a copy that did not go, or may not have gone, the reason in words, and what to do about it.
 * Any other's code is the mail server's "250", or that of a try that is made again by itself. */
static void put_why(struct request *request, struct str state, struct str code, json_t *entry)
{
    struct str why, cure;
    bool is_doubt = str_equal(state, STR("maybe_sent"));
    bool is_over = str_equal(state, STR("stopped")) || str_equal(state, STR("returned"));
    if (!is_doubt && (!is_over || code.len == 0)) return;
    problems_mail_words(state, code, &why, &cure);
    json_put_str(entry, "why",
                 arena_print(request->arena, "%.*s %.*s", STR_ARG(why), STR_ARG(cure)));
}

/* A link can be closed and the letter be read again while nothing else is being done with it. */
static bool may_send_anew(struct request *request, const struct desk_letter *letter,
                          struct str channel, struct str state)
{
    return str_equal(channel, STR("link")) && str_equal(state, STR("sent")) && letter->has_review &&
           !str_equal(letter->state, STR("in_review")) &&
           desk_may_move(request, letter->state, STR("in_review"));
}

/* It has not left, or nobody has opened it in the portal. */
static bool may_take_back(struct request *request, const struct desk_letter *letter,
                          const struct store_rows *rows, size_t row)
{
    struct str channel = rows_str(rows, row, "channel"), state = rows_str(rows, row, "state");
    bool is_here = str_equal(state, STR("ready")) ||
                   (str_equal(channel, STR("post")) && str_equal(state, STR("sending"))) ||
                   (str_equal(channel, STR("portal")) && str_equal(state, STR("delivered")) &&
                    !rows_bool(rows, row, "is_opened"));
    return is_here && letter->has_review && !rows_bool(rows, row, "is_withdrawn") &&
           (str_equal(letter->state, STR("in_review")) ||
            desk_may_move(request, letter->state, STR("in_review")));
}

/* What came back of it. */
static void put_news(struct request *request, const struct store_rows *bounces, int64_t dispatch,
                     json_t *entry)
{
    json_t *list = json_array();
    for (size_t row = 0; row < bounces->count; row++) {
        if (rows_int(bounces, row, "dispatch_id") != dispatch) continue;
        json_t *news = json_object();
        bounces_put_facts(request, bounces, row, news);
        json_add(list, news);
    }
    desk_put_list(entry, "news", list);
}

/* The party's last copy, or NULL when there is none and none is being made. */
static json_t *copy_of(struct request *request, const struct desk_letter *letter,
                       const struct desk_party *party, const struct store_rows *rows,
                       const struct store_rows *bounces)
{
    struct utc approved = {0}, made = {0};
    bool is_approved = approved_at(letter, party->id, &approved);
    struct str state = {NULL, 0}, code = {NULL, 0}, link = {NULL, 0}, channel = party->channel;
    struct utc second = {0};
    int64_t dispatch = 0;
    bool may_return = false, is_second = false;
    for (size_t row = 0; row < rows->count; row++) {
        if (rows_int(rows, row, "to_party") != party->id) continue;
        rows_utc(rows, row, "made_at", &made);
        if (is_approved && made.us < approved.us) continue; /* of an earlier approval */
        state = rows_str(rows, row, "state");
        code = rows_str(rows, row, "code");
        channel = rows_str(rows, row, "channel");
        link = rows_str(rows, row, "link");
        dispatch = rows_int(rows, row, "dispatch_id");
        is_second = rows_utc(rows, row, "second_reader_at", &second);
        may_return = may_take_back(request, letter, rows, row);
    }
    if (state.len == 0 && is_approved) state = STR("making");
    if (state.len == 0) return NULL;
    json_t *entry = json_object();
    json_put_code(entry, "id", party->id);
    json_put_str(entry, "name", desk_party_name(request, party));
    json_put(entry, "channel", desk_tagged(request, channel));
    json_put(entry, "state", desk_tagged(request, state));
    if (link.len && str_equal(state, STR("sent")))
        json_put(entry, "link", desk_tagged(request, link));
    if (link.len && is_second) desk_put_instant(entry, "second_browser", second, true);
    if (may_send_anew(request, letter, channel, state)) json_put_code(entry, "dispatch", dispatch);
    if (may_return) json_put_code(entry, "take_back", dispatch);
    if (str_equal(channel, STR("post")) && str_equal(state, STR("sent")))
        json_put_code(entry, "posted", dispatch);
    put_why(request, state, code, entry);
    put_news(request, bounces, dispatch, entry);
    return entry;
}

bool desk_has_copy(const struct store_rows *dispatches, int64_t party)
{
    for (size_t row = 0; row < dispatches->count; row++) {
        struct str state = rows_str(dispatches, row, "state");
        if (rows_int(dispatches, row, "to_party") == party && !str_equal(state, STR("stopped")) &&
            !str_equal(state, STR("returned")) && !rows_bool(dispatches, row, "is_withdrawn"))
            return true;
    }
    return false;
}

enum err desk_copies_put(struct request *request, struct store *store,
                         const struct desk_letter *letter, bool *ret_is_making)
{
    struct store_rows rows, bounces;
    json_t *list = json_array();
    TRY(store_query(store, QUERY_dispatch_of_letter, PARAMS(P_INT(letter->id)), request->arena,
                    &rows));
    TRY(store_query(store, QUERY_bounce_of_letter, PARAMS(P_INT(letter->id)), request->arena,
                    &bounces));
    bool is_making = false;
    for (size_t i = 0; i < letter->recipient_count; i++) {
        json_t *entry = copy_of(request, letter, &letter->recipients[i], &rows, &bounces);
        if (!entry) continue;
        json_t *state = json_object_get(entry, "state");
        is_making = is_making || json_is_true(json_object_get(state, "making"));
        json_add(list, entry);
    }
    desk_put_list(request->view, "outgoing", list);
    *ret_is_making = is_making;
    return OK;
}
