/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/secretbox.h"
#include "server/portal/portal.h"

/* The account: a key pair of its own, wrapped under the password. */
struct joining {
    struct str email, sealed_address, result;
    int64_t account;
    struct password_row row;
    struct seal_key_id key_id;
    unsigned char lookup[32];
};

static enum err read_email(struct request *request, struct joining *joining)
{
    const struct secret *cookie = request_cookie(request);
    if (!cookie) return ERR_SIGNED_OUT;
    BUF_SECRET(email, 1024);
    TRY(secretbox_open(cookie, BOX_SESSION_JOINING, STR("email"), request->session.sealed_secret,
                       &email));
    joining->email = arena_str(request->arena, buf_str(&email));
    return OK;
}

static enum err make_account(struct request *request, struct str password, struct joining *joining,
                             struct seal_pair *pair)
{
    const struct portal *portal = request->app;
    const struct password_work work = {portal->places, portal->host, PASSWORD_COST,
                                       request->clean_address};
    struct seal_publics publics;
    joining->account = random_id();
    TRY(portal_publics(request, request->session.agency, &publics));
    TRY(seal_pair_make(pair));
    TRY(seal_key_id(&pair->public, &joining->key_id));
    TRY(password_wrap(&work, password, joining->account, &pair->secret, &joining->row));
    TRY(portal_lookup(request, request->session.agency, joining->email, joining->lookup));
    return portal_seal(request, &publics.post, SEAL_ADDRESS, "account", joining->account, 1,
                       joining->email, &joining->sealed_address);
}

static enum err finish(struct request *request, const struct seal_pair *pair,
                       struct joining *joining)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_join_finish,
                     PARAMS(P_RAW(request->session.id.bytes), P_INT(joining->account),
                            P_RAW(joining->key_id.bytes), P_RAW(pair->public.bytes),
                            P_INT(joining->row.cost.passes), P_INT(joining->row.cost.kib),
                            P_RAW(joining->row.salt), P_RAW(joining->row.wrapped),
                            P_BYTES(joining->sealed_address), P_RAW(joining->lookup)),
                     request->arena, &rows));
    joining->result = rows_str(&rows, 0, "result");
    return OK;
}

enum err post_join_password(struct request *request)
{
    struct str password = form_get(&request->form, "password");
    if (!portal_password_fits(request, password))
        return reply_page(request, "portal/join_password");
    struct joining joining = {0};
    SEAL_PAIR(pair);
    TRY(read_email(request, &joining));
    TRY(make_account(request, password, &joining, &pair));
    TRY(finish(request, &pair, &joining));
    reply_cookie_end(request, COOKIE_MAIN);
    if (str_equal(joining.result, STR("ok"))) return reply_see(request, "/sign-in", "joined");
    return reply_see(request, "/join", "join-over");
}
