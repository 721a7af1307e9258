/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/desk.h"

#include "crypt/token.h"
#include "store/agency.h"
#include "store/blob.h"
#include "sys/clock.h"

enum { PAGES_MAX = 1000 };

/* ---- keys ---- */

enum err desk_own_pair(struct request *request, struct seal_pair *ret_pair)
{
    const struct secret *cookie = request_cookie(request);
    if (!cookie) return ERR_SIGNED_OUT;
    SECRET(opened);
    TRY(token_session_open(cookie, request->session.staff, request->session.sealed_secret,
                           &opened));
    return seal_pair_from(&opened, ret_pair);
}

static enum err open_grant(struct request *request, const struct seal_pair *own, struct str sealed,
                           struct seal_pair *ret_pair)
{
    struct seal_binding expected = {SEAL_GRANT, request->session.agency, "staff_grant",
                                    request->session.staff, 1};
    BUF_SECRET(content, sealed.len);
    TRY(seal_open(&expected, own, 1, sealed, &content));
    SECRET(secret);
    if (content.len != sizeof secret.bytes) return ERR_SEAL_BROKEN;
    __builtin_memcpy(secret.bytes, content.at, sizeof secret.bytes);
    return seal_pair_from(&secret, ret_pair);
}

enum err desk_keyring(struct request *request, struct store *store,
                      struct desk_keyring *ret_keyring)
{
    SEAL_PAIR(own);
    TRY(desk_own_pair(request, &own));
    struct store_rows rows;
    TRY(store_query(store, QUERY_staff_grant_self, NO_PARAMS, request->arena, &rows));
    if (rows.count == 0) return ERR_FORBIDDEN;
    struct desk_keyring keyring = {.count = rows.count};
    keyring.pairs = ARENA_MANY(request->arena, rows.count, struct seal_pair);
    for (size_t row = 0; row < rows.count; row++)
        TRY(open_grant(request, &own, rows_str(&rows, row, "sealed_secret"), &keyring.pairs[row]));
    *ret_keyring = keyring;
    return OK;
}

enum err desk_publics(struct request *request, struct store *store,
                      struct seal_publics *ret_publics)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_agency_keys, PARAMS(P_INT(request->session.agency)),
                    request->arena, &rows));
    return store_agency_publics(&rows, ret_publics->press.bytes, ret_publics->desk.bytes,
                                ret_publics->post.bytes);
}

enum err desk_open(struct request *request, const struct desk_keyring *keyring,
                   enum seal_purpose purpose, const char *table, int64_t row, int64_t version,
                   struct str sealed, struct str *ret_text)
{
    struct seal_binding expected = {purpose, request->session.agency, table, row, version};
    BUF_SECRET(content, sealed.len);
    TRY(seal_open(&expected, keyring->pairs, keyring->count, sealed, &content));
    *ret_text = arena_str(request->arena, buf_str(&content));
    return OK;
}

enum err desk_open_blob(struct request *request, struct store *store,
                        const struct desk_keyring *keyring, enum seal_purpose purpose,
                        const char *table, int64_t row, int64_t version, int64_t blob,
                        struct buf *ret_content)
{
    BUF(sealed, LIMIT_DOCUMENT_BYTES);
    TRY(store_blob_get(store, blob, &sealed));
    struct seal_binding expected = {purpose, request->session.agency, table, row, version};
    return seal_open(&expected, keyring->pairs, keyring->count, buf_str(&sealed), ret_content);
}

enum err desk_seal(struct request *request, enum seal_purpose purpose, const char *table,
                   int64_t row, int64_t version, const struct seal_public *to, size_t count,
                   struct str content, struct str *ret_sealed)
{
    struct seal_binding binding = {purpose, request->session.agency, table, row, version};
    BUF(sealed, seal_length(content.len, count));
    TRY(seal_close(&binding, to, count, content, &sealed));
    *ret_sealed = arena_str(request->arena, buf_str(&sealed));
    return OK;
}

enum err desk_seal_to(struct request *request, struct store *store,
                      const struct seal_binding *binding, struct str content,
                      struct str *ret_sealed)
{
    struct store_rows keys;
    struct seal_public desk;
    TRY(store_query(store, QUERY_agency_keys, PARAMS(P_INT(binding->agency_id)), request->arena,
                    &keys));
    TRY(store_agency_publics(&keys, NULL, desk.bytes, NULL));
    BUF(sealed, seal_length(content.len, 1));
    TRY(seal_close(binding, &desk, 1, content, &sealed));
    *ret_sealed = arena_str(request->arena, buf_str(&sealed));
    return OK;
}

/* ---- audit ---- */

enum err desk_audit(struct store *store, const char *act, const char *object_kind, int64_t object,
                    const char *about_kind, int64_t about)
{
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(str_from(act)), object ? P_TEXT(str_from(object_kind)) : P_NULL,
                           object ? P_INT(object) : P_NULL,
                           about ? P_TEXT(str_from(about_kind)) : P_NULL,
                           about ? P_INT(about) : P_NULL, P_NULL));
}

enum err desk_audit_seal(struct request *request, struct store *store, int64_t object,
                         const char *key, struct str text, struct str *ret_sealed)
{
    struct seal_publics publics;
    TRY(desk_publics(request, store, &publics));
    JSON detail = json_object();
    json_put_str(detail, key, text);
    BUF_SECRET(words, LIMIT_RECORD_BYTES);
    TRY(json_write(detail, &words));
    return desk_seal(request, SEAL_AUDIT, "audit", object, 1, &publics.desk, 1, buf_str(&words),
                     ret_sealed);
}

enum err desk_audit_why(struct request *request, struct store *store, const char *act,
                        const char *object_kind, int64_t object, const char *about_kind,
                        int64_t about, const char *key, struct str text)
{
    if (text.len == 0) return desk_audit(store, act, object_kind, object, about_kind, about);
    struct str sealed;
    TRY(desk_audit_seal(request, store, object, key, text, &sealed));
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(str_from(act)), object ? P_TEXT(str_from(object_kind)) : P_NULL,
                           object ? P_INT(object) : P_NULL,
                           about ? P_TEXT(str_from(about_kind)) : P_NULL,
                           about ? P_INT(about) : P_NULL, P_BYTES(sealed)));
}

/* ---- people ---- */

static enum err open_person(struct request *request, const struct desk_keyring *keyring,
                            const struct store_rows *rows, size_t row, struct desk_party *party)
{
    struct str record;
    party->id = rows_int(rows, row, "party_id");
    party->channel = rows_str(rows, row, "channel");
    party->language = rows_str(rows, row, "language");
    party->plain_consent = rows_bool(rows, row, "plain_consent");
    party->record_version = rows_int(rows, row, "record_version");
    party->address_version = rows_int(rows, row, "address_version");
    TRY(desk_open(request, keyring, SEAL_PARTY, "party", party->id, party->record_version,
                  rows_str(rows, row, "sealed_record"), &record));
    return person_read(record, request->arena, &party->person);
}

enum err desk_party_find(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, int64_t id,
                         struct desk_party *ret_party)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct desk_party party = {
        .kind = rows_str(&rows, 0, "kind"),
        .side = rows_str(&rows, 0, "kind"),
        .state = rows_str(&rows, 0, "state"),
        .address_confirmed = rows_bool(&rows, 0, "address_confirmed"),
        .email_confirmed = rows_bool(&rows, 0, "email_confirmed"),
        .alias_token = rows_str(&rows, 0, "alias_token"),
        .reads = rows_str(&rows, 0, "reads"),
        .changed_by = rows_int(&rows, 0, "changed_by"),
    };
    (void)rows_utc(&rows, 0, "changed_at", &party.changed);
    TRY(open_person(request, keyring, &rows, 0, &party));
    *ret_party = party;
    return OK;
}

enum err desk_party_row(struct request *request, const struct desk_keyring *keyring,
                        const struct store_rows *rows, size_t row, struct desk_party *ret_party)
{
    struct desk_party party = {
        .kind = rows_str(rows, row, "side"),
        .side = rows_str(rows, row, "side"),
        .state = rows_str(rows, row, "party_state"),
    };
    TRY(open_person(request, keyring, rows, row, &party));
    *ret_party = party;
    return OK;
}

struct str desk_party_name(struct request *request, const struct desk_party *party)
{
    const struct person_list *names = &party->person.names;
    if (names->count == 0)
        return party->person.known_as.len ? party->person.known_as : STR("(no name)");
    return desk_joined(request, names->at, names->count);
}

enum err desk_child_find(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, int64_t id,
                         struct desk_child *ret_child)
{
    struct store_rows rows;
    struct str text;
    TRY(store_query_one(store, QUERY_child_find, PARAMS(P_INT(id)), request->arena, &rows));
    struct desk_child child = {.id = id, .record_version = rows_int(&rows, 0, "record_version")};
    TRY(desk_open(request, keyring, SEAL_CHILD, "child", id, child.record_version,
                  rows_str(&rows, 0, "sealed_record"), &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    child.birth_name = arena_str(request->arena, json_get_str(record, "birth_name"));
    child.adoptive_name = arena_str(request->arena, json_get_str(record, "adoptive_name"));
    child.dob = arena_str(request->arena, json_get_str(record, "dob"));
    child.order_date = arena_str(request->arena, json_get_str(record, "order_date"));
    child.removal_date = arena_str(request->arena, json_get_str(record, "removal_date"));
    *ret_child = child;
    return OK;
}

enum err desk_staff_name(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, int64_t id, struct str *ret_name)
{
    struct store_rows rows;
    struct str text;
    TRY(store_query_one(store, QUERY_staff_find, PARAMS(P_INT(id)), request->arena, &rows));
    TRY(desk_open(request, keyring, SEAL_STAFF, "staff", id, rows_int(&rows, 0, "record_version"),
                  rows_str(&rows, 0, "sealed_record"), &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    *ret_name = arena_str(request->arena, json_get_str(record, "name"));
    return OK;
}

/* ---- views ---- */

void desk_put_day(json_t *object, const char *key, struct day day)
{
    BUF(words, 40);
    day_put_long(&words, day);
    json_put_str(object, key, buf_str(&words));
}

void desk_put_instant(json_t *object, const char *key, struct utc instant, bool with_time)
{
    BUF(words, 80);
    if (with_time)
        clock_put(&words, instant);
    else
        day_put_long(&words, clock_day(instant));
    json_put_str(object, key, buf_str(&words));
}

void desk_put_number(json_t *object, const char *key, int64_t number)
{
    BUF(digits, 24);
    buf_add_int(&digits, number);
    json_put_str(object, key, buf_str(&digits));
}

void desk_put_list(json_t *view, const char *key, json_t *list)
{
    if (json_array_size(list) == 0) {
        json_decref(list);
        return;
    }
    json_t *object = json_object();
    json_put(object, "list", list);
    json_put(view, key, object);
}

/* "from_side", where words of records have dashes and templates underlines. */
static struct str with_underlines(struct request *request, struct str word)
{
    struct str copy = arena_str(request->arena, word);
    char *at = (char *)copy.at;
    for (size_t i = 0; i < copy.len; i++)
        if (at[i] == '-') at[i] = '_';
    return copy;
}

json_t *desk_tagged(struct request *request, struct str code)
{
    json_t *object = json_object();
    struct str underlined = with_underlines(request, code);
    json_put_str(object, "code", underlined);
    json_put_bool(object, underlined.at, true);
    return object;
}

bool desk_page(const struct request *request, int64_t *ret_page)
{
    *ret_page = 1;
    return !form_has(&request->query, "page") ||
           form_int(&request->query, "page", 1, PAGES_MAX, ret_page);
}

static void put_page(struct request *request, const char *key, const char *query, int64_t page)
{
    json_t *object = json_object();
    json_put_str(
        object, "query",
        arena_print(request->arena, "%s%spage=%lld", query, *query ? "&" : "", (long long)page));
    json_put(request->view, key, object);
}

void desk_put_pages(struct request *request, const char *query, int64_t page, bool more)
{
    if (page > 1) put_page(request, "newer", query, page - 1);
    if (more) put_page(request, "older", query, page + 1);
}
