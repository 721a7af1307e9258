/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/demo_moves.h"

#include "core/json.h"
#include "core/limits.h"

enum { MOVES = 3, BUNDLE_VERSION = 1, BUNDLE_BYTES = 900 * 1024, ARENA_BYTES = 16 * 1024 * 1024 };

/* ---- what goes (docs/records.md: transfer) ---- */

static json_t *months(const int64_t *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) json_add(array, json_integer(list[i]));
    return array;
}

static void put_day(json_t *object, const char *key, struct day day)
{
    BUF(words, 16);
    day_put(&words, day);
    json_put_str(object, key, buf_str(&words));
}

static json_t *child_of(const struct demo_family *family)
{
    const struct demo_child *child = &family->children[0];
    json_t *object = json_object();
    json_put_str(object, "birth_name", child->birth_name);
    json_put_str(object, "adoptive_name", child->adoptive_name);
    put_day(object, "dob", child->born);
    json_put_str(object, "wish", STR("unknown"));
    return object;
}

static json_t *facts_of(const struct demo_arrangement *arrangement)
{
    json_t *object = json_object();
    json_put_str(object, "kind", str_from(arrangement->kind));
    json_put_str(object, "state", str_from(arrangement->state));
    json_put_str(object, "photos", str_from(arrangement->photo_level));
    json_put_bool(object, "two_person", arrangement->two_person);
    json_put_str(object, "reference", arrangement->reference);
    json_put_str(object, "court_order", str_from(arrangement->court_order));
    return object;
}

static json_t *terms_of(const struct demo_arrangement *arrangement)
{
    json_t *list = json_array(), *version = json_object(), *terms = json_object();
    json_put(version, "months", months(arrangement->months, arrangement->month_count));
    json_put(version, "avoid", months(arrangement->avoid, arrangement->avoid_count));
    json_put_str(version, "first_writer", str_from(arrangement->first_writer));
    json_put_str(version, "source", str_from(arrangement->source));
    put_day(version, "agreed_on", arrangement->agreed);
    json_put_str(terms, "signs_as", arrangement->signs_as);
    json_put_str(terms, "enclosures", arrangement->enclosures);
    json_put_str(terms, "photos", str_from(arrangement->photo_level));
    json_put(version, "terms", terms);
    json_add(list, version);
    return list;
}

static json_t *people_of(const struct demo_family *family, struct arena *arena)
{
    json_t *list = json_array();
    size_t homes = family->has_other_home ? 2 : 1;
    for (size_t i = 0; i < family->party_count; i++) {
        const struct demo_party *party = &family->parties[i];
        struct person person = party->person;
        json_t *row = json_object();
        person.pin = STR("");
        person.leaks = party->leaks;
        json_put_str(row, "was", arena_print(arena, "%lld", (long long)random_id()));
        json_put_str(row, "kind", str_from(party->kind));
        json_put_str(row, "channel", str_from(party->channel));
        json_put_str(row, "party_state", str_from(party->state));
        json_put_str(row, "language", STR("en"));
        json_put_str(row, "reads", str_from(party->reads));
        json_put_bool(row, "plain", party->plain_consent);
        json_put_bool(row, "address_confirmed", party->confirmed);
        json_put_bool(row, "email_confirmed", person.emails.count > 0);
        json_put_str(row, "side", str_from(i == 0 ? "adoptive" : i < homes ? "sibling" : "birth"));
        json_put_str(row, "state", STR("active"));
        json_put_bool(row, "writes", true);
        json_put_bool(row, "gets", true);
        json_put(row, "record", person_write(&person));
        json_add(list, row);
    }
    return list;
}

/* ---- the managers ---- */

struct moving {
    const struct demo_loader *from;
    const struct demo_family *family;
    struct arena *arena;
    int64_t transfer, arrangement;
};

static enum err seal_bundle(const struct moving *moving, struct str *ret_sealed)
{
    const struct site_agency *other = moving->from->other;
    const struct seal_binding binding = {SEAL_TRANSFER, other->id, "transfer", moving->transfer,
                                         BUNDLE_VERSION};
    BUF_SECRET(text, BUNDLE_BYTES);
    BUF(sealed, 2 * (size_t)BUNDLE_BYTES);
    JSON bundle = json_object();
    json_put(bundle, "child", child_of(moving->family));
    json_put(bundle, "arrangement", facts_of(&moving->family->arrangements[0]));
    json_put(bundle, "people", people_of(moving->family, moving->arena));
    json_put(bundle, "terms", terms_of(&moving->family->arrangements[0]));
    json_put_str(bundle, "reason", STR(DEMO_MOVE_REASON));
    TRY(json_write(bundle, &text));
    TRY(seal_close(&binding, &other->desk, 1, buf_str(&text), &sealed));
    *ret_sealed = arena_str(moving->arena, buf_str(&sealed));
    return OK;
}

static enum err offer(struct store *store, void *context)
{
    const struct moving *moving = context;
    struct store_rows records, rows;
    const int64_t *versions;
    struct str sealed;
    TRY(store_query_one(store, QUERY_transfer_records, PARAMS(P_INT(moving->arrangement)),
                        moving->arena, &records));
    size_t count = rows_ints(&records, 0, "records", &versions);
    TRY(seal_bundle(moving, &sealed));
    TRY(store_query_one(store, QUERY_transfer_offer,
                        PARAMS(P_INT(moving->transfer), P_BYTES(sealed), P_INTS(versions, count)),
                        moving->arena, &rows));
    return rows_str(&rows, 0, "refusal").len ? ERR_CONFLICT : OK;
}

/* Everybody in it is entered there, as the other manager takes it. */
static enum err take(const struct demo_loader *to, const struct moving *moving)
{
    struct demo_loader loader = *to;
    struct demo_family *family = ARENA_ONE(moving->arena, struct demo_family);
    int64_t parties[DEMO_PARTIES];
    *family = *moving->family;
    family->edge = DEMO_EDGE_NONE;
    for (size_t i = 0; i < family->party_count; i++) family->parties[i].person.pin = STR("");
    loader.taking = moving->transfer;
    return demo_load_family(&loader, family, parties);
}

enum err demo_moves_make(const struct demo_loader *from, const struct demo_loader *to)
{
    static const enum demo_edge edges[MOVES] = {DEMO_EDGE_TAKEN, DEMO_EDGE_OFFERED,
                                                DEMO_EDGE_PROPOSED};
    struct store_rows rows;
    ARENA(arena, ARENA_BYTES);
    /* the newest first */
    TRY(store_db_one(from->session->pool, &from->session->gate, QUERY_transfer_list,
                     PARAMS(P_NULL, P_INT(MOVES + 1)), arena, &rows));
    if (rows.count != MOVES) return OK; /* somebody has moved more since */
    for (size_t i = 0; i < MOVES && edges[i] != DEMO_EDGE_PROPOSED; i++) {
        struct demo_family *family = ARENA_ONE(arena, struct demo_family);
        struct str state = rows_str(&rows, i, "state");
        bool is_proposed = str_equal(state, STR("proposed"));
        struct moving moving = {from, family, arena, rows_int(&rows, i, "transfer_id"),
                                rows_int(&rows, i, "arrangement_id")};
        demo_family_make(0, demo_edge_number(edges[i]), from->today, false, arena, family);
        if (is_proposed)
            TRY(store_db_run(from->session->pool, &from->session->gate, offer, &moving));
        if (edges[i] == DEMO_EDGE_TAKEN && (is_proposed || str_equal(state, STR("offered"))))
            TRY(take(to, &moving));
    }
    return OK;
}
