/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/second.h"

enum err second_find(struct request *request, struct second *ret_second)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_sign_in_second,
                     PARAMS(P_RAW(request->session.id.bytes)), request->arena, &rows));
    if (rows.count == 0) return ERR_SIGNED_OUT;
    *ret_second = (struct second){
        .by_app = str_equal(rows_str(&rows, 0, "second_factor"), STR("totp")),
        .sealed_totp = rows_str(&rows, 0, "sealed_totp"),
        .totp_version = rows_int(&rows, 0, "totp_version"),
        .last_step = rows_int(&rows, 0, "last_totp_step"),
    };
    return OK;
}

enum err second_page(struct request *request, const struct second *second)
{
    json_put_bool(request->view, "by_email", !second->by_app);
    json_put_int(request->view, "minutes", PORTAL_CODE_MINUTES);
    return reply_page(request, "portal/sign_in_code");
}

enum err second_secret(struct request *request, const struct second *second,
                       const struct seal_pair *pair, struct str *ret_secret)
{
    return portal_open(request, pair, SEAL_TOTP, "account", request->session.account,
                       second->totp_version, second->sealed_totp, ret_secret);
}
