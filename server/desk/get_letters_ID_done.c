/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/letter.h"
#include "server/desk/problems.h"

/* What became of the decision, and the next letter to read. */
struct done {
    struct request *request;
};

static const char *done_code(struct str state, struct str last)
{
    if (str_equal(state, STR("second_check"))) return "waits_second";
    if (str_equal(state, STR("returned"))) return "returned";
    if (str_equal(state, STR("held"))) return "held";
    if (str_equal(state, STR("escalated"))) return "escalated";
    if (str_equal(last, STR("second"))) return "agreed";
    if (str_equal(last, STR("disagree")) && str_equal(state, STR("in_review"))) return "disagreed";
    return "approved";
}

/* Of a copy that did not go, or may not have gone, the reason in words, and what to do about it.
 * Any other's code is the mail server's "250", or that of a try that is made again by itself. */
static void put_why(struct request *request, struct str state, struct str code, json_t *entry)
{
    struct str why, cure;
    bool is_over = str_equal(state, STR("stopped")) || str_equal(state, STR("returned"));
    if (str_equal(state, STR("maybe_sent")))
        code = STR("lost");
    else if (!is_over || code.len == 0)
        return;
    problems_words(code, &why, &cure);
    json_put_str(entry, "why",
                 arena_print(request->arena, "%.*s %.*s", STR_ARG(why), STR_ARG(cure)));
}

static enum err put_copies(struct request *request, struct store *store,
                           const struct desk_letter *letter)
{
    struct store_rows rows;
    json_t *list = json_array();
    TRY(store_query(store, QUERY_dispatch_of_letter, PARAMS(P_INT(letter->id)), request->arena,
                    &rows));
    for (size_t i = 0; i < letter->recipient_count; i++) {
        const struct desk_party *party = &letter->recipients[i];
        struct str state = STR("making"), code = {NULL, 0};
        for (size_t row = 0; row < rows.count; row++) {
            if (rows_int(&rows, row, "to_party") != party->id) continue;
            state = rows_str(&rows, row, "state");
            code = rows_str(&rows, row, "code");
        }
        if (!desk_is_approved(letter, party->id)) continue;
        json_t *entry = json_object();
        json_put_code(entry, "id", party->id);
        json_put_str(entry, "name", desk_party_name(request, party));
        json_put(entry, "channel", desk_tagged(request, party->channel));
        json_put(entry, "state", desk_tagged(request, state));
        put_why(request, state, code, entry);
        json_add(list, entry);
    }
    desk_put_list(request->view, "copies", list);
    return OK;
}

static enum err put_next(struct request *request, struct store *store,
                         const struct desk_keyring *keyring)
{
    struct store_rows rows;
    json_t *list = json_array();
    TRY(store_query(store, QUERY_letter_list,
                    PARAMS(P_TEXT(STR("{in_review}")), P_INT(1), P_INT(0)), request->arena, &rows));
    enum err code = rows.count ? desk_letter_row(request, store, keyring, &rows, 0, list) : OK;
    if (code == OK && json_array_size(list))
        json_put(request->view, "next", json_incref(json_array_get(list, 0)));
    json_decref(list);
    return code;
}

static enum err read_done(struct store *store, void *context)
{
    struct done *done = context;
    struct request *request = done->request;
    struct desk_keyring keyring;
    struct desk_letter letter;
    int64_t id = request_number(request, 0);
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_letter_read(request, store, &keyring, id, DESK_FACTS, &letter));
    TRY(desk_letter_view(request, store, &keyring, &letter));
    struct str last = letter.decision_count ? letter.decisions[letter.decision_count - 1].kind
                                            : (struct str){NULL, 0};
    json_put(request->view, "done", desk_tagged(request, str_from(done_code(letter.state, last))));
    if (str_equal(letter.state, STR("held")))
        desk_put_day(request->view, "review", letter.review_on);
    TRY(put_copies(request, store, &letter));
    TRY(put_next(request, store, &keyring));
    return desk_audit(store, "outcome_shown", "letter", id, "", 0);
}

enum err get_letters_ID_done(struct request *request)
{
    struct done done = {request};
    TRY(request_run(request, read_done, &done));
    return reply_page(request, "desk/decision_done");
}
