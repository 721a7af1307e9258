/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "server/portal/portal.h"

/* Asks for the PIN. Says nothing of what the link opens, nor whether there is one. */
enum err get_open(struct request *request)
{
    const struct secret *token = request_cookie(request);
    if (!token) return ERR_NOT_FOUND;
    bool is_read = request->session.kind == SESSION_LINK && request->session.stage == STAGE_FULL;
    if (is_read) return reply_see(request, "/open/letter", NULL); /* the PIN was given */
    unsigned char hash[KDF_MAC_BYTES];
    TRY(token_link_hash(token, hash));
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_link_find, PARAMS(P_RAW(hash)), request->arena,
                     &rows));
    bool open = rows.count == 0 || str_equal(rows_str(&rows, 0, "state"), STR("open"));
    json_put_bool(request->view, "closed", !open);
    return reply_page(request, "portal/link_pin");
}
