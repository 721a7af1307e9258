/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/changes.h"

enum err change_read(struct request *request, struct store *store,
                     const struct desk_keyring *keyring, int64_t id, struct desk_change *ret_change)
{
    struct store_rows rows;
    struct str text;
    TRY(store_query_one(store, QUERY_detail_change_find, PARAMS(P_INT(id)), request->arena, &rows));
    TRY(desk_open(request, keyring, SEAL_NOTE, "detail_change", id, 1,
                  rows_str(&rows, 0, "sealed_change"), &text));
    struct desk_change change = {
        .id = id,
        .party = rows_int(&rows, 0, "party_id"),
        .is_portals = rows_bool(&rows, 0, "is_portals"),
        .is_waiting = str_equal(rows_str(&rows, 0, "state"), STR("waiting")),
    };
    if (!rows_utc(&rows, 0, "made_at", &change.made)) return ERR_DB;
    TRY(detail_read(text, request->arena, &change.detail));
    *ret_change = change;
    return OK;
}

/* ---- the page ---- */

/* One value a row: what it was, what it is to be. */
static void put_rows(json_t *view, const char *key, const struct person_list *entries)
{
    json_t *list = json_array();
    for (size_t i = 0; i < entries->count; i++) json_add(list, json_str(entries->at[i]));
    desk_put_list(view, key, list);
}

static void put_detail(struct request *request, const struct person *now, const struct person *then,
                       const struct detail *detail)
{
    json_t *was = json_object(), *is = json_object();
    json_put(request->view, "was", was);
    json_put(request->view, "to_be", is);
    if (detail->has_address) {
        json_put_bool(request->view, "address", true);
        json_put_str(was, "address", now->address);
        json_put_str(is, "address", then->address);
    }
    if (detail->has_emails) {
        json_put_bool(request->view, "emails", true);
        put_rows(was, "emails", &now->emails);
        put_rows(is, "emails", &then->emails);
    }
    if (detail->has_phones) {
        json_put_bool(request->view, "phones", true);
        put_rows(was, "phones", &now->phones);
        put_rows(is, "phones", &then->phones);
    }
    if (detail->note.len) json_put_str(request->view, "note", detail->note);
}

struct showing {
    struct request *request;
    int64_t id;
};

static enum err show(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    struct desk_keyring keyring;
    struct desk_change change;
    struct desk_party party;
    TRY(desk_keyring(request, store, &keyring));
    TRY(change_read(request, store, &keyring, showing->id, &change));
    TRY(party_find(request, store, &keyring, change.party, &party));
    struct person then = party.person;
    TRY(detail_apply(&change.detail, &then));
    party_put(request, &party);
    json_t *object = json_object_get(request->view, "party");
    TRY(party_put_accounts(request, store, party.id, object));
    put_rows(object, "phones", &party.person.phones);
    json_put_code(request->view, "id", change.id);
    json_put_bool(request->view, "portal", change.is_portals);
    json_put_bool(request->view, "waiting", change.is_waiting);
    desk_put_instant(request->view, "told", change.made, true);
    desk_put_number(request->view, "version", party.record_version);
    put_detail(request, &party.person, &then, &change.detail);
    return desk_audit(store, "detail_read", "change", change.id, "party", party.id);
}

enum err change_page(struct request *request, int64_t id, int status)
{
    struct showing showing = {request, id};
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/change");
}
