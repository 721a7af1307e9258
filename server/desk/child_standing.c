/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/keep.h"
#include "server/desk/standing.h"
#include "sys/clock.h"

/* How things stand with a child: living or not, and what it wants from eighteen on. */

struct showing {
    struct request *request;
    int64_t id;
};

static enum err show(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    struct desk_keyring keyring;
    struct desk_child child;
    struct store_rows rows;
    struct day eighteenth;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_child_find(request, store, &keyring, showing->id, &child));
    TRY(store_query_one(store, QUERY_child_standing, PARAMS(P_INT(child.id)), request->arena,
                        &rows));
    struct str state = rows_str(&rows, 0, "state"), wish = rows_str(&rows, 0, "wish");
    if (!rows_day(&rows, 0, "eighteenth_month", &eighteenth)) return ERR_DB;
    bool is_again = form_has(&request->form, "state");
    json_put_code(request->view, "id", child.id);
    json_put_str(request->view, "child", child.adoptive_name);
    desk_put_day(request->view, "eighteenth", eighteenth);
    json_put_bool(request->view, "grown", clock_day(request->arrived).number >= eighteenth.number);
    json_put_bool(request->view, "near",
                  clock_day(request->arrived).number >= keep_review(eighteenth).number);
    json_put_str(request->view, "state_was", state);
    json_put_str(request->view, "wish_was", wish);
    desk_put_is(request, "state", is_again ? form_get(&request->form, "state") : state);
    desk_put_is(request, "wish", is_again ? form_get(&request->form, "wish") : wish);
    standing_put(request, STANDING_CHILD, STR("dead"), request->view, "dead");
    standing_put(request, STANDING_CHILD, STR("wish"), request->view, "no_more");
    standing_put(request, STANDING_CHILD, STR("grown"), request->view, "unknown");
    return desk_audit(store, "child_standing_read", "child", child.id, NULL, 0);
}

enum err child_standing_page(struct request *request, int64_t id, int status)
{
    struct showing showing = {request, id};
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/child_standing");
}
