/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/decision.h"
#include "server/desk/letter.h"

/* What was decided about a letter so far, with the words of whoever decided: oldest first. */

/* One approval is a row for each recipient. */
static bool is_same_act(const struct store_rows *rows, size_t row)
{
    struct utc at = {0}, before = {0};
    if (row == 0) return false;
    return str_equal(rows_str(rows, row, "kind"), rows_str(rows, row - 1, "kind")) &&
           rows_int(rows, row, "author") == rows_int(rows, row - 1, "author") &&
           rows_utc(rows, row, "decided_at", &at) &&
           rows_utc(rows, row - 1, "decided_at", &before) && at.us == before.us;
}

static enum err put_words(struct request *request, const struct desk_keyring *keyring,
                          const struct store_rows *rows, size_t row, json_t *entry)
{
    struct str text;
    struct decision decision;
    TRY(desk_open(request, keyring, SEAL_DECISION, "decision", rows_int(rows, row, "decision_id"),
                  1, rows_str(rows, row, "sealed_decision"), &text));
    TRY(decision_read(text, request->arena, &decision));
    bool is_hold = str_equal(decision.act, STR("hold"));
    if (is_hold && decision.reason.len)
        json_put(entry, "reason", desk_tagged(request, decision.reason));
    else if (decision.reason.len)
        json_put_str(entry, "words", decision.reason);
    if (decision.note.len) json_put_str(entry, "words", decision.note);
    return OK;
}

enum err desk_history_put(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, int64_t letter)
{
    struct store_rows rows;
    JSON list = json_array();
    TRY(store_query(store, QUERY_decision_list, PARAMS(P_INT(letter)), request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct str name;
        struct utc at = {0};
        if (is_same_act(&rows, row)) continue;
        json_t *entry = json_object();
        json_add(list, entry);
        TRY(desk_staff_name(request, store, keyring, rows_int(&rows, row, "author"), &name));
        (void)rows_utc(&rows, row, "decided_at", &at);
        json_put(entry, "act", desk_tagged(request, rows_str(&rows, row, "kind")));
        json_put_str(entry, "by", name);
        desk_put_instant(entry, "on", at, true);
        TRY(put_words(request, keyring, &rows, row, entry));
    }
    desk_put_list(request->view, "history", json_incref(list));
    return OK;
}
