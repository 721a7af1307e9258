/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "server/desk/party.h"

/*
 * A joining code, shown once, on a letter to be printed. The database keeps what the portal can
 * check it by, and the party's first e-mail address with it. A code that was made before ends.
 */
enum { CODE_DAYS = 28 };

struct making {
    struct request *request;
    struct desk_party party;
    char code[TOKEN_JOIN_LETTERS + 1];
    bool no_email;
    struct utc now; /* by the database's clock, which ends the code */
};

static enum err make(struct store *store, void *context)
{
    struct making *making = context;
    struct request *request = making->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    struct str email;
    unsigned char hash[KDF_MAC_BYTES], check[KDF_MAC_BYTES];
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_party_find(request, store, &keyring, request_number(request, 0), &making->party));
    making->no_email = making->party.person.emails.count == 0;
    if (making->no_email) return OK;
    TRY(mail_addr_canonical(making->party.person.emails.at[0], request->arena, &email));
    token_join_make(making->code);
    TRY(token_join_hash(making->code, hash));
    TRY(token_join_email(making->code, email, check));
    TRY(store_query(store, QUERY_join_code_end, PARAMS(P_INT(making->party.id)), request->arena,
                    &rows));
    TRY(store_do(store, QUERY_join_code_add,
                 PARAMS(P_INT(random_id()), P_INT(making->party.id), P_RAW(hash), P_RAW(check))));
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, request->arena, &rows));
    (void)rows_utc(&rows, 0, "instant", &making->now);
    return desk_audit(store, "join_code_made", "party", making->party.id, NULL, 0);
}

/* The letter: as on an envelope, and neutral. */
static void put_paper(struct request *request, const struct desk_party *party, struct utc now)
{
    json_t *paper = json_object(), *lines = json_array();
    struct str rest = party->person.address, line;
    while (str_split(&rest, '\n', &line)) json_add(lines, json_str(line));
    desk_put_list(paper, "lines", lines);
    json_put_str(paper, "salutation", desk_party_name(request, party));
    desk_put_instant(paper, "day", now, false);
    json_put(request->view, "paper", paper);
}

/* Where the portal is, as people type it. */
static struct str portal_address(struct request *request)
{
    const struct desk *desk = request->app;
    struct str origin = desk->conf->portal_origin;
    if (str_starts(origin, STR("https://"))) return str_from_byte(origin, 8);
    if (desk->conf->portal_port == 443 || desk->conf->portal_port == 0)
        return desk->conf->portal_host_name;
    return arena_print(request->arena, "%.*s:%d", STR_ARG(desk->conf->portal_host_name),
                       (int)desk->conf->portal_port);
}

enum err post_parties_ID_join_code(struct request *request)
{
    struct making making = {.request = request};
    TRY(request_run(request, make, &making));
    if (making.no_email) {
        request_problem(request, "email", "join-needs-email");
        return party_page(request, making.party.id);
    }
    struct utc until = {making.now.us + CODE_DAYS * UTC_DAY_US};
    BUF_SECRET(shown, TOKEN_JOIN_LETTERS + 2);
    buf_print(&shown, "%.4s-%.4s-%.4s", making.code, making.code + 4, making.code + 8);
    party_put(request, &making.party);
    put_paper(request, &making.party, making.now);
    json_put_str(request->view, "code", buf_str(&shown));
    desk_put_instant(request->view, "until", until, false);
    json_put_str(request->view, "email", making.party.person.emails.at[0]);
    json_put_str(request->view, "portal", portal_address(request));
    return reply_page(request, "desk/join_code");
}
