/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/enrol.h"

#include "core/json.h"
#include "core/limits.h"
#include "crypt/token.h"
#include "mail/addr.h"

static enum err seal_one(const struct seal_binding *binding, const struct seal_public *to,
                         struct str content, struct arena *arena, struct str *ret_sealed)
{
    BUF(sealed, 2 * (size_t)LIMIT_RECORD_BYTES);
    TRY(seal_close(binding, to, 1, content, &sealed));
    *ret_sealed = arena_str(arena, buf_str(&sealed));
    return OK;
}

enum err enrol_lookup(const struct secret *key, int64_t agency, struct str email,
                      unsigned char ret_value[KDF_MAC_BYTES])
{
    ARENA(arena, 64 * 1024);
    struct str plain;
    TRY(mail_addr_canonical(email, arena, &plain));
    return token_lookup(key, MAC_LOOKUP_STAFF, agency, plain, ret_value);
}

enum err enrol_grant(int64_t agency, int64_t staff, const struct seal_public *to,
                     const struct secret *desk_secret, struct arena *arena, struct str *ret_sealed)
{
    struct seal_binding binding = {SEAL_GRANT, agency, "staff_grant", staff, 1};
    return seal_one(&binding, to,
                    (struct str){(const char *)desk_secret->bytes, sizeof desk_secret->bytes},
                    arena, ret_sealed);
}

static enum err seal_record(const struct enrol_with *with, const struct enrol_who *who,
                            int64_t staff, struct arena *arena, struct str *ret_sealed)
{
    JSON record = json_object();
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    json_put_str(record, "name", who->name);
    json_put_str(record, "email", who->email);
    TRY(json_write(record, &text));
    struct seal_binding binding = {SEAL_STAFF, with->agency, "staff", staff, 1};
    return seal_one(&binding, with->desk, buf_str(&text), arena, ret_sealed);
}

enum err enrol_make(const struct enrol_with *with, const struct enrol_who *who, struct arena *arena,
                    struct enrol_account *ret_account)
{
    struct enrol_account account = {.staff = random_id()};
    SEAL_PAIR(pair);
    TRY(seal_pair_make(&pair));
    account.public = pair.public;
    TRY(seal_key_id(&pair.public, &account.key));
    struct password_work work = {with->places, with->host, PASSWORD_COST, true};
    TRY(password_wrap(&work, who->password, account.staff, &pair.secret, &account.row));
    TRY(enrol_lookup(with->lookup, with->agency, who->email, account.lookup));
    TRY(seal_record(with, who, account.staff, arena, &account.sealed_record));
    struct seal_binding binding = {SEAL_TOTP, with->agency, "staff", account.staff, 1};
    TRY(seal_one(&binding, &pair.public, (struct str){(const char *)who->totp, sizeof who->totp},
                 arena, &account.sealed_totp));
    if (with->desk_secret)
        TRY(enrol_grant(with->agency, account.staff, &pair.public, with->desk_secret, arena,
                        &account.sealed_desk));
    *ret_account = account;
    return OK;
}

/* ---- adding ---------------------------------------------------------------------------------- */

struct adding {
    const struct enrol_account *account;
    struct str role;
    struct seal_key_id desk;
};

static enum err add_rows(struct store *store, void *context)
{
    const struct adding *adding = context;
    const struct enrol_account *account = adding->account;
    TRY(store_do(store, QUERY_staff_add,
                 PARAMS(P_INT(account->staff), P_TEXT(adding->role),
                        P_BYTES(account->sealed_record), P_RAW(account->key.bytes),
                        P_RAW(account->public.bytes), P_INT(account->row.cost.passes),
                        P_INT(account->row.cost.kib), P_RAW(account->row.salt),
                        P_RAW(account->row.wrapped), P_BYTES(account->sealed_totp))));
    TRY(store_do(store, QUERY_staff_lookup_set,
                 PARAMS(P_INT(account->staff), P_RAW(account->lookup))));
    TRY(store_do(
        store, QUERY_staff_grant_add,
        PARAMS(P_INT(account->staff), P_RAW(adding->desk.bytes), P_BYTES(account->sealed_desk))));
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(STR("staff_added")), P_TEXT(STR("staff")), P_INT(account->staff),
                           P_NULL, P_NULL, P_NULL));
}

enum err enrol_add(const struct sign_in *admin, const struct keys *desk_keys,
                   const struct enrol_who *who, struct arena *arena)
{
    struct password_places places;
    struct enrol_account account;
    struct enrol_with with = {.places = &places,
                              .agency = admin->agency_id,
                              .desk = &admin->agency.desk,
                              .desk_secret = sign_in_desk_secret(admin)};
    if (!with.desk_secret) return ERR_NO_KEY;
    TRY(keys_find(desk_keys, KEY_HOST, 0, &with.host));
    TRY(keys_find(desk_keys, KEY_STAFF, admin->agency_id, &with.lookup));
    password_places_init(&places, 1, PASSWORD_WAIT_MS);
    enum err code = enrol_make(&with, who, arena, &account);
    password_places_done(&places);
    TRY(code);
    struct adding adding = {&account, who->role, admin->agency.desk_key};
    return store_db_run(admin->pool, &admin->gate, add_rows, &adding);
}
