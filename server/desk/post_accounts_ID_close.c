/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party.h"

/* Closes one account of a family; the database ends its sessions at once. */
struct closing {
    struct request *request;
    int64_t account, party;
    struct str reason;
};

static enum err find_party(struct store *store, void *context)
{
    struct closing *closing = context;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_account_party, PARAMS(P_INT(closing->account)),
                        closing->request->arena, &rows));
    closing->party = rows_int(&rows, 0, "party_id");
    return OK;
}

static enum err close_account(struct store *store, void *context)
{
    struct closing *closing = context;
    struct request *request = closing->request;
    size_t count;
    TRY(party_close_accounts(request, store, closing->party, closing->account, closing->reason,
                             &count));
    if (count == 0) return ERR_CONFLICT; /* closed already */
    request_then(request, "%s", party_path(request, closing->party).at);
    return OK;
}

enum err post_accounts_ID_close(struct request *request)
{
    struct closing closing = {request, request_number(request, 0), 0,
                              form_line(&request->form, "reason")};
    TRY(request_run(request, find_party, &closing));
    if (closing.reason.len == 0) {
        desk_row_problem(request, "reason", "reason-missing");
        return party_page(request, closing.party);
    }
    TRY(request_run_once(request, close_account, &closing));
    return reply_then(request, "account-closed");
}
