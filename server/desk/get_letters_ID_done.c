/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

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
    bool is_making;
    TRY(desk_copies_put(request, store, &letter, &is_making));
    json_put_bool(request->view, "making", is_making);
    TRY(put_next(request, store, &keyring));
    return desk_audit(store, "outcome_shown", "letter", id, "", 0);
}

enum err get_letters_ID_done(struct request *request)
{
    struct done done = {request};
    TRY(request_run(request, read_done, &done));
    return reply_page(request, "desk/decision_done");
}
