/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "rules/keep.h"
#include "rules/person.h"
#include "server/desk/standing.h"

/*
 * Says that a child has died (every arrangement is held in the same transaction), or what the young
 * adult wants from eighteen on. Only a manager takes a death or a veto back; the database sees to
 * it.
 */
struct setting {
    struct request *request;
    struct str state, wish, state_was, wish_was, reason;
};

static enum err set(struct store *store, void *context)
{
    const struct setting *setting = context;
    struct request *request = setting->request;
    struct store_rows rows;
    int64_t child = request_number(request, 0);
    TRY(store_query_one(store, QUERY_child_standing, PARAMS(P_INT(child)), request->arena, &rows));
    TRY(store_query(store, QUERY_child_standing_set,
                    PARAMS(P_INT(child), P_TEXT(setting->state), P_TEXT(setting->wish),
                           P_TEXT(setting->state_was), P_TEXT(setting->wish_was)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    BUF(code, 16);
    code_id_put(&code, child);
    request_then(request, "/children/%s/standing", code.at);
    return desk_audit_why(request, store, "child_standing_set", "child", child, NULL, 0, "reason",
                          arena_print(request->arena, "%.*s, %.*s: %.*s", STR_ARG(setting->state),
                                      STR_ARG(setting->wish), STR_ARG(setting->reason)));
}

static void read_form(struct setting *setting)
{
    struct request *request = setting->request;
    enum child_wish wish;
    setting->state = form_get(&request->form, "state");
    setting->wish = form_get(&request->form, "wish");
    setting->state_was = form_get(&request->form, "state_was");
    setting->wish_was = form_get(&request->form, "wish_was");
    setting->reason = str_trim(form_get(&request->form, "reason"));
    if (!str_equal(setting->state, STR("living")) && !str_equal(setting->state, STR("dead")))
        request_problem(request, "state", "state-missing");
    if (!child_wish_get(setting->wish, &wish)) request_problem(request, "wish", "wish-missing");
    if (setting->reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (setting->reason.len > PERSON_TEXT_BYTES)
        request_problem(request, "reason", "text-too-long");
}

enum err post_children_ID_standing(struct request *request)
{
    struct setting setting = {.request = request};
    int status = 422;
    read_form(&setting);
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, set, &setting);
        if (code == OK) return reply_then(request, "standing-set");
        if (code == ERR_CONFLICT) {
            request_problem(request, "", "changed-meanwhile");
            status = 409;
        } else if (code == ERR_DB_REFUSED &&
                   str_equal(str_from(store_refusal()), STR("child_manager_lifts"))) {
            request_problem(request, "", "manager-needed");
        } else {
            return code;
        }
    }
    return child_standing_page(request, request_number(request, 0), status);
}
