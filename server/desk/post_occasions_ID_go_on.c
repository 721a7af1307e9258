/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/occasion.h"

/* A person says that the last reminder may go: without this it never does. */
struct going {
    struct request *request;
    bool is_asked; /* the ladder stands at its step for a person */
};

static enum err go_on(struct store *store, void *context)
{
    struct going *going = context;
    struct request *request = going->request;
    struct desk_occasion occasion;
    struct store_rows chase;
    int64_t id = request_number(request, 0);
    TRY(occasion_read(request, store, id, &occasion));
    TRY(store_query(store, QUERY_chase_of_occasions, PARAMS(P_INTS(&id, 1)), request->arena,
                    &chase));
    going->is_asked = str_equal(occasion_waits(&occasion, &chase), STR("handed"));
    if (!going->is_asked) return ERR_CONFLICT;
    TRY(occasion_note(request, store, &occasion, "went_on", STR("")));
    request_then(request, "%s", occasion_path(request, id).at);
    return desk_audit(store, "occasion_went_on", "occasion", id, "party", occasion.from);
}

enum err post_occasions_ID_go_on(struct request *request)
{
    struct going going = {.request = request};
    enum err code = request_run_once(request, go_on, &going);
    if (code == OK) return reply_then(request, "occasion-went-on");
    if (code != ERR_CONFLICT || going.is_asked) return code;
    request_problem(request, "", "changed-meanwhile");
    return occasion_page(request, 409);
}
