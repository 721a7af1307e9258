/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/scan.h"

#include "core/code.h"
#include "sys/clock.h"

enum { SENDERS_FOUND = 30 };

static bool is_one_of(struct str word, const char *const *words)
{
    for (; *words; words++)
        if (str_equal(word, str_from(*words))) return true;
    return false;
}

/* "8k3m8p2q9r4t.0k3m8p2q9r4t" */
static void read_sender(struct request *request, struct scan_form *form)
{
    struct str rest = form_get(&request->form, "sender"), party;
    if (!str_split(&rest, '.', &party)) return;
    if (!code_id_get(party, &form->party) || !code_id_get(rest, &form->arrangement))
        form->party = form->arrangement = 0;
}

void scan_form_read(struct request *request, struct scan_form *ret_form)
{
    static const char *const kinds[] = {"letter", "card", "photos", "other", NULL};
    struct scan_form form = {
        .what = form_get(&request->form, "what"),
        .kept_where = form_line(&request->form, "kept_where"),
        .helper = form_line(&request->form, "helper"),
    };
    if (!is_one_of(form.what, kinds)) form.what = STR("");
    read_sender(request, &form);
    *ret_form = form;
}

/* ---- the page ---- */

struct showing {
    struct request *request;
    const struct scan_form *form;
    int64_t party;
    struct str search;
    struct register_view *view;
};

static bool is_wanted(const struct showing *showing, const struct register_view *view,
                      const struct register_query *query, const struct register_side *side)
{
    const struct scan_form *form = showing->form;
    if (side->party == form->party && side->arrangement == form->arrangement) return true;
    if (side->party == showing->party) return true;
    if (showing->search.len == 0) return false;
    const struct register_party *party = register_party(view, side->party);
    const struct register_arrangement *arrangement = register_arrangement(view, side->arrangement);
    return (party && register_finds(query, party->name)) ||
           (arrangement && register_finds(query, arrangement->name));
}

static void put_senders(const struct showing *showing, const struct register_view *view,
                        const struct register_query *query)
{
    struct request *request = showing->request;
    const struct scan_form *form = showing->form;
    json_t *list = json_array();
    for (size_t i = 0; i < view->side_count && json_array_size(list) < SENDERS_FOUND; i++) {
        const struct register_side *side = &view->sides[i];
        if (!side->takes_part || !is_wanted(showing, view, query, side)) continue;
        json_t *row = register_sender(request, view, side);
        if (!row) continue;
        json_put_bool(row, "chosen",
                      side->party == form->party && side->arrangement == form->arrangement);
        json_add(list, row);
    }
    if (json_array_size(list) == 1) json_put_bool(json_array_get(list, 0), "chosen", true);
    if (showing->search.len) {
        json_put_bool(request->view, "none", json_array_size(list) == 0);
        json_put_str(request->view, "q", showing->search);
    }
    desk_put_list(request->view, "senders", list);
}

static enum err show(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    struct register_view *view = showing->view;
    struct desk_keyring keyring;
    struct register_query query;
    register_query(request, showing->search, &query);
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    put_senders(showing, view, &query);
    bool is_empty = showing->search.len == 0 && showing->party == 0 && showing->form->party == 0;
    return is_empty ? OK : desk_audit(store, "people_searched", NULL, 0, NULL, 0);
}

enum err scan_page(struct request *request, const struct scan_form *form, int64_t party,
                   struct str search)
{
    REGISTER(view);
    struct showing showing = {request, form, party, search, &view};
    TRY(register_take(request, &view));
    TRY(request_run(request, show, &showing));
    request_put_limits(request);
    desk_put_is(request, "what", form->what);
    desk_put_value(request, "kept_where", form->kept_where);
    desk_put_value(request, "helper", form->helper);
    if (form->has_day)
        desk_put_date(request, "", form->day);
    else
        for (size_t i = 0; i < 3; i++) {
            static const char *const fields[] = {"day", "month", "year"};
            desk_put_value(request, fields[i], form_line(&request->form, fields[i]));
        }
    return reply_page(request, "desk/scan");
}
