/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"
#include "sys/fault.h"

/* Takes an arrangement from another agency: entered here, moved there, and the receipt, in one
 * transaction. */
struct taking {
    struct request *request;
    struct str refusal;
    struct transfer_entered entered;
};

static enum err take(struct store *store, void *context)
{
    struct taking *taking = context;
    struct request *request = taking->request;
    struct transfer_entered *entered = &taking->entered;
    struct desk_keyring keyring;
    struct desk_transfer transfer;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(transfer_find(request, store, &keyring, request_number(request, 0), &transfer));
    if (transfer.is_ours) return ERR_NOT_FOUND;
    taking->refusal = STR("decided");
    if (transfer.bundle.len == 0) return ERR_CONFLICT;
    JSON bundle = NULL;
    TRY(transfer_open(request, &keyring, &transfer, &bundle));
    TRY(transfer_enter(request, store, &keyring, &transfer, bundle, entered));
    FAULT_POINT(desk_transfer_entered);
    TRY(store_query_one(store, QUERY_transfer_take,
                        PARAMS(P_INT(transfer.id), P_INT(entered->arrangement),
                               P_INTS(entered->was, entered->count),
                               P_INTS(entered->now, entered->count)),
                        request->arena, &rows));
    taking->refusal = rows_str(&rows, 0, "refusal");
    if (taking->refusal.len) return ERR_CONFLICT;
    request_then(request, "%s", transfer_path(request, transfer.id).at);
    TRY(desk_audit(store, "transfer_taken", "arrangement", entered->arrangement, "transfer",
                   transfer.id));
    FAULT_POINT(desk_transfer_before_commit);
    return OK;
}

enum err post_transfers_ID_take(struct request *request)
{
    struct taking taking = {.request = request};
    enum err code = request_run_once(request, take, &taking);
    if (code == OK) return reply_then(request, "transfer-taken");
    struct str refused = str_from(code == ERR_DB_REFUSED ? store_refusal() : "");
    if (str_equal(refused, STR("transfer_other_person")))
        taking.refusal = STR("person");
    else if (code == ERR_TOO_BIG && taking.entered.is_full)
        taking.refusal = STR("words_full");
    else if (str_equal(refused, STR("party_on_one_side")))
        taking.refusal = STR("sides");
    else if (str_equal(refused, STR("apart_own_details")))
        taking.refusal = STR("apart");
    else if (code == ERR_BAD_JSON) /* offered by an older version */
        taking.refusal = STR("changed");
    else if (code != ERR_CONFLICT)
        return code;
    transfer_problem(request, taking.refusal);
    return transfer_page(request, request_number(request, 0), 409);
}
