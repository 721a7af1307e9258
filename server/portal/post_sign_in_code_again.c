/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "server/portal/portal.h"

/* A new code, which replaces the old; at most three for one sign-in. */
enum err post_sign_in_code_again(struct request *request)
{
    const struct secret *cookie = request_cookie(request);
    if (!cookie) return ERR_SIGNED_OUT;
    char code[TOKEN_CODE_DIGITS + 1];
    unsigned char code_hash[KDF_MAC_BYTES];
    token_code_make(code);
    TRY(token_code_hash(cookie, code, code_hash));
    int64_t message = random_id();
    struct str body;
    TRY(portal_code_mail(request, request->session.agency, message, code, &body));
    struct store_rows rows;
    TRY(store_db_one(
        request->db, NULL, QUERY_sign_in_code_again,
        PARAMS(P_RAW(request->session.id.bytes), P_RAW(code_hash), P_INT(message), P_BYTES(body)),
        request->arena, &rows));
    bool sent = rows_bool(&rows, 0, "sent");
    return reply_see(request, "/sign-in/code", sent ? "code-sent" : "code-not-sent");
}
