/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"
#include "server/desk/staff.h"

/* Offers a member of staff to another agency: who they are lies sealed to its desk. */
struct offering {
    struct request *request;
    int64_t staff, agency;
    struct str refusal;
};

static enum err is_agency(struct request *request, struct store *store, int64_t agency,
                          bool *ret_is)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_transfer_agencies, NO_PARAMS, request->arena, &rows));
    *ret_is = false;
    for (size_t row = 0; row < rows.count; row++)
        *ret_is = *ret_is || rows_int(&rows, row, "agency_id") == agency;
    return OK;
}

static enum err offer(struct store *store, void *context)
{
    struct offering *offering = context;
    struct request *request = offering->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    struct str sealed;
    bool is_there;
    int64_t id = random_id();
    const struct seal_binding binding = {SEAL_STAFF, offering->agency, "acting", id, 1};
    TRY(desk_keyring(request, store, &keyring));
    TRY(is_agency(request, store, offering->agency, &is_there));
    offering->refusal = STR("agency");
    if (!is_there) return ERR_CONFLICT;
    TRY(store_query_one(store, QUERY_staff_find, PARAMS(P_INT(offering->staff)), request->arena,
                        &rows));
    JSON record = NULL;
    TRY(staff_record(request, &keyring, &rows, 0, &record));
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(acting_write(record, &text));
    TRY(desk_seal_to(request, store, &binding, buf_str(&text), &sealed));
    TRY(store_query_one(
        store, QUERY_acting_offer,
        PARAMS(P_INT(id), P_INT(offering->staff), P_INT(offering->agency), P_BYTES(sealed)),
        request->arena, &rows));
    offering->refusal = rows_str(&rows, 0, "refusal");
    if (offering->refusal.len) return ERR_CONFLICT;
    request_then(request, "/acting");
    return OK;
}

enum err post_acting(struct request *request)
{
    struct offering offering = {.request = request};
    if (!form_id(&request->form, "staff", &offering.staff))
        request_problem(request, "staff", "acting-staff-missing");
    if (!form_id(&request->form, "agency", &offering.agency))
        request_problem(request, "agency", "transfer-agency-missing");
    if (request_has_problem(request)) return acting_page(request, 422);
    enum err code = request_run_once(request, offer, &offering);
    if (code == OK) return reply_then(request, "acting-offered");
    if (code != ERR_CONFLICT) return code;
    acting_problem(request, offering.refusal);
    return acting_page(request, 409);
}
