/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"
#include "core/code.h"
#include "server/desk/region.h"

/* ---- reading ---- */

static enum err open_text(struct request *request, const struct desk_keyring *keyring,
                          const struct store_rows *rows, const char *column, int64_t id,
                          int64_t version, struct str *ret_text)
{
    *ret_text = STR("");
    if (rows_null(rows, 0, column)) return OK;
    return desk_open(request, keyring, SEAL_NOTE, "transfer", id, version,
                     rows_str(rows, 0, column), ret_text);
}

enum err transfer_find(struct request *request, struct store *store,
                       const struct desk_keyring *keyring, int64_t id,
                       struct desk_transfer *ret_transfer)
{
    struct store_rows rows;
    unsigned char digest[32];
    TRY(store_query_one(store, QUERY_transfer_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct desk_transfer transfer = {
        .id = id,
        .agency = rows_int(&rows, 0, "agency_id"),
        .arrangement = rows_int(&rows, 0, "arrangement_id"),
        .to_agency = rows_int(&rows, 0, "to_agency_id"),
        .taken_as = rows_int(&rows, 0, "taken_as"),
        .proposed_by = rows_int(&rows, 0, "proposed_by"),
        .state = rows_str(&rows, 0, "state"),
        .people = rows_int(&rows, 0, "people"),
        .letters = rows_int(&rows, 0, "letters"),
        .shelved = rows_int(&rows, 0, "shelved"),
        .siblings = rows_int(&rows, 0, "siblings"),
        .bundle = rows_str(&rows, 0, "sealed_bundle"),
    };
    transfer.is_ours = transfer.agency == request->session.agency;
    (void)rows_utc(&rows, 0, "proposed_at", &transfer.proposed);
    transfer.has_offered = rows_utc(&rows, 0, "offered_at", &transfer.offered);
    transfer.has_decided = rows_utc(&rows, 0, "decided_at", &transfer.decided);
    transfer.has_next = rows_day(&rows, 0, "next_on", &transfer.next);
    if (rows_raw(&rows, 0, "letters_digest", digest, sizeof digest)) {
        BUF(hex, 2 * sizeof digest + 1);
        code_hex_put(&hex, digest, sizeof digest);
        transfer.digest = arena_str(request->arena, buf_str(&hex));
    }
    if (transfer.is_ours) {
        TRY(open_text(request, keyring, &rows, "sealed_reason", id, 1, &transfer.reason));
        TRY(open_text(request, keyring, &rows, "sealed_answer", id, 2, &transfer.answer));
    }
    *ret_transfer = transfer;
    return OK;
}

struct str transfer_path(struct request *request, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/transfers/%s", code.at);
}

void transfer_problem(struct request *request, struct str refusal)
{
    if (str_equal(refusal, STR("state")))
        request_problem(request, "", "transfer-state");
    else if (str_equal(refusal, STR("others")))
        request_problem(request, "", "transfer-others");
    else if (str_equal(refusal, STR("sides")))
        request_problem(request, "", "transfer-sides");
    else if (str_equal(refusal, STR("apart")))
        request_problem(request, "", "transfer-apart");
    else if (str_equal(refusal, STR("words_full")))
        request_problem(request, "", "apart-words-full");
    else if (str_equal(refusal, STR("letter")))
        request_problem(request, "", "transfer-letter");
    else if (str_equal(refusal, STR("unfinished")))
        request_problem(request, "", "transfer-unfinished");
    else if (str_equal(refusal, STR("details")))
        request_problem(request, "", "transfer-details");
    else if (str_equal(refusal, STR("beside")))
        request_problem(request, "", "transfer-beside");
    else if (str_equal(refusal, STR("agency")))
        request_problem(request, "", "transfer-agency");
    else if (str_equal(refusal, STR("open")))
        request_problem(request, "", "transfer-open");
    else if (str_equal(refusal, STR("decided")))
        request_problem(request, "", "transfer-decided");
    else if (str_equal(refusal, STR("own")))
        request_problem(request, "", "transfer-own");
    else if (str_equal(refusal, STR("person")))
        request_problem(request, "", "transfer-person");
    else
        request_problem(request, "", "transfer-changed");
}

/* ---- its page ---- */

static void put_people(struct request *request, const json_t *bundle,
                       const struct store_rows *known)
{
    const json_t *row;
    size_t at;
    json_t *list = json_array();
    json_array_foreach(json_object_get(bundle, "people"), at, row)
    {
        const json_t *record = json_object_get(row, "record");
        const json_t *names = json_object_get(record, "names");
        json_t *entry = json_object();
        struct str name = json_text(json_array_get(names, 0));
        json_put_str(entry, "name", name.len ? name : json_get_str(record, "known_as"));
        json_put(entry, "side", desk_tagged(request, json_get_str(row, "side")));
        int64_t here = transfer_known_as(known, json_get_str(row, "was"));
        if (here) json_put_str(entry, "known", party_path(request, here));
        json_add(list, entry);
    }
    desk_put_list(request->view, "people", list);
}

/* Whose child it is: of the agency's own record, or of what was offered. */
static enum err put_child(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct desk_transfer *transfer)
{
    struct desk_arrangement arrangement;
    struct store_rows known;
    int64_t own = transfer->is_ours ? transfer->arrangement : transfer->taken_as;
    if (own) {
        TRY(arrangement_read(request, store, keyring, own, &arrangement));
        json_put_str(request->view, "child", arrangement.child.adoptive_name);
        json_put_str(request->view, "arrangement", arrangement_path(request, own, ""));
        json_put_str(request->view, "with", arrangement_with(request, &arrangement));
        return OK;
    }
    if (transfer->bundle.len == 0) return OK;
    JSON bundle = NULL;
    TRY(transfer_open(request, keyring, transfer, &bundle));
    json_put_str(request->view, "child",
                 json_get_str(json_object_get(bundle, "child"), "adoptive_name"));
    json_put_str(request->view, "reason", json_get_str(bundle, "reason"));
    TRY(transfer_known(request, store, transfer->agency, &known));
    put_people(request, bundle, &known);
    return OK;
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
    struct desk_transfer transfer;
    struct store_rows agencies;
    TRY(desk_keyring(request, store, &keyring));
    TRY(transfer_find(request, store, &keyring, showing->id, &transfer));
    TRY(region_read(request, store, &agencies));
    json_t *view = request->view;
    json_put_str(view, "path", transfer_path(request, transfer.id));
    json_put_reference(view, "receipt", transfer.id);
    json_put_str(view, "from", region_name(&agencies, transfer.agency));
    json_put_str(view, "to", region_name(&agencies, transfer.to_agency));
    json_put(view, "state", desk_tagged(request, transfer.state));
    json_put_bool(view, "ours", transfer.is_ours);
    json_put_bool(view, "own", transfer.proposed_by == request->session.staff);
    json_put_bool(view, "is_open",
                  str_equal(transfer.state, STR("proposed")) ||
                      str_equal(transfer.state, STR("offered")));
    desk_put_number(view, "count_people", transfer.people);
    desk_put_number(view, "count_letters", transfer.letters);
    desk_put_number(view, "count_shelved", transfer.shelved);
    if (transfer.siblings) desk_put_number(view, "siblings", transfer.siblings);
    desk_put_instant(view, "proposed", transfer.proposed, true);
    if (transfer.has_offered) desk_put_instant(view, "offered", transfer.offered, true);
    if (transfer.has_decided) desk_put_instant(view, "decided", transfer.decided, true);
    if (transfer.has_next) desk_put_day(view, "next", transfer.next);
    if (transfer.digest.len) party_put_groups(view, "digest", transfer.digest, 4);
    if (transfer.reason.len) json_put_str(view, "reason", transfer.reason);
    if (transfer.answer.len) json_put_str(view, "answer", transfer.answer);
    desk_put_value(request, "reason", form_get(&request->form, "reason"));
    TRY(put_child(request, store, &keyring, &transfer));
    return desk_audit(store, "transfer_read", "transfer", transfer.id, NULL, 0);
}

enum err transfer_page(struct request *request, int64_t id, int status)
{
    struct showing showing = {request, id};
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/transfer");
}
