/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/arrangement.h"

/* The page of an arrangement. */

enum { PEOPLE_FOUND = 20, CHILDREN_FOUND = 10 };

struct viewing {
    struct request *request;
    const struct register_view *view;
    const struct desk_arrangement *arrangement;
    const struct arrangement_form *form;
    const struct arrangement_offer *offer;
};

/* ---- people and children to choose from ---- */

static bool is_relative(const struct arrangement_form *form, int64_t party)
{
    for (size_t i = 0; i < form->relative_count; i++)
        if (form->relatives[i] == party) return true;
    return false;
}

static void add_person(const struct viewing *viewing, const struct register_party *party,
                       json_t *list)
{
    const struct arrangement_form *form = viewing->form;
    json_t *row = json_object();
    json_put_code(row, "id", party->id);
    json_put_str(row, "name", party->name->name);
    json_put(row, "side", desk_tagged(viewing->request, party->kind));
    json_put_bool(row, "adoptive", str_equal(party->kind, STR("adoptive")));
    json_put_bool(row, "chosen",
                  str_equal(party->kind, STR("adoptive")) ? form->adoptive == party->id
                                                          : is_relative(form, party->id));
    json_put_bool(row, "chosen_relative", is_relative(form, party->id));
    json_put_bool(row, "clash", viewing->offer->clash == party->id);
    json_add(list, row);
}

/* First those that are chosen, then those that the search found. */
static void put_people(const struct viewing *viewing)
{
    const struct register_view *view = viewing->view;
    json_t *list = json_array();
    size_t found = 0;
    for (int found_ones = 0; found_ones < 2; found_ones++)
        for (size_t i = 0; i < view->party_count; i++) {
            const struct register_party *party = &view->parties[i];
            bool is_chosen =
                viewing->form->adoptive == party->id || is_relative(viewing->form, party->id);
            if (is_chosen != (found_ones == 0)) continue;
            if (!is_chosen) {
                if (!viewing->offer->query || found == PEOPLE_FOUND ||
                    !register_finds(viewing->offer->query, party->name))
                    continue;
                found++;
            }
            add_person(viewing, party, list);
        }
    if (viewing->offer->query && found == 0) json_put_bool(viewing->request->view, "none", true);
    desk_put_list(viewing->request->view, "people", list);
}

static void add_child(const struct viewing *viewing, const struct register_name *child,
                      json_t *list)
{
    json_t *row = json_object();
    json_put_code(row, "id", child->id);
    json_put_str(row, "name", child->name);
    json_put_str(row, "birth_name", child->other);
    json_put_bool(row, "chosen", viewing->form->child == child->id);
    json_add(list, row);
}

/* A new arrangement may be about a child who has one already. */
static void put_children(const struct viewing *viewing)
{
    const struct register_view *view = viewing->view;
    size_t found = 0;
    if (viewing->arrangement) return;
    json_t *list = json_array();
    for (size_t i = 0; i < view->child_count; i++) {
        const struct register_name *child = &view->children[i];
        bool is_chosen = viewing->form->child == child->id;
        bool is_found = viewing->offer->query && found < CHILDREN_FOUND &&
                        register_finds(viewing->offer->query, child);
        found += is_found && !is_chosen;
        if (is_chosen || is_found) add_child(viewing, child, list);
    }
    if (json_array_size(list))
        json_put_bool(viewing->request->view, "other_child", viewing->form->child == 0);
    desk_put_list(viewing->request->view, "children", list);
}

/* ---- the form ---- */

static void put_form(struct request *request, const struct arrangement_form *form)
{
    static const char *const months[] = {"m1", "m2", "m3", "m4",  "m5",  "m6",
                                         "m7", "m8", "m9", "m10", "m11", "m12"};
    BUF(child, 16);
    if (form->child) code_id_put(&child, form->child);
    desk_put_value(request, "child", buf_str(&child));
    desk_put_value(request, "reference", form->reference);
    desk_put_value(request, "child_birth_name", form->birth_name);
    desk_put_value(request, "child_adoptive_name", form->adoptive_name);
    desk_put_value(request, "risk", form->risk);
    desk_put_value(request, "signs_as", form->signs_as);
    desk_put_value(request, "enclosures", form->enclosures);
    desk_put_value(request, "note", form->note);
    if (form->has_dob) desk_put_date(request, "dob_", form->dob);
    desk_put_is(request, "kind", form->kind);
    desk_put_is(request, "first_writer", form->first_writer);
    desk_put_is(request, "photos", form->photos);
    desk_put_is(request, "court_order", form->court_order);
    desk_put_on(request, "two_person", form->two_person);
    for (size_t i = 0; i < form->month_count; i++)
        desk_put_is(request, "month", str_from(months[form->months[i] - 1]));
}

/* ---- what is around it ---- */

static struct str list_of(struct request *request, const struct str *words, size_t count)
{
    struct str all = count ? words[0] : STR("nobody");
    for (size_t i = 1; i < count; i++)
        all = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(all),
                          i + 1 == count ? " and " : ", ", STR_ARG(words[i]));
    return all;
}

/* "Ann Marsh and the Okafor family write in April and October." */
static struct str summary(const struct viewing *viewing)
{
    struct request *request = viewing->request;
    const struct desk_arrangement *arrangement = viewing->arrangement;
    struct str months[12];
    const struct register_arrangement *seen = register_arrangement(viewing->view, arrangement->id);
    struct str who = seen ? register_with(request, viewing->view, seen, 0) : STR("");
    size_t count = arrangement->month_count < 12 ? arrangement->month_count : 12;
    for (size_t i = 0; i < count; i++)
        months[i] = str_from(day_month_name((int)arrangement->months[i]));
    BUF(first, 8);
    if (who.len) buf_add_byte(&first, who.at[0] == 't' ? 'T' : who.at[0]);
    if (count == 0)
        return arena_print(request->arena, "%s%.*s.", first.at, STR_ARG(str_from_byte(who, 1)));
    const char *verb = str_equal(arrangement->kind, STR("direct")) ? "meet" : "write";
    return arena_print(request->arena, "%s%.*s %s in %.*s.", first.at,
                       STR_ARG(str_from_byte(who, 1)), verb,
                       STR_ARG(list_of(request, months, count)));
}

static struct str called(const struct viewing *viewing, int64_t party)
{
    const struct desk_arrangement *arrangement = viewing->arrangement;
    const struct register_party *found = register_party(viewing->view, party);
    for (size_t i = 0; found && i < arrangement->member_count; i++)
        if (arrangement->members[i].party.id == party)
            return register_called(viewing->request, found, arrangement->members[i].side);
    return found ? found->name->name : STR("");
}

static enum err put_occasions(struct store *store, const struct viewing *viewing, json_t *object)
{
    struct request *request = viewing->request;
    struct store_rows rows;
    TRY(store_query(store, QUERY_occasion_of_arrangement, PARAMS(P_INT(viewing->arrangement->id)),
                    request->arena, &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct day by = {0};
        (void)rows_day(&rows, row, "due_on", &by);
        json_t *entry = json_object();
        json_put_code(entry, "id", rows_int(&rows, row, "occasion_id"));
        json_put_str(entry, "who",
                     arena_print(request->arena, "%.*s to %.*s",
                                 STR_ARG(called(viewing, rows_int(&rows, row, "from_party"))),
                                 STR_ARG(called(viewing, rows_int(&rows, row, "to_party")))));
        desk_put_day(entry, "by", by);
        json_put(entry, "state", desk_tagged(request, rows_str(&rows, row, "state")));
        json_add(list, entry);
    }
    desk_put_list(object, "occasions", list);
    return OK;
}

static bool is_blocked(struct str state)
{
    return str_equal(state, STR("prohibited")) || str_equal(state, STR("suspended")) ||
           str_equal(state, STR("held"));
}

static enum err put_arrangement(struct store *store, const struct desk_keyring *keyring,
                                const struct viewing *viewing)
{
    struct request *request = viewing->request;
    const struct desk_arrangement *arrangement = viewing->arrangement;
    json_t *object = json_object();
    json_put(request->view, "arrangement", object);
    json_put_code(object, "id", arrangement->id);
    json_put_str(object, "path", arrangement_path(request, arrangement->id));
    json_put(object, "state", desk_tagged(request, arrangement->state));
    json_put_str(object, "summary", summary(viewing));
    if (arrangement->pause.len) json_put_str(object, "pause", arrangement->pause);
    if (arrangement->has_review) desk_put_day(object, "review", arrangement->review_on);
    json_put_bool(object, "may_change_state",
                  !is_blocked(arrangement->state) || request->session.role == ROLE_MANAGER);
    TRY(desk_put_changed(request, store, keyring, arrangement->changed, arrangement->changed_by,
                         object));
    desk_put_number(request->view, "child_version", arrangement->child.record_version);
    return put_occasions(store, viewing, object);
}

enum err arrangement_page_view(struct request *request, struct store *store,
                               const struct desk_keyring *keyring,
                               const struct desk_arrangement *arrangement,
                               const struct arrangement_form *form,
                               const struct arrangement_offer *offer, struct register_view *names)
{
    TRY(register_open(request, store, keyring, names));
    const struct viewing viewing = {request, names, arrangement, form, offer};
    json_put_bool(request->view, "is_new", arrangement == NULL);
    json_put_str(request->view, "action",
                 arrangement ? arrangement_path(request, arrangement->id) : STR("/arrangements"));
    if (arrangement) desk_put_number(request->view, "version", arrangement->record_version);
    put_form(request, form);
    put_people(&viewing);
    put_children(&viewing);
    return arrangement ? put_arrangement(store, keyring, &viewing) : OK;
}

/* ---- the page ---- */

struct showing {
    struct request *request;
    int64_t id;
    struct register_view *names;
};

static enum err show(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    const struct arrangement_offer nothing = {0};
    struct desk_keyring keyring;
    struct desk_arrangement arrangement;
    struct arrangement_form form;
    TRY(desk_keyring(request, store, &keyring));
    TRY(arrangement_read(request, store, &keyring, showing->id, &arrangement));
    arrangement_form_of(&arrangement, &form);
    TRY(arrangement_page_view(request, store, &keyring, &arrangement, &form, &nothing,
                              showing->names));
    return desk_audit(store, "arrangement_read", "arrangement", arrangement.id, NULL, 0);
}

enum err arrangement_page(struct request *request, int64_t id, int status)
{
    REGISTER(names);
    struct showing showing = {request, id, &names};
    TRY(register_take(request, &names));
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/arrangement");
}
