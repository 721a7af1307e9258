/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"

/* A manager agrees to what another person proposed: the arrangement is held, and what goes lies
 * sealed to the other agency. */
struct offering {
    struct request *request;
    struct str refusal;
};

static enum err offer(struct store *store, void *context)
{
    struct offering *offering = context;
    struct request *request = offering->request;
    struct desk_keyring keyring;
    struct desk_transfer transfer;
    struct store_rows records, rows;
    const int64_t *versions;
    struct str sealed;
    TRY(desk_keyring(request, store, &keyring));
    TRY(transfer_find(request, store, &keyring, request_number(request, 0), &transfer));
    if (!transfer.is_ours) return ERR_NOT_FOUND;
    /* What changes between this and the bundle is found by the database. */
    TRY(store_query_one(store, QUERY_transfer_records, PARAMS(P_INT(transfer.arrangement)),
                        request->arena, &records));
    size_t count = rows_ints(&records, 0, "records", &versions);
    TRY(transfer_bundle(request, store, &keyring, &transfer, &sealed));
    TRY(store_query_one(store, QUERY_transfer_offer,
                        PARAMS(P_INT(transfer.id), P_BYTES(sealed), P_INTS(versions, count)),
                        request->arena, &rows));
    offering->refusal = rows_str(&rows, 0, "refusal");
    if (offering->refusal.len) return ERR_CONFLICT;
    request_then(request, "%s", transfer_path(request, transfer.id).at);
    return desk_audit(store, "transfer_offered", "arrangement", transfer.arrangement, "transfer",
                      transfer.id);
}

enum err post_transfers_ID_offer(struct request *request)
{
    struct offering offering = {.request = request};
    enum err code = request_run_once(request, offer, &offering);
    if (code == OK) return reply_then(request, "transfer-offered");
    if (code != ERR_CONFLICT) return code;
    transfer_problem(request, offering.refusal);
    return transfer_page(request, request_number(request, 0), 409);
}
