/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"

/* The other agency refuses, or this one takes it back: the arrangement is what it was. */
struct ending {
    struct request *request;
    struct str reason, refusal;
};

static enum err end(struct store *store, void *context)
{
    struct ending *ending = context;
    struct request *request = ending->request;
    struct desk_keyring keyring;
    struct desk_transfer transfer;
    struct store_rows rows;
    struct str sealed;
    TRY(desk_keyring(request, store, &keyring));
    TRY(transfer_find(request, store, &keyring, request_number(request, 0), &transfer));
    /* for the agency that it goes from, which asked */
    TRY(transfer_seal(request, store, transfer.agency, SEAL_NOTE, transfer.id, 2, ending->reason,
                      &sealed));
    TRY(store_query_one(store, QUERY_transfer_end, PARAMS(P_INT(transfer.id), P_BYTES(sealed)),
                        request->arena, &rows));
    ending->refusal = rows_str(&rows, 0, "refusal");
    if (ending->refusal.len) return ERR_CONFLICT;
    request_then(request, "%s", transfer_path(request, transfer.id).at);
    if (transfer.is_ours)
        return desk_audit(store, "transfer_withdrawn", "transfer", transfer.id, NULL, 0);
    return desk_audit(store, "transfer_refused", "transfer", transfer.id, NULL, 0);
}

enum err post_transfers_ID_end(struct request *request)
{
    struct ending ending = {.request = request,
                            .reason = str_trim(form_get(&request->form, "reason"))};
    int status = 422;
    if (ending.reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (ending.reason.len > ARRANGEMENT_TEXT_BYTES)
        request_problem(request, "reason", "text-too-long");
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, end, &ending);
        if (code == OK) return reply_then(request, "transfer-ended");
        if (code != ERR_CONFLICT) return code;
        transfer_problem(request, ending.refusal);
        status = 409;
    }
    return transfer_page(request, request_number(request, 0), status);
}
