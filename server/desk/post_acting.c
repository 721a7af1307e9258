/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"
#include "server/desk/region.h"
#include "server/desk/staff.h"

/* Offers a member of staff to another agency: who they are lies sealed to its desk. */
struct offering {
    struct request *request;
    int64_t staff, agency;
    struct str refusal;
};

static enum err offer(struct store *store, void *context)
{
    struct offering *offering = context;
    struct request *request = offering->request;
    struct desk_keyring keyring;
    struct store_rows rows, agencies;
    struct str sealed;
    int64_t id = random_id();
    TRY(desk_keyring(request, store, &keyring));
    TRY(region_read(request, store, &agencies));
    offering->refusal = STR("agency");
    if (region_find(&agencies, offering->agency).len == 0) return ERR_CONFLICT;
    TRY(store_query_one(store, QUERY_staff_find, PARAMS(P_INT(offering->staff)), request->arena,
                        &rows));
    JSON record = NULL;
    TRY(staff_record(request, &keyring, &rows, 0, &record));
    TRY(acting_seal(request, store, offering->agency, id, record, &sealed));
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
