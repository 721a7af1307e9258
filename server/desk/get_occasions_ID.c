/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/occasion.h"

/* One expected letter: what was done so that it comes, what comes next, and what staff may do. */

struct showing {
    struct request *request;
    struct register_view *view;
};

/* The last day that may be given, unless something was typed. */
static void put_form(const struct occasion_now *now, const struct desk_occasion *occasion,
                     json_t *object)
{
    struct day last = remind_wait_last(occasion->due, now->today);
    struct day base = occasion_base(occasion);
    bool is_open = occasion->facts.state == OCCASION_DUE || occasion->facts.state == OCCASION_LATE;
    bool may_wait = is_open && last.number > base.number && last.number > now->today.number;
    json_put_bool(object, "open", is_open);
    json_put_bool(object, "may_wait", may_wait);
    json_put_bool(object, "may_waive", is_open || occasion->facts.state == OCCASION_MISSED);
    desk_put_day(object, "last", last);
    json_put_str(object, "was", str_from(occasion_state_word(occasion->facts.state)));
}

static void put_facts(struct request *request, const struct register_view *view,
                      const struct occasion_now *now, const struct desk_occasion *occasion,
                      json_t *object)
{
    int days = now->today.number - occasion_base(occasion).number;
    json_put_code(object, "id", occasion->id);
    json_put_code(object, "arrangement", occasion->arrangement);
    json_put_code(object, "party", occasion->from);
    json_put_bool(object, "known", register_party(view, occasion->from) != NULL);
    if (occasion->facts.state == OCCASION_LATE)
        json_put_str(object, "days",
                     arena_print(request->arena, days == 1 ? "%d day" : "%d days", days));
    if (occasion->letter) {
        json_put_code(object, "letter", occasion->letter);
        json_put_reference(object, "reference", occasion->letter);
    }
}

static enum err show(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    struct occasion_view view;
    const struct desk_occasion *occasion = &view.occasion;
    json_t *object;
    TRY(occasion_open(request, store, showing->view, &view, &object));
    put_facts(request, showing->view, &view.now, occasion, object);
    put_form(&view.now, occasion, object);
    struct str waits = occasion_waits(occasion, &view.chase);
    json_put_bool(object, "waits", waits.len > 0);
    json_put_bool(object, "handed", str_equal(waits, STR("handed")));
    json_put(object, "next", occasion_next(request, &view.now, occasion, waits));
    TRY(occasion_put_done(request, store, &view.keyring, &view.chase, occasion->id, false, object));
    return desk_audit(store, "occasion_read", "occasion", occasion->id, "arrangement",
                      occasion->arrangement);
}

enum err occasion_page(struct request *request, int status)
{
    REGISTER(view);
    struct showing showing = {request, &view};
    TRY(register_take(request, &view));
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/occasion");
}

enum err get_occasions_ID(struct request *request)
{
    return occasion_page(request, 200);
}
