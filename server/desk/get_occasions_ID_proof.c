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
    struct occasion_view view;
    const struct desk_occasion *occasion = &view.occasion;
    json_t *object;
    TRY(occasion_open(request, store, proving->view, &view, &object));
    json_put_reference(object, "reference", occasion->id);
    desk_put_day(object, "today", view.now.today);
    TRY(occasion_put_done(request, store, &view.keyring, &view.chase, occasion->id, false, object));
    return desk_audit(store, "proof_shown", "occasion", occasion->id, "arrangement",
                      occasion->arrangement);
}

enum err get_occasions_ID_proof(struct request *request)
{
    REGISTER(view);
    struct proving proving = {request, &view};
    TRY(register_take(request, &view));
    TRY(request_run(request, show, &proving));
    return reply_page(request, "desk/occasion_proof");
}
