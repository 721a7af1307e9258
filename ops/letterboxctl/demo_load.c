/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/demo_load.h"

#include <string.h>

#include "core/code.h"
#include "core/json.h"
#include "core/limits.h"
#include "crypt/kdf.h"
#include "crypt/password.h"
#include "crypt/secretbox.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "ops/letterboxctl/demo_edges.h"
#include "ops/letterboxctl/demo_visits.h"
#include "rules/sides.h"
#include "store/job.h"

enum { ARENA_BYTES = 16 * 1024 * 1024, VALUES = 8 };

static const struct db_gate no_gate = {.kind = DB_GATE_NONE};

struct loading {
    const struct demo_loader *loader;
    const struct demo_family *family;
    struct arena *arena;
    int64_t parties[DEMO_PARTIES], children[DEMO_CHILDREN], arrangements[DEMO_CHILDREN];
};

/* ---- sealing --------------------------------------------------------------------------------- */

static enum err seal_record(const struct loading *loading, enum seal_purpose purpose,
                            const char *table, int64_t id, const json_t *record,
                            struct str *ret_sealed)
{
    const struct site_agency *agency = &loading->loader->session->agency;
    const struct seal_public to[] = {agency->press, agency->desk};
    struct seal_binding binding = {purpose, agency->id, table, id, 1};
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    BUF(sealed, 2 * (size_t)LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    TRY(seal_close(&binding, to, 2, buf_str(&text), &sealed));
    *ret_sealed = arena_str(loading->arena, buf_str(&sealed));
    return OK;
}

/* ---- parties --------------------------------------------------------------------------------- */

static enum err set_values(struct store *store, const struct loading *loading, int64_t party,
                           const char *use, enum key_kind kind, enum mac_label label,
                           const struct str *values, size_t count)
{
    const struct secret *key;
    unsigned char digests[VALUES][32];
    int64_t agency = loading->loader->session->agency_id;
    ASSERT(count <= VALUES);
    TRY(keys_find(loading->loader->desk_keys, kind, agency, &key));
    for (size_t i = 0; i < count; i++) TRY(token_lookup(key, label, agency, values[i], digests[i]));
    return store_do(store, QUERY_party_lookup_set,
                    PARAMS(P_INT(party), P_TEXT(str_from(use)),
                           store_param_digests(digests, count, loading->arena)));
}

static enum err set_lookups(struct store *store, const struct loading *loading, int64_t party,
                            const struct person *person, struct str alias)
{
    struct str emails[VALUES], phones[VALUES], address;
    ASSERT(person->emails.count <= VALUES && person->phones.count <= VALUES);
    for (size_t i = 0; i < person->emails.count; i++)
        TRY(mail_addr_canonical(person->emails.at[i], loading->arena, &emails[i]));
    for (size_t i = 0; i < person->phones.count; i++)
        TRY(mail_addr_phone(person->phones.at[i], STR("44"), loading->arena, &phones[i]));
    TRY(sides_address(person->address, loading->arena, &address));
    TRY(set_values(store, loading, party, "sender", KEY_SENDER, MAC_LOOKUP_SENDER, emails,
                   person->emails.count));
    TRY(set_values(store, loading, party, "phone", KEY_PHONE, MAC_LOOKUP_PHONE, phones,
                   person->phones.count));
    TRY(set_values(store, loading, party, "address", KEY_ADDRESS, MAC_LOOKUP_ADDRESS, &address, 1));
    return set_values(store, loading, party, "alias", KEY_ALIAS, MAC_LOOKUP_ALIAS, &alias, 1);
}

static enum err add_party(struct store *store, struct loading *loading, size_t index)
{
    const struct demo_party *party = &loading->family->parties[index];
    struct person person = party->person;
    int64_t id = loading->parties[index] = random_id();
    struct str sealed;
    BUF(alias, 16);
    code_id_put(&alias, random_id());
    person.leaks = party->leaks;
    JSON record = person_write(&person);
    TRY(seal_record(loading, SEAL_PARTY, "party", id, record, &sealed));
    TRY(store_do(store, QUERY_party_add,
                 PARAMS(P_INT(id), P_TEXT(str_from(party->kind)), P_TEXT(str_from(party->channel)),
                        P_TEXT(STR("en")), P_TEXT(str_from(party->reads)),
                        P_BOOL(party->plain_consent), P_BYTES(sealed), P_BOOL(party->confirmed),
                        P_BOOL(person.emails.count > 0), P_TEXT(buf_str(&alias)))));
    return set_lookups(store, loading, id, &person, buf_str(&alias));
}

/* ---- children and arrangements --------------------------------------------------------------- */

static enum err add_child(struct store *store, struct loading *loading, size_t index)
{
    const struct demo_child *child = &loading->family->children[index];
    int64_t id = loading->children[index] = random_id();
    struct str sealed;
    BUF(born, 16);
    JSON record = json_object();
    day_put(&born, child->born);
    json_put_str(record, "birth_name", child->birth_name);
    json_put_str(record, "adoptive_name", child->adoptive_name);
    json_put_str(record, "dob", buf_str(&born));
    TRY(seal_record(loading, SEAL_CHILD, "child", id, record, &sealed));
    struct day_parts parts = day_parts(child->born);
    parts.year += 18;
    parts.day = 1;
    struct day eighteenth;
    ASSERT(day_from(parts, &eighteenth));
    TRY(store_do(store, QUERY_child_add,
                 PARAMS(P_INT(id), P_BYTES(sealed), store_param_day(eighteenth, loading->arena))));
    for (size_t i = 0; i < index; i++)
        TRY(store_do(store, QUERY_child_link_add, PARAMS(P_INT(loading->children[i]), P_INT(id))));
    return OK;
}

static enum err arrangement_sealed(const struct loading *loading,
                                   const struct demo_arrangement *arrangement, int64_t id,
                                   struct str *ret_sealed)
{
    JSON record = json_object();
    json_put_str(record, "reference", arrangement->reference);
    json_put_str(record, "risk", arrangement->risk);
    json_put_str(record, "court_order", str_from(arrangement->court_order));
    json_put_str(record, "pause", arrangement->pause);
    return seal_record(loading, SEAL_ARRANGEMENT, "arrangement", id, record, ret_sealed);
}

/* The sides of one child: its own household adopts it, the other one is its sibling's. */
static enum err add_sides(struct store *store, const struct loading *loading, size_t index,
                          int64_t id)
{
    const struct demo_family *family = loading->family;
    const struct demo_arrangement *arrangement = &family->arrangements[index];
    size_t homes = family->has_other_home ? 2 : 1;
    for (size_t i = 0; i < family->party_count; i++) {
        bool is_home = i < homes,
             is_own = i == family->children[index].home || (family->lives_apart && i == 1);
        const char *side = is_own ? "adoptive" : is_home ? "sibling" : "birth";
        TRY(store_do(store, QUERY_arrangement_party_add,
                     PARAMS(P_INT(id), P_INT(loading->parties[i]), P_TEXT(str_from(side)),
                            P_BOOL(!arrangement->one_way || is_own), P_BOOL(true))));
    }
    return store_do(store, QUERY_contact_add_all, PARAMS(P_INTS(&id, 1)));
}

static enum err add_agreement(struct store *store, const struct loading *loading, size_t index,
                              int64_t id)
{
    const struct demo_arrangement *arrangement = &loading->family->arrangements[index];
    struct str sealed;
    JSON terms = json_object();
    json_put_str(terms, "signs_as", arrangement->signs_as);
    json_put_str(terms, "enclosures", arrangement->enclosures);
    json_put_str(terms, "photos", str_from(arrangement->photo_level));
    TRY(seal_record(loading, SEAL_AGREEMENT, "agreement", id, terms, &sealed));
    return store_do(store, QUERY_agreement_add,
                    PARAMS(P_INT(id), P_INT(1),
                           P_INTS(arrangement->months, arrangement->month_count),
                           P_INTS(arrangement->avoid, arrangement->avoid_count),
                           P_TEXT(str_from(arrangement->first_writer)),
                           P_TEXT(str_from(arrangement->source)), P_BYTES(sealed),
                           store_param_day(arrangement->agreed, loading->arena), P_NULL, P_NULL));
}

static struct store_param day_list(const struct loading *loading, struct day day, size_t count)
{
    BUF(text, DEMO_PARTIES * (size_t)12 + 2);
    buf_add_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_byte(&text, ',');
        day_put(&text, day);
    }
    buf_add_byte(&text, '}');
    return P_TEXT(arena_str(loading->arena, buf_str(&text)));
}

/* What was due last month: the diary opens only what is ahead. */
static enum err add_late(struct store *store, const struct loading *loading, size_t index,
                         int64_t id)
{
    const struct demo_family *family = loading->family;
    struct day_parts parts = day_parts(loading->loader->today);
    int64_t arrangements[DEMO_PARTIES], from[DEMO_PARTIES], to[DEMO_PARTIES];
    int64_t versions[DEMO_PARTIES];
    size_t count = 0;
    struct store_rows rows;
    struct day first;
    parts.day = 1;
    ASSERT(day_from(parts, &first));
    for (size_t i = family->has_other_home ? 2 : 1; i < family->party_count; i++) {
        if (strcmp(family->parties[i].state, "active") != 0) continue;
        arrangements[count] = id;
        from[count] = loading->parties[family->children[index].home];
        to[count] = loading->parties[i];
        versions[count++] = 1;
    }
    return store_query_one(
        store, QUERY_occasion_open,
        PARAMS(P_INTS(arrangements, count), P_INTS(from, count), P_INTS(to, count),
               day_list(loading, day_add_months(first, -1), count),
               day_list(loading, (struct day){first.number - 1}, count), P_INTS(versions, count)),
        loading->arena, &rows);
}

/* "FS/2020/0050a" is of the second family whose people meet: every forty-second does. */
static unsigned meeting_number(struct str reference)
{
    unsigned number = 0;
    for (size_t i = 8; i < reference.len; i++)
        if (reference.at[i] >= '0' && reference.at[i] <= '9')
            number = number * 10 + (unsigned)(reference.at[i] - '0');
    return number / 42;
}

static enum err add_meetings(struct store *store, const struct loading *loading, size_t index,
                             int64_t id)
{
    const struct demo_family *family = loading->family;
    const struct demo_arrangement *arrangement = &family->arrangements[index];
    int64_t parties[DEMO_PARTIES] = {loading->parties[family->children[index].home]};
    size_t count = 1;
    for (size_t i = family->has_other_home ? 2 : 1; i < family->party_count; i++)
        parties[count++] = loading->parties[i];
    const struct demo_meeting meeting = {
        .loader = loading->loader,
        .arena = loading->arena,
        .arrangement = id,
        .parties = parties,
        .count = count,
        .number = meeting_number(arrangement->reference),
        .may_confirm = !arrangement->two_person,
    };
    return demo_visits_add(store, &meeting);
}

static enum err add_arrangement(struct store *store, struct loading *loading, size_t index)
{
    const struct demo_arrangement *arrangement = &loading->family->arrangements[index];
    int64_t id = loading->arrangements[index] = random_id();
    struct str sealed;
    /* within the two years that are allowed, however many children a family has */
    struct day review = day_add_months(loading->loader->today, 1 + (int)((index + 1) * 7 % 23));
    TRY(arrangement_sealed(loading, arrangement, id, &sealed));
    TRY(store_do(store, QUERY_arrangement_add,
                 PARAMS(P_INT(id), P_INT(loading->children[index]),
                        P_TEXT(str_from(arrangement->kind)), P_BOOL(arrangement->two_person),
                        P_TEXT(str_from(arrangement->photo_level)), P_BYTES(sealed),
                        store_param_day(review, loading->arena))));
    TRY(add_sides(store, loading, index, id));
    TRY(add_agreement(store, loading, index, id));
    if (arrangement->is_late) TRY(add_late(store, loading, index, id));
    if (strcmp(arrangement->kind, "direct") == 0) TRY(add_meetings(store, loading, index, id));
    if (strcmp(arrangement->state, "active") != 0) {
        /* A change of state writes the record anew, bound to its next version. */
        const struct site_agency *agency = &loading->loader->session->agency;
        const struct seal_public to[] = {agency->press, agency->desk};
        struct seal_binding before = {SEAL_ARRANGEMENT, agency->id, "arrangement", id, 1};
        struct seal_binding after = {SEAL_ARRANGEMENT, agency->id, "arrangement", id, 2};
        BUF_SECRET(text, LIMIT_RECORD_BYTES);
        BUF(again, 2 * (size_t)LIMIT_RECORD_BYTES);
        TRY(seal_open(&before, loading->loader->session->desk, loading->loader->session->desk_count,
                      sealed, &text));
        TRY(seal_close(&after, to, 2, buf_str(&text), &again));
        TRY(store_do(store, QUERY_arrangement_state_set,
                     PARAMS(P_INT(id), P_TEXT(str_from(arrangement->state)),
                            P_BYTES(buf_str(&again)), store_param_day(review, loading->arena),
                            P_INT(1))));
    }
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(STR("arrangement_added")), P_TEXT(STR("arrangement")), P_INT(id),
                           P_NULL, P_NULL, P_NULL));
}

static enum err add_edge(struct store *store, const struct loading *loading)
{
    const struct demo_family *family = loading->family;
    size_t homes = family->has_other_home ? 2 : 1;
    const struct demo_edge_place place = {
        .loader = loading->loader,
        .arena = loading->arena,
        .who = &family->children[0],
        .arrangement = loading->arrangements[0],
        .child = loading->children[0],
        .home = loading->parties[family->children[0].home],
        .other_home = loading->parties[1],
        .relatives = &loading->parties[homes],
        .relative_count = family->party_count - homes,
    };
    return demo_edge_add(store, &place, family->edge);
}

/* As at the desk: what was entered is this agency's in the moment in which the other's has moved.
 */
static enum err take(struct store *store, const struct loading *loading)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_transfer_take,
                        PARAMS(P_INT(loading->loader->taking), P_INT(loading->arrangements[0]),
                               P_TEXT(STR("{}")), P_TEXT(STR("{}"))),
                        loading->arena, &rows));
    return rows_str(&rows, 0, "refusal").len ? ERR_CONFLICT : OK;
}

static enum err add_family(struct store *store, void *context)
{
    struct loading *loading = context;
    arena_reset(loading->arena);
    for (size_t i = 0; i < loading->family->party_count; i++) TRY(add_party(store, loading, i));
    for (size_t i = 0; i < loading->family->child_count; i++) TRY(add_child(store, loading, i));
    for (size_t i = 0; i < loading->family->child_count; i++)
        TRY(add_arrangement(store, loading, i));
    for (size_t i = 0; i < loading->family->party_count; i++) {
        const char *state = loading->family->parties[i].state;
        if (strcmp(state, "active") != 0)
            TRY(store_do(store, QUERY_party_state_set,
                         PARAMS(P_INT(loading->parties[i]), P_TEXT(str_from(state)))));
    }
    TRY(add_edge(store, loading));
    return loading->loader->taking ? take(store, loading) : OK;
}

enum err demo_load_family(const struct demo_loader *loader, const struct demo_family *family,
                          int64_t ret_parties[DEMO_PARTIES])
{
    ARENA(arena, ARENA_BYTES);
    struct loading loading = {.loader = loader, .family = family, .arena = arena};
    TRY(store_db_run(loader->session->pool, &loader->session->gate, add_family, &loading));
    memcpy(ret_parties, loading.parties, sizeof loading.parties);
    return OK;
}

static enum err open_calendar(struct store *store, void *context)
{
    static const char *const kinds[] = {"mark_late", "open_occasions", "flag_reviews"};
    (void)context;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        TRY(store_do(store, QUERY_job_add,
                     PARAMS(P_TEXT(STR("diary")), P_TEXT(str_from(kinds[i])), P_INT(JOB_USUAL),
                            P_NULL, P_NULL, P_NULL, P_NULL, P_NULL, P_NULL, P_NULL)));
    return OK;
}

enum err demo_load_calendar(const struct demo_loader *loader)
{
    ARENA(arena, ARENA_BYTES);
    struct loading loading = {.loader = loader, .arena = arena};
    return store_db_run(loader->session->pool, &loader->session->gate, open_calendar, &loading);
}

enum err demo_load_count(const struct demo_loader *loader, size_t *ret_count)
{
    ARENA(arena, ARENA_BYTES * (size_t)2);
    struct store_rows rows;
    TRY(store_db_one(loader->session->pool, &loader->session->gate, QUERY_arrangement_list,
                     NO_PARAMS, arena, &rows));
    *ret_count = rows.count;
    return OK;
}

/* ---- accounts -------------------------------------------------------------------------------- */

struct joining {
    const struct demo_loader *loader;
    struct arena *arena;
    int64_t party, account;
    struct str email; /* plain form */
    unsigned char code_hash[32], email_check[32], lookup[32];
    struct secret sid;
    struct seal_public public;
    struct seal_key_id key;
    struct password_row row;
    struct str address;
};

/* The account's key, wrapped under the password, and where its codes go. */
static enum err make_account(struct joining *joining, struct str password)
{
    const struct site_agency *agency = &joining->loader->session->agency;
    const struct secret *host, *lookup;
    struct password_places places;
    SEAL_PAIR(pair);
    TRY(keys_find(joining->loader->portal_keys, KEY_HOST, 0, &host));
    TRY(keys_find(joining->loader->portal_keys, KEY_SIGN_IN, agency->id, &lookup));
    TRY(token_lookup(lookup, MAC_LOOKUP_SIGN_IN, agency->id, joining->email, joining->lookup));
    TRY(seal_pair_make(&pair));
    joining->public = pair.public;
    TRY(seal_key_id(&pair.public, &joining->key));
    password_places_init(&places, 1, PASSWORD_WAIT_MS);
    struct password_work work = {&places, host, PASSWORD_COST, true};
    enum err code = password_wrap(&work, password, joining->account, &pair.secret, &joining->row);
    password_places_done(&places);
    TRY(code);
    struct seal_binding binding = {SEAL_ADDRESS, agency->id, "account", joining->account, 1};
    BUF(sealed, LIMIT_RECORD_BYTES);
    TRY(seal_close(&binding, &agency->post, 1, joining->email, &sealed));
    joining->address = arena_str(joining->arena, buf_str(&sealed));
    return OK;
}

static enum err join(struct joining *joining)
{
    struct db_pool *portal = joining->loader->portal;
    struct store_rows rows;
    BUF(typed, 1024);
    /* The half-made session keeps the address under its cookie; here it ends with the next call. */
    TRY(secretbox_close(&joining->sid, BOX_SESSION_JOINING, STR("demo"), joining->email, &typed));
    TRY(store_db_one(portal, &no_gate, QUERY_join_try,
                     PARAMS(P_RAW(joining->code_hash), P_RAW(joining->email_check),
                            P_RAW(joining->sid.bytes), P_BYTES(buf_str(&typed))),
                     joining->arena, &rows));
    if (!str_equal(rows_str(&rows, 0, "result"), STR("ok"))) return ERR_NO_MATCH;
    TRY(store_db_one(portal, &no_gate, QUERY_join_finish,
                     PARAMS(P_RAW(joining->sid.bytes), P_INT(joining->account),
                            P_RAW(joining->key.bytes), P_RAW(joining->public.bytes),
                            P_INT(joining->row.cost.passes), P_INT(joining->row.cost.kib),
                            P_RAW(joining->row.salt), P_RAW(joining->row.wrapped),
                            P_BYTES(joining->address), P_RAW(joining->lookup)),
                     joining->arena, &rows));
    return str_equal(rows_str(&rows, 0, "result"), STR("ok")) ? OK : ERR_CONFLICT;
}

enum err demo_load_account(const struct demo_loader *loader, int64_t party, struct str email,
                           struct str password)
{
    char code[TOKEN_JOIN_LETTERS + 1];
    struct store_rows rows;
    ARENA(arena, ARENA_BYTES);
    struct joining joining = {
        .loader = loader, .arena = arena, .party = party, .account = random_id()};
    TRY(mail_addr_canonical(email, arena, &joining.email));
    token_join_make(code);
    TRY(token_join_hash(code, joining.code_hash));
    TRY(token_join_email(code, joining.email, joining.email_check));
    TRY(make_account(&joining, password));
    TRY(store_db_one(loader->session->pool, &loader->session->gate, QUERY_join_code_add,
                     PARAMS(P_INT(random_id()), P_INT(party), P_RAW(joining.code_hash),
                            P_RAW(joining.email_check)),
                     arena, &rows));
    secret_random(&joining.sid);
    enum err result = join(&joining);
    secret_wipe(&joining.sid);
    return result;
}
