/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "server/desk/child.h"
#include "server/desk/standing.h"

/* Whether an arrangement is open and why not, how things stand with each person in it, and the
 * forms that change both. */

static void put_people(const struct arrangement_page *page)
{
    struct request *request = page->request;
    json_t *list = json_array();
    for (size_t i = 0; i < page->arrangement.member_count; i++) {
        const struct arrangement_member *member = &page->arrangement.members[i];
        if (str_equal(member->state, STR("ended"))) continue;
        json_t *row = json_object();
        json_put_code(row, "id", member->party.id);
        json_put_str(row, "name", desk_party_name(request, &member->party));
        json_put(row, "is", desk_tagged(request, member->state));
        standing_put(request, STANDING_MEMBER, member->state, row, "standing");
        standing_put(request, STANDING_PARTY, member->party_state, row, "themselves");
        json_add(list, row);
    }
    desk_put_list(request->view, "people", list);
}

/* What ends letters about the child, if something does. */
static enum err put_child(struct store *store, const struct arrangement_page *page)
{
    static const char *const words[] = {NULL, "dead", "wish", "grown"};
    struct request *request = page->request;
    enum child_end end;
    TRY(child_end(request, store, page->arrangement.child.id, &end));
    if (words[end])
        standing_put(request, STANDING_CHILD, str_from(words[end]), request->view, "child_ends");
    return OK;
}

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct request *request = page->request;
    struct str now = page->arrangement.state;
    if (page->arrangement.has_review)
        desk_put_day(request->view, "review", page->arrangement.review_on);
    standing_put(request, STANDING_ARRANGEMENT, now, request->view, "standing");
    struct str chosen = form_get(&request->form, "state");
    desk_put_list(request->view, "choices",
                  standing_choices(request, STANDING_ARRANGEMENT, now, chosen));
    put_people(page);
    return put_child(store, page);
}

enum err arrangement_state_page(struct request *request, int status)
{
    struct arrangement_page page = {
        .request = request, .id = request_number(request, 0), .tab = "state", .fill = fill};
    return arrangement_page(&page, status);
}

enum err get_arrangements_ID_state(struct request *request)
{
    return arrangement_state_page(request, 200);
}
