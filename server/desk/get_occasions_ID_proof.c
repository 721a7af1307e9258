/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/occasion.h"

/* The proof of chasing on paper: what was done so that one expected letter came, and nothing else.
 */
struct proving {
    struct request *request;
    struct register_view *view;
};

static enum err show(struct store *store, void *context)
{
    const struct proving *proving = context;
    struct request *request = proving->request;
    const struct register_view *view = proving->view;
    struct desk_keyring keyring;
    struct desk_occasion occasion;
    struct occasion_now now;
    struct store_rows chase;
    int64_t id = request_number(request, 0);
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, proving->view));
    TRY(occasion_read(request, store, id, &occasion));
    TRY(occasion_now(request, store, &now));
    TRY(store_query(store, QUERY_chase_of_occasions, PARAMS(P_INTS(&id, 1)), request->arena,
                    &chase));
    const struct register_arrangement *in = register_arrangement(view, occasion.arrangement);
    json_t *object = json_object();
    json_put(request->view, "occasion", object);
    json_put_str(object, "path", occasion_path(request, id));
    json_put_reference(object, "reference", id);
    json_put_str(object, "who",
                 occasion_called(request, view, occasion.arrangement, occasion.from));
    json_put_str(object, "to", occasion_called(request, view, occasion.arrangement, occasion.to));
    json_put_str(object, "child", in ? register_child_name(view, in) : STR(""));
    desk_put_day(object, "due", occasion.due);
    desk_put_day(object, "today", now.today);
    if (occasion.facts.has_wait) desk_put_day(object, "until", occasion.facts.wait_until);
    json_put(object, "state",
             desk_tagged(request, str_from(occasion_state_word(occasion.facts.state))));
    TRY(occasion_put_done(request, store, &keyring, &chase, id, false, object));
    return desk_audit(store, "proof_shown", "occasion", id, "arrangement", occasion.arrangement);
}

enum err get_occasions_ID_proof(struct request *request)
{
    REGISTER(view);
    struct proving proving = {request, &view};
    TRY(register_take(request, &view));
    TRY(request_run(request, show, &proving));
    return reply_page(request, "desk/occasion_proof");
}
