/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/child.h"

/* Looks for a child's sister or brother, and links the two: from then on nobody stands with the
 * family of one and with the relatives of the other. */

struct linking {
    struct request *request;
    int64_t child, sibling;
};

static enum err link(struct store *store, void *context)
{
    const struct linking *linking = context;
    struct request *request = linking->request;
    struct store_rows rows;
    /* of another agency: not found */
    TRY(store_query_one(store, QUERY_child_find, PARAMS(P_INT(linking->child)), request->arena,
                        &rows));
    TRY(store_query_one(store, QUERY_child_find, PARAMS(P_INT(linking->sibling)), request->arena,
                        &rows));
    TRY(store_do(store, QUERY_child_link_add,
                 PARAMS(P_INT(linking->child), P_INT(linking->sibling))));
    request_then(request, "%s", child_path(request, linking->child).at);
    return desk_audit(store, "siblings_linked", "child", linking->child, "child", linking->sibling);
}

static enum err search(struct request *request, int64_t child)
{
    struct register_query query;
    register_query(request, form_line(&request->form, "q"), &query);
    if (query.typed.len) return child_page(request, child, NULL, &query, 200);
    request_problem(request, "q", "search-missing");
    return child_page(request, child, NULL, NULL, 422);
}

enum err post_children_ID_siblings(struct request *request)
{
    struct linking linking = {.request = request, .child = request_number(request, 0)};
    if (form_has(&request->form, "find")) return search(request, linking.child);
    if (!form_id(&request->form, "sibling", &linking.sibling) || linking.sibling == linking.child) {
        request_problem(request, "sibling", "sibling-missing");
        return child_page(request, linking.child, NULL, NULL, 422);
    }
    enum err code = request_run_once(request, link, &linking);
    if (code == OK) return reply_then(request, "siblings-linked");
    if (code != ERR_DB_REFUSED || !str_equal(str_from(store_refusal()), STR("party_on_one_side")))
        return code;
    request_problem(request, "sibling", "sibling-shared");
    return child_page(request, linking.child, NULL, NULL, 422);
}
