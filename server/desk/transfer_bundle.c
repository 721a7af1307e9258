/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"

/* What goes with an arrangement: written by the desk of one agency, opened by that of the other. */

enum { BUNDLE_VERSION = 1, BUNDLE_BYTES = 900 * 1024 };

static json_t *ints(const int64_t *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) json_add(array, json_integer(list[i]));
    return array;
}

static void put_day(json_t *object, const char *key, const struct store_rows *rows, size_t row,
                    const char *column)
{
    struct day day;
    BUF(words, 16);
    if (!rows_day(rows, row, column, &day)) return;
    day_put(&words, day);
    json_put_str(object, key, buf_str(&words));
}

static enum err add_person(struct request *request, struct store *store,
                           const struct desk_keyring *keyring,
                           const struct arrangement_member *member, json_t *list)
{
    struct desk_party party;
    TRY(party_find(request, store, keyring, member->party.id, &party));
    /* Accounts, links and the PIN are of the agency that made them. */
    party.person.pin = STR("");
    json_t *row = json_object();
    json_add(list, row);
    json_put_str(row, "was", arena_print(request->arena, "%lld", (long long)member->party.id));
    json_put_str(row, "kind", party.kind);
    json_put_str(row, "channel", party.channel);
    json_put_str(row, "party_state", party.state);
    json_put_str(row, "language", party.language);
    json_put_str(row, "reads", party.reads);
    json_put_bool(row, "plain", party.plain_consent);
    json_put_bool(row, "texts", party.text_consent);
    json_put_bool(row, "ask_first", party.ask_first);
    json_put_bool(row, "address_confirmed", party.address_confirmed);
    json_put_bool(row, "email_confirmed", party.email_confirmed);
    json_put_str(row, "side", member->side);
    json_put_str(row, "state", member->state);
    json_put_bool(row, "writes", member->may_write);
    json_put_bool(row, "gets", member->may_receive);
    json_put_bool(row, "office", member->office_only);
    json_put(row, "record", person_write(&party.person));
    return OK;
}

/* The oldest first, as they are entered. */
static enum err add_terms(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, int64_t arrangement, json_t *list)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_agreement_list, PARAMS(P_INT(arrangement)), request->arena,
                    &rows));
    for (size_t row = rows.count; row-- > 0;) {
        const int64_t *months, *avoid;
        struct str text;
        json_t *entry = json_object(), *sealed = NULL;
        json_add(list, entry);
        size_t count = rows_ints(&rows, row, "months", &months);
        json_put(entry, "months", ints(months, count));
        count = rows_ints(&rows, row, "avoid_months", &avoid);
        json_put(entry, "avoid", ints(avoid, count));
        json_put_str(entry, "first_writer", rows_str(&rows, row, "first_writer"));
        json_put_str(entry, "source", rows_str(&rows, row, "source"));
        if (!rows_null(&rows, row, "rule"))
            json_put_str(entry, "rule", rows_str(&rows, row, "rule"));
        put_day(entry, "agreed_on", &rows, row, "agreed_on");
        put_day(entry, "starts_on", &rows, row, "starts_on");
        if (rows_null(&rows, row, "sealed_terms")) continue;
        TRY(desk_open(request, keyring, SEAL_AGREEMENT, "agreement", arrangement,
                      rows_int(&rows, row, "version"), rows_str(&rows, row, "sealed_terms"),
                      &text));
        TRY(json_read(text, LIMIT_RECORD_BYTES, &sealed));
        json_put(entry, "terms", sealed);
    }
    return OK;
}

static enum err put_child(struct request *request, struct store *store,
                          const struct desk_child *child, json_t *object)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_child_standing, PARAMS(P_INT(child->id)), request->arena,
                        &rows));
    json_put_str(object, "birth_name", child->birth_name);
    json_put_str(object, "adoptive_name", child->adoptive_name);
    json_put_str(object, "dob", child->dob);
    json_put_str(object, "order_date", child->order_date);
    json_put_str(object, "removal_date", child->removal_date);
    json_put_str(object, "wish", rows_str(&rows, 0, "wish"));
    return OK;
}

/* Two people read where one of the arrangements of the same people asks for it: it goes along. */
static enum err put_needs_two(struct request *request, struct store *store, int64_t arrangement,
                              json_t *object)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_arrangement_needs_two, PARAMS(P_INT(arrangement)),
                        request->arena, &rows));
    json_put_bool(object, "two_person", rows_bool(&rows, 0, "needs_two"));
    return OK;
}

static void put_arrangement(const struct desk_arrangement *arrangement, json_t *object)
{
    BUF(words, 16);
    json_put_str(object, "kind", arrangement->kind);
    json_put_str(object, "state", arrangement->state);
    json_put_str(object, "photos", arrangement->photo_level);
    json_put_str(object, "reference", arrangement->reference);
    json_put_str(object, "risk", arrangement->risk);
    json_put_str(object, "court_order", arrangement->court_order);
    json_put_str(object, "pause", arrangement->pause);
    json_put_str(object, "note", arrangement->note);
    if (!arrangement->has_review) return;
    day_put(&words, arrangement->review_on);
    json_put_str(object, "review_on", buf_str(&words));
}

enum err transfer_seal(struct request *request, struct store *store, int64_t agency,
                       enum seal_purpose purpose, int64_t id, int64_t version, struct str text,
                       struct str *ret_sealed)
{
    const struct seal_binding binding = {purpose, agency, "transfer", id, version};
    return desk_seal_to(request, store, &binding, text, ret_sealed);
}

/* Two households that were one, by the ids of here; one may come later, with a sister or brother.
 */
static enum err add_apart(struct request *request, struct store *store,
                          const struct desk_arrangement *arrangement, json_t *list)
{
    for (size_t i = 0; i < arrangement->member_count; i++) {
        struct store_rows rows;
        int64_t party = arrangement->members[i].party.id;
        TRY(store_query(store, QUERY_apart_of_party, PARAMS(P_INT(party)), request->arena, &rows));
        for (size_t row = 0; row < rows.count; row++) {
            int64_t other = rows_int(&rows, row, "party_id");
            bool has_letters = rows_bool(&rows, row, "has_letters");
            json_t *entry = json_object();
            json_put_str(
                entry, "keeps",
                arena_print(request->arena, "%lld", (long long)(has_letters ? party : other)));
            json_put_str(
                entry, "other",
                arena_print(request->arena, "%lld", (long long)(has_letters ? other : party)));
            json_put_bool(entry, "may_know", rows_bool(&rows, row, "may_know"));
            json_add(list, entry);
        }
    }
    return OK;
}

enum err transfer_bundle(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, const struct desk_transfer *transfer,
                         struct str *ret_sealed)
{
    struct desk_arrangement arrangement;
    TRY(arrangement_read(request, store, keyring, transfer->arrangement, &arrangement));
    JSON bundle = json_object();
    json_t *child = json_object(), *terms = json_array(), *people = json_array();
    json_t *facts = json_object(), *apart = json_array();
    json_put(bundle, "apart", apart);
    json_put(bundle, "child", child);
    json_put(bundle, "arrangement", facts);
    json_put(bundle, "people", people);
    json_put(bundle, "terms", terms);
    json_put_str(bundle, "reason", transfer->reason);
    TRY(put_child(request, store, &arrangement.child, child));
    put_arrangement(&arrangement, facts);
    TRY(put_needs_two(request, store, arrangement.id, facts));
    for (size_t i = 0; i < arrangement.member_count; i++)
        if (!str_equal(arrangement.members[i].state, STR("ended")))
            TRY(add_person(request, store, keyring, &arrangement.members[i], people));
    TRY(add_apart(request, store, &arrangement, apart));
    TRY(add_terms(request, store, keyring, arrangement.id, terms));
    BUF_SECRET(text, BUNDLE_BYTES);
    TRY(json_write(bundle, &text));
    return transfer_seal(request, store, transfer->to_agency, SEAL_TRANSFER, transfer->id,
                         BUNDLE_VERSION, buf_str(&text), ret_sealed);
}

enum err transfer_open(struct request *request, const struct desk_keyring *keyring,
                       const struct desk_transfer *transfer, json_t **ret_bundle)
{
    struct str text;
    TRY(desk_open(request, keyring, SEAL_TRANSFER, "transfer", transfer->id, BUNDLE_VERSION,
                  transfer->bundle, &text));
    return json_read(text, BUNDLE_BYTES, ret_bundle);
}
