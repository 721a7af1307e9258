/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/arrangement.h"

/* People and children to choose from, as the register has them. */

enum { PEOPLE_FOUND = 20, CHILDREN_FOUND = 10 };

struct choosing {
    struct request *request;
    const struct register_view *view;
    const struct arrangement_form *form;
    const struct arrangement_offer *offer;
};

static bool is_relative(const struct arrangement_form *form, int64_t party)
{
    for (size_t i = 0; i < form->relative_count; i++)
        if (form->relatives[i] == party) return true;
    return false;
}

static bool is_home(const struct arrangement_form *form, int64_t party)
{
    return form->adoptive == party || arrangement_has_home(form, party);
}

static void add_person(const struct choosing *choosing, const struct register_party *party,
                       json_t *list)
{
    const struct arrangement_form *form = choosing->form;
    json_t *row = json_object();
    json_put_code(row, "id", party->id);
    json_put_str(row, "name", party->name->name);
    json_put(row, "side", desk_tagged(choosing->request, party->kind));
    json_put_bool(row, "adoptive", str_equal(party->kind, STR("adoptive")));
    json_put_bool(row, "chosen",
                  str_equal(party->kind, STR("adoptive")) ? is_home(form, party->id)
                                                          : is_relative(form, party->id));
    json_put_bool(row, "chosen_relative", is_relative(form, party->id));
    json_put_bool(row, "clash", choosing->offer->clash == party->id);
    for (size_t i = 0; form->home_count > 1 && i < form->home_count; i++)
        if (form->homes[i].party == party->id) {
            json_t *home = json_object();
            json_put_bool(home, "writes", form->homes[i].writes);
            json_put_bool(home, "gets", form->homes[i].gets);
            json_put(row, "home", home);
        }
    json_add(list, row);
}

/* First those that are chosen, then those that the search found. */
void arrangement_put_people(struct request *request, const struct register_view *view,
                            const struct arrangement_form *form,
                            const struct arrangement_offer *offer)
{
    const struct choosing choosing = {request, view, form, offer};
    json_t *list = json_array();
    size_t found = 0;
    for (int found_ones = 0; found_ones < 2; found_ones++)
        for (size_t i = 0; i < view->party_count; i++) {
            const struct register_party *party = &view->parties[i];
            bool is_chosen = is_home(form, party->id) || is_relative(form, party->id);
            if (is_chosen != (found_ones == 0)) continue;
            if (!is_chosen) {
                if (!offer->query || found == PEOPLE_FOUND ||
                    !register_finds(offer->query, party->name))
                    continue;
                found++;
            }
            add_person(&choosing, party, list);
        }
    if (offer->query && found == 0) json_put_bool(request->view, "none", true);
    json_put_bool(request->view, "homes", form->home_count > 1);
    desk_put_list(request->view, "people", list);
}

static void add_child(const struct choosing *choosing, const struct register_name *child,
                      json_t *list)
{
    json_t *row = json_object();
    json_put_code(row, "id", child->id);
    json_put_str(row, "name", child->name);
    json_put_str(row, "birth_name", child->other);
    json_put_bool(row, "chosen", choosing->form->child == child->id);
    json_add(list, row);
}

/* A new arrangement may be about a child who has one already. */
static void put_children(const struct choosing *choosing)
{
    const struct register_view *view = choosing->view;
    size_t found = 0;
    json_t *list = json_array();
    for (size_t i = 0; i < view->child_count; i++) {
        const struct register_name *child = &view->children[i];
        bool is_chosen = choosing->form->child == child->id;
        bool is_found = choosing->offer->query && found < CHILDREN_FOUND &&
                        register_finds(choosing->offer->query, child);
        found += is_found && !is_chosen;
        if (is_chosen || is_found) add_child(choosing, child, list);
    }
    if (json_array_size(list))
        json_put_bool(choosing->request->view, "other_child", choosing->form->child == 0);
    desk_put_list(choosing->request->view, "children", list);
}

enum err arrangement_put_new(struct request *request, struct store *store,
                             const struct desk_keyring *keyring,
                             const struct arrangement_form *form,
                             const struct arrangement_offer *offer, struct register_view *view)
{
    TRY(register_open(request, store, keyring, view));
    const struct choosing choosing = {request, view, form, offer};
    BUF(child, 16);
    if (form->child) code_id_put(&child, form->child);
    json_put_bool(request->view, "is_new", true);
    desk_put_value(request, "child", buf_str(&child));
    child_form_put(request, &form->new_child);
    arrangement_form_put_terms(request, form);
    arrangement_put_people(request, view, form, offer);
    put_children(&choosing);
    return OK;
}
