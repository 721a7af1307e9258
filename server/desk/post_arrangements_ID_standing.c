/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "server/desk/standing.h"

/* One person of an arrangement wants a pause, is not ready for letters yet, or goes on. */
struct placing {
    struct request *request;
    int64_t id, party;
    struct str to, was;
};

static enum err place(struct store *store, void *context)
{
    const struct placing *placing = context;
    struct request *request = placing->request;
    struct store_rows rows;
    TRY(store_query(store, QUERY_arrangement_party_place,
                    PARAMS(P_INT(placing->id), P_INT(placing->party), P_TEXT(placing->to),
                           P_TEXT(placing->was)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    request_then(request, "%s", arrangement_path(request, placing->id, "state").at);
    return desk_audit(store, "arrangement_standing_set", "arrangement", placing->id, "party",
                      placing->party);
}

enum err post_arrangements_ID_standing(struct request *request)
{
    struct placing placing = {
        .request = request,
        .id = request_number(request, 0),
        .to = form_get(&request->form, "place"),
        .was = form_get(&request->form, "was"),
    };
    if (!form_id(&request->form, "party", &placing.party)) return ERR_BAD_INPUT;
    if (str_equal(placing.to, STR("ended")) ||
        !standing_may_set(request, STANDING_MEMBER, placing.was, placing.to))
        return ERR_BAD_INPUT;
    enum err code = request_run_once(request, place, &placing);
    if (code == OK) return reply_then(request, "standing-set");
    if (code != ERR_CONFLICT) return code;
    request_problem(request, "", "changed-meanwhile");
    return arrangement_state_page(request, 409);
}
