/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/apart.h"

/* Says anew whether two households that were one may know where the other lives. Where they may not
 * any more, each has the other's address, e-mail and numbers on its list from now on; a list never
 * loses a word by this. */
struct knowing {
    struct request *request;
    struct str reason;
    bool may_know, is_full;
};

static enum err grow_list(struct store *store, struct knowing *knowing, const struct desk_party *of,
                          const struct desk_party *about)
{
    struct request *request = knowing->request;
    struct person person = of->person;
    size_t before = person.leak_count;
    enum err code = apart_add_leaks(&person, &about->person, false, request->arena);
    knowing->is_full = code == ERR_TOO_BIG;
    TRY(code);
    if (person.leak_count == before) return OK;
    TRY(party_record_set(request, store, of, &person, false));
    return desk_audit(store, "party_changed", "party", of->id, "party", about->id);
}

static enum err know(struct store *store, void *context)
{
    struct knowing *knowing = context;
    struct request *request = knowing->request;
    int64_t one = request_number(request, 0), two = request_number(request, 1);
    struct desk_keyring keyring;
    struct desk_party party, other;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query_one(store, QUERY_apart_know,
                        PARAMS(P_INT(one), P_INT(two), P_BOOL(knowing->may_know)), request->arena,
                        &rows));
    TRY(desk_party_find(request, store, &keyring, one, &party));
    TRY(desk_party_find(request, store, &keyring, two, &other));
    if (!knowing->may_know) {
        TRY(grow_list(store, knowing, &party, &other));
        TRY(grow_list(store, knowing, &other, &party));
    }
    request_then(request, "%s", party_path(request, one).at);
    return desk_audit_why(request, store, "household_may_know", "party", one, "party", two,
                          "reason", knowing->reason);
}

enum err post_parties_ID_apart_ID(struct request *request)
{
    struct str typed = form_get(&request->form, "may_know");
    struct knowing knowing = {.request = request,
                              .reason = form_line(&request->form, "reason"),
                              .may_know = str_equal(typed, STR("yes"))};
    if (!knowing.may_know && !str_equal(typed, STR("no"))) return ERR_BAD_INPUT;
    if (knowing.reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, know, &knowing);
        if (code == OK) return reply_then(request, "party-saved");
        if (code == ERR_TOO_BIG && knowing.is_full)
            request_problem(request, "", "apart-words-full");
        else if (code == ERR_DB_REFUSED &&
                 str_equal(str_from(store_refusal()), STR("apart_own_details")))
            request_problem(request, "may_know", "apart-shared");
        else
            return code;
    }
    return apart_know_page(request, 422);
}
