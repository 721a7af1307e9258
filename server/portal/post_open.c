/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "server/portal/portal.h"

/*
 * The PIN. Each try is counted and committed before it is checked; there is no verifier: a wrong
 * PIN opens nothing.
 */
struct trying {
    unsigned char hash[KDF_MAC_BYTES];
    struct token_link link;
    struct str sealed_key;
    bool refused;
};

static enum err count_try(struct request *request, const struct secret *token,
                          struct trying *trying)
{
    TRY(token_link_hash(token, trying->hash));
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_link_try, PARAMS(P_RAW(trying->hash)), request->arena,
                     &rows));
    trying->refused = !rows_null(&rows, 0, "refusal");
    if (trying->refused) return OK;
    trying->link.link_id = rows_int(&rows, 0, "link_id");
    trying->link.cost.kib = (uint32_t)rows_int(&rows, 0, "argon_kib");
    trying->link.cost.passes = (uint32_t)rows_int(&rows, 0, "argon_passes");
    trying->sealed_key = rows_str(&rows, 0, "sealed_key");
    if (!rows_raw(&rows, 0, "kdf_salt", trying->link.salt, sizeof trying->link.salt))
        return ERR_SEAL_BROKEN;
    return OK;
}

/* By which browser it is opened: one that has no mark yet gets its own. */
static enum err mark_browser(struct request *request, const struct trying *trying,
                             unsigned char ret_reader[KDF_MAC_BYTES])
{
    const struct secret *known = request_cookie_of(request, COOKIE_READER);
    SECRET(mark);
    if (known)
        mark = *known;
    else
        secret_random(&mark);
    TRY(token_link_reader(&mark, trying->link.link_id, ret_reader));
    reply_cookie(request, COOKIE_READER, &mark);
    return OK;
}

static enum err open_session(struct request *request, const struct trying *trying,
                             const struct secret *opened, bool *ret_opened)
{
    SECRET(cookie);
    SECRET(sid);
    unsigned char reader[KDF_MAC_BYTES];
    TRY(mark_browser(request, trying, reader));
    secret_random(&cookie);
    TRY(token_session_id(&cookie, &sid));
    BUF_SECRET(box, 256);
    TRY(token_session_close(&cookie, trying->link.link_id, opened, &box));
    struct store_rows rows;
    TRY(store_db_one(
        request->db, NULL, QUERY_link_open,
        PARAMS(P_RAW(trying->hash), P_RAW(sid.bytes), P_BYTES(buf_str(&box)), P_RAW(reader)),
        request->arena, &rows));
    *ret_opened = rows_null(&rows, 0, "refusal");
    if (*ret_opened) reply_cookie(request, COOKIE_LINK, &cookie);
    return OK;
}

static enum err refuse(struct request *request)
{
    TRY(rate_failed(request, RATE_ADDRESS, STR("")));
    request_problem(request, "pin", "pin-wrong");
    return reply_page(request, "portal/link_pin");
}

enum err post_open(struct request *request)
{
    const struct portal *portal = request->app;
    const struct secret *token = request_cookie(request);
    char pin[TOKEN_CODE_DIGITS + 1];
    if (!token) return ERR_NOT_FOUND;
    if (!token_code_get(form_line(&request->form, "pin"), pin)) {
        request_problem(request, "pin", "pin-missing");
        return reply_page(request, "portal/link_pin");
    }
    struct trying trying = {0};
    TRY(count_try(request, token, &trying));
    if (trying.refused) {
        json_put_bool(request->view, "closed", true);
        return reply_page(request, "portal/link_pin");
    }
    SECRET(opened);
    enum err code = token_link_open(portal->places, request->clean_address, &trying.link, token,
                                    pin, trying.sealed_key, &opened);
    if (code == ERR_NO_MATCH) return refuse(request);
    TRY(code);
    bool is_open = false;
    TRY(open_session(request, &trying, &opened, &is_open));
    if (!is_open) {
        json_put_bool(request->view, "closed", true);
        return reply_page(request, "portal/link_pin");
    }
    return reply_see(request, "/open/letter", NULL);
}
