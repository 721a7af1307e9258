/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/quarantine.h"

/*
 * Nobody's letter: it leaves the list, and is kept. One from the wrong side leaves it by a manager
 * alone: with it goes the alarm.
 */
struct setting {
    struct request *request;
    struct str reason;
    bool is_managers; /* found on the way: only a manager may */
};

static enum err set_aside(struct store *store, void *context)
{
    struct setting *setting = context;
    struct request *request = setting->request;
    struct store_rows rows;
    int64_t letter = request_number(request, 0);
    TRY(store_query_one(store, QUERY_letter_find, PARAMS(P_INT(letter)), request->arena, &rows));
    setting->is_managers =
        rows_bool(&rows, 0, "is_wrong_side") && request->session.role != ROLE_MANAGER;
    if (setting->is_managers) return ERR_BAD_INPUT;
    TRY(store_query(store, QUERY_letter_state_set,
                    PARAMS(P_INT(letter), P_TEXT(STR("set_aside")), P_TEXT(STR("quarantined")),
                           P_INT(rows_int(&rows, 0, "version"))),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    request_then(request, "/quarantine");
    return desk_audit_why(request, store, "letter_set_aside", "letter", letter, NULL, 0, "reason",
                          setting->reason);
}

enum err post_quarantine_ID_set_aside(struct request *request)
{
    struct setting setting = {request, str_trim(form_get(&request->form, "reason")), false};
    if (setting.reason.len == 0) request_problem(request, "reason", "aside-missing");
    if (setting.reason.len > PERSON_TEXT_BYTES) request_problem(request, "reason", "text-too-long");
    if (request_has_problem(request))
        return quarantine_page(request, request_number(request, 0), STR(""));
    enum err code = request_run_once(request, set_aside, &setting);
    if (code == OK) return reply_then(request, "quarantine-set-aside");
    if (code != ERR_BAD_INPUT || !setting.is_managers) return code;
    request_problem(request, "", "wrong-side-set-aside");
    return quarantine_page(request, request_number(request, 0), STR(""));
}
