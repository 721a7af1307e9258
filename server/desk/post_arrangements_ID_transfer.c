/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"

/* Proposes that an arrangement goes to another agency. Nothing changes yet. */
struct proposing {
    struct request *request;
    int64_t agency;
    struct str reason, refusal;
};

static enum err propose(struct store *store, void *context)
{
    struct proposing *proposing = context;
    struct request *request = proposing->request;
    struct seal_publics publics;
    struct store_rows rows;
    struct str sealed;
    int64_t id = random_id(), arrangement = request_number(request, 0);
    TRY(desk_publics(request, store, &publics));
    TRY(desk_seal(request, SEAL_NOTE, "transfer", id, 1, &publics.desk, 1, proposing->reason,
                  &sealed));
    TRY(store_query_one(
        store, QUERY_transfer_propose,
        PARAMS(P_INT(id), P_INT(arrangement), P_INT(proposing->agency), P_BYTES(sealed)),
        request->arena, &rows));
    proposing->refusal = rows_str(&rows, 0, "refusal");
    if (str_equal(proposing->refusal, STR("unknown"))) return ERR_NOT_FOUND;
    if (proposing->refusal.len) return ERR_CONFLICT;
    request_then(request, "%s", transfer_path(request, id).at);
    return desk_audit(store, "transfer_proposed", "arrangement", arrangement, "transfer", id);
}

enum err post_arrangements_ID_transfer(struct request *request)
{
    struct proposing proposing = {.request = request,
                                  .reason = str_trim(form_get(&request->form, "reason"))};
    if (!form_id(&request->form, "agency", &proposing.agency))
        request_problem(request, "agency", "transfer-agency-missing");
    if (proposing.reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (proposing.reason.len > ARRANGEMENT_TEXT_BYTES)
        request_problem(request, "reason", "text-too-long");
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, propose, &proposing);
        if (code == OK) return reply_then(request, "transfer-proposed");
        if (code != ERR_CONFLICT) return code;
        transfer_problem(request, proposing.refusal);
    }
    return get_arrangements_ID_transfer(request);
}
