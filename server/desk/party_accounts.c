/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/addr.h"
#include "server/desk/party.h"

/*
 * A party's accounts at the portal. The desk has no key by which an account is found from an e-mail
 * address: staff see when each was made and used, and decide.
 */

static bool has_invitation(const struct store_rows *codes, struct utc now)
{
    struct utc expires;
    for (size_t row = 0; row < codes->count; row++)
        if (rows_null(codes, row, "used_at") && rows_utc(codes, row, "expires_at", &expires) &&
            expires.us > now.us && rows_int(codes, row, "tries") < 5)
            return true;
    return false;
}

static void put_account(struct request *request, const struct store_rows *rows, size_t row,
                        json_t *list)
{
    struct utc joined = {0}, signed_in, ended;
    int64_t id = rows_int(rows, row, "account_id");
    struct str state = rows_str(rows, row, "state");
    json_t *entry = json_object();
    json_put_code(entry, "id", id);
    (void)rows_utc(rows, row, "made_at", &joined);
    desk_put_instant(entry, "joined", joined, true);
    if (rows_utc(rows, row, "signed_in_at", &signed_in))
        desk_put_instant(entry, "signed_in", signed_in, true);
    if (rows_utc(rows, row, "ended_at", &ended)) desk_put_instant(entry, "ended", ended, true);
    json_put(entry, "state", desk_tagged(request, state));
    desk_put_row_field(request, "reason", id, entry);
    json_add(list, entry);
}

enum err party_put_accounts(struct request *request, struct store *store, int64_t party,
                            json_t *object)
{
    struct store_rows accounts, codes, now;
    TRY(store_query(store, QUERY_account_list, PARAMS(P_INT(party)), request->arena, &accounts));
    TRY(store_query(store, QUERY_join_code_list, PARAMS(P_INT(party)), request->arena, &codes));
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, request->arena, &now));
    struct utc instant = {0};
    (void)rows_utc(&now, 0, "instant", &instant);
    json_t *list = json_array();
    size_t open = 0;
    for (size_t row = 0; row < accounts.count; row++) {
        put_account(request, &accounts, row, list);
        open += str_equal(rows_str(&accounts, row, "state"), STR("active"));
    }
    const char *state = open                              ? "joined"
                        : has_invitation(&codes, instant) ? "invited"
                        : accounts.count                  ? "closed"
                                                          : "none";
    json_put(object, "account", desk_tagged(request, str_from(state)));
    desk_put_list(object, "accounts", list);
    return OK;
}

static bool has(const struct party_form *form, struct str email, struct arena *arena)
{
    struct str plain;
    if (mail_addr_canonical(email, arena, &plain) != OK) return false;
    for (size_t i = 0; i < form->emails.count; i++)
        if (str_equal(form->emails.at[i], plain)) return true;
    return false;
}

bool party_email_left(const struct party_form *form, const struct desk_party *stored,
                      struct arena *arena)
{
    for (size_t i = 0; i < stored->person.emails.count; i++)
        if (!has(form, stored->person.emails.at[i], arena)) return true;
    return false;
}

enum err party_close_accounts(struct request *request, struct store *store, int64_t party,
                              int64_t account, struct str reason, size_t *ret_count)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_account_close,
                    PARAMS(P_INT(party), account ? P_INT(account) : P_NULL), request->arena,
                    &rows));
    for (size_t row = 0; row < rows.count; row++)
        TRY(desk_audit_why(request, store, "account_closed", "account",
                           rows_int(&rows, row, "account_id"), "party", party, "reason", reason));
    *ret_count = rows.count;
    return OK;
}

enum err party_end_ways_in(struct request *request, struct store *store, int64_t party)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_join_code_end, PARAMS(P_INT(party)), request->arena, &rows));
    return store_query(store, QUERY_link_withdraw_of_party, PARAMS(P_INT(party)), request->arena,
                       &rows);
}
