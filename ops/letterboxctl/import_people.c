/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Writing parties with their look-up values, and children. */
#include <string.h>

#include "core/code.h"
#include "crypt/token.h"
#include "ops/letterboxctl/import_join.h"
#include "ops/letterboxctl/import_write.h"
#include "ops/letterboxctl/sealed.h"
#include "rules/keep.h"
#include "rules/sides.h"
#include "store/job.h"
#include "sys/rand.h"

/* ---- parties ---- */

static bool has(const struct import_facts *facts, int slot)
{
    return import_value(facts, slot).len > 0;
}

static enum err seal_party(struct import_writing *writing, const struct import_party *party,
                           int64_t version, struct buf *sealed)
{
    json_t *record = import_party_record(writing->import, party);
    enum err code = sealed_write(writing->session, SEAL_PARTY, "party", import_id(&party->facts),
                                 version, record, true, sealed);
    json_decref(record);
    return code;
}

static struct str language_of(const struct import_facts *facts)
{
    struct str language = import_value(facts, PARTY_LANGUAGE);
    return language.len ? language : STR("en");
}

static struct str reads_of(const struct import_facts *facts)
{
    struct str reads = import_value(facts, PARTY_READS);
    return reads.len ? reads : STR("usual");
}

/* The alias is random, and found again by its look-up value. */
static struct str *make_aliases(struct import_writing *writing)
{
    const struct import_list *parties = &writing->import->parties;
    struct str *aliases = ARENA_MANY(writing->import->arena, parties->count, struct str);
    for (size_t i = writing->import->stored_parties; i < parties->count; i++) {
        BUF(alias, 16);
        code_id_put(&alias, random_id());
        aliases[i] = arena_str(writing->import->arena, buf_str(&alias));
    }
    return aliases;
}

static enum err add_party(struct import_writing *writing, const struct import_party *party,
                          struct str alias)
{
    const struct import_facts *facts = &party->facts;
    BUF(sealed, SEALED_BYTES);
    TRY(seal_party(writing, party, 1, &sealed));
    return import_series_add(
        writing, QUERY_party_add,
        PARAMS(P_INT(facts->new_id), P_TEXT(str_from(side_word(party->kind))),
               P_TEXT(import_value(facts, PARTY_CHANNEL)), P_TEXT(language_of(facts)),
               P_TEXT(reads_of(facts)), P_BOOL(false), P_BYTES(buf_str(&sealed)),
               P_BOOL(has(facts, PARTY_ADDRESS)), P_BOOL(has(facts, PARTY_EMAIL)), P_TEXT(alias)));
}

static bool is_changed(const struct import_facts *facts, enum sheet_column column)
{
    const struct import_said *said = &facts->said[sheet_column(column)->slot];
    return said->is_fresh && import_differs(facts, column, said->plain);
}

static enum err change_party(struct import_writing *writing, const struct import_party *party)
{
    const struct import_facts *facts = &party->facts;
    struct store_rows rows;
    BUF(sealed, SEALED_BYTES);
    TRY(seal_party(writing, party, facts->version + 1, &sealed));
    TRY(store_query(writing->store, QUERY_party_change,
                    PARAMS(P_INT(facts->id), P_TEXT(party->kind_word),
                           P_TEXT(import_value(facts, PARTY_CHANNEL)), P_TEXT(language_of(facts)),
                           P_TEXT(reads_of(facts)), P_BOOL(party->plain_consent),
                           P_BYTES(buf_str(&sealed)),
                           P_BOOL(party->address_confirmed && !is_changed(facts, COLUMN_ADDRESS)),
                           P_BOOL(party->email_confirmed && !is_changed(facts, COLUMN_EMAIL)),
                           P_BOOL(facts->changes_contact), P_INT(facts->version)),
                    writing->import->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

/* ---- look-up values ---- */

/* Those of new parties go many in one statement. */
enum { LOOKUPS = 500, USE_BYTES = 12 };
struct lookups {
    struct import_writing *writing;
    size_t count;
    int64_t parties[LOOKUPS];
    struct buf *uses; /* "{sender,phone" */
    unsigned char values[LOOKUPS][32];
};

static enum err flush(struct lookups *lookups)
{
    ARENA(arena, 4 * 1024 * 1024);
    if (lookups->count == 0) return OK;
    buf_add_byte(lookups->uses, '}');
    TRY(store_do(lookups->writing->store, QUERY_party_lookup_add_each,
                 PARAMS(P_INTS(lookups->parties, lookups->count), P_TEXT(buf_str(lookups->uses)),
                        store_param_digests(lookups->values, lookups->count, arena))));
    lookups->count = 0;
    buf_clear(lookups->uses);
    return OK;
}

static enum err put_values(struct lookups *lookups, const struct import_facts *facts,
                           const char *use, enum key_kind kind, enum mac_label label,
                           const struct person_list *values)
{
    const struct import_writing *writing = lookups->writing;
    int64_t agency = writing->session->agency_id, party = import_id(facts);
    unsigned char digests[PERSON_LIST][32];
    const struct secret *key;
    if (values->count == 0) return OK;
    TRY(keys_find(writing->keys, kind, agency, &key));
    for (size_t i = 0; i < values->count; i++)
        TRY(token_lookup(key, label, agency, values->at[i], digests[i]));
    if (facts->id) /* in place of those that there were */
        return store_do(
            writing->store, QUERY_party_lookup_set,
            PARAMS(P_INT(party), P_TEXT(str_from(use)),
                   store_param_digests(digests, values->count, writing->import->arena)));
    if (lookups->count + values->count > LOOKUPS) TRY(flush(lookups));
    for (size_t i = 0; i < values->count; i++) {
        memcpy(lookups->values[lookups->count], digests[i], sizeof digests[i]);
        lookups->parties[lookups->count++] = party;
        buf_add_byte(lookups->uses, lookups->uses->len ? ',' : '{');
        buf_add_c(lookups->uses, use);
    }
    return OK;
}

/* What the file says and what is kept beside it. */
static void gather_values(struct import_writing *writing, const struct import_facts *facts,
                          int slot, struct person_list *ret_values)
{
    struct arena *arena = writing->import->arena;
    struct person_list more;
    void (*plain)(struct str, struct arena *, struct person_list *) =
        slot == PARTY_EMAIL ? import_emails : import_phones;
    plain(import_value(facts, slot), arena, ret_values);
    plain(facts->stored[slot], arena, &more);
    for (size_t i = 0; i < more.count && ret_values->count < PERSON_LIST; i++)
        ret_values->at[ret_values->count++] = more.at[i];
}

static enum err put_lookups(struct lookups *lookups, const struct import_party *party,
                            struct str alias)
{
    const struct import_facts *facts = &party->facts;
    struct import_writing *writing = lookups->writing;
    struct person_list values = {.count = 0};
    if (alias.len) {
        values = (struct person_list){{alias}, 1};
        TRY(put_values(lookups, facts, "alias", KEY_ALIAS, MAC_LOOKUP_ALIAS, &values));
    }
    gather_values(writing, facts, PARTY_EMAIL, &values);
    TRY(put_values(lookups, facts, "sender", KEY_SENDER, MAC_LOOKUP_SENDER, &values));
    gather_values(writing, facts, PARTY_PHONE, &values);
    TRY(put_values(lookups, facts, "phone", KEY_PHONE, MAC_LOOKUP_PHONE, &values));
    values.count = 0;
    if (sides_address(import_value(facts, PARTY_ADDRESS), writing->import->arena, &values.at[0]) ==
        OK)
        values.count = 1;
    return put_values(lookups, facts, "address", KEY_ADDRESS, MAC_LOOKUP_ADDRESS, &values);
}

/* ---- children ---- */

static enum err seal_child(struct import_writing *writing, const struct import_child *child,
                           int64_t version, struct buf *sealed)
{
    json_t *record = import_child_record(child);
    enum err code = sealed_write(writing->session, SEAL_CHILD, "child", import_id(&child->facts),
                                 version, record, true, sealed);
    json_decref(record);
    return code;
}

static enum err eighteenth_of(struct import_writing *writing, const struct import_child *child,
                              struct store_param *ret_param)
{
    struct day born, eighteenth;
    if (!day_get(import_value(&child->facts, CHILD_DOB), &born)) return ERR_BAD_INPUT;
    TRY(keep_eighteenth(born, &eighteenth));
    *ret_param = store_param_day(eighteenth, writing->import->arena);
    return OK;
}

static enum err add_child(struct import_writing *writing, const struct import_child *child)
{
    struct store_param eighteenth;
    BUF(sealed, SEALED_BYTES);
    TRY(eighteenth_of(writing, child, &eighteenth));
    TRY(seal_child(writing, child, 1, &sealed));
    return import_series_add(
        writing, QUERY_child_add,
        PARAMS(P_INT(child->facts.new_id), P_BYTES(buf_str(&sealed)), eighteenth));
}

static enum err change_child(struct import_writing *writing, const struct import_child *child)
{
    const struct import_facts *facts = &child->facts;
    struct store_param eighteenth;
    struct store_rows rows;
    BUF(sealed, SEALED_BYTES);
    TRY(eighteenth_of(writing, child, &eighteenth));
    TRY(seal_child(writing, child, facts->version + 1, &sealed));
    TRY(store_query(
        writing->store, QUERY_child_change,
        PARAMS(P_INT(facts->id), P_BYTES(buf_str(&sealed)), eighteenth, P_INT(facts->version)),
        writing->import->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

/* ---- all ---- */

static enum err write_lookups(struct import_writing *writing, const struct str *aliases)
{
    const struct import *import = writing->import;
    struct lookups *lookups = ARENA_ONE(import->arena, struct lookups);
    BUF(uses, LOOKUPS * (size_t)USE_BYTES);
    lookups->writing = writing;
    lookups->uses = &uses;
    for (size_t i = 0; i < import->parties.count; i++) {
        const struct import_party *party = import->parties.at[i];
        if (!import_writes(&party->facts)) continue;
        TRY(put_lookups(lookups, party, aliases[i]));
        import_progress(import, "Writing", ++writing->done, writing->all);
    }
    return flush(lookups);
}

static enum err write_parties(struct import_writing *writing, const struct str *aliases)
{
    const struct import *import = writing->import;
    enum err code = OK;
    for (size_t i = import->stored_parties; i < import->parties.count && code == OK; i++) {
        const struct import_party *party = import->parties.at[i];
        if (party->facts.row) code = add_party(writing, party, aliases[i]);
    }
    TRY(import_series_close(writing, code));
    for (size_t i = 0; i < import->stored_parties; i++) {
        const struct import_party *party = import->parties.at[i];
        if (import_writes(&party->facts)) TRY(change_party(writing, party));
    }
    return write_lookups(writing, aliases);
}

/* Who can be sent nothing is entered as moved; who is seen by others anew is labelled anew. */
static enum err write_states(struct import_writing *writing)
{
    const struct import *import = writing->import;
    struct store_rows rows;
    for (size_t i = 0; i < import->parties.count; i++) {
        const struct import_party *party = import->parties.at[i];
        const struct import_facts *facts = &party->facts;
        bool is_lost = facts->new_id &&
                       str_equal(import_value(facts, PARTY_CHANNEL), STR("post")) &&
                       !has(facts, PARTY_ADDRESS);
        if (is_lost)
            TRY(store_query_one(writing->store, QUERY_party_state_set,
                                PARAMS(P_INT(facts->new_id), P_TEXT(STR("moved"))), import->arena,
                                &rows));
        if (facts->id && facts->changes)
            TRY(store_do(writing->store, QUERY_job_add,
                         PARAMS(P_TEXT(STR("press")), P_TEXT(STR("label_contacts")),
                                P_INT(JOB_USUAL), P_NULL, P_NULL, P_INT(facts->id), P_NULL, P_NULL,
                                P_NULL, P_NULL)));
    }
    return OK;
}

static enum err write_children(struct import_writing *writing)
{
    const struct import *import = writing->import;
    enum err code = OK;
    for (size_t i = import->stored_children; i < import->children.count && code == OK; i++) {
        const struct import_child *child = import->children.at[i];
        if (child->facts.row) code = add_child(writing, child);
    }
    TRY(import_series_close(writing, code));
    for (size_t i = 0; i < import->stored_children; i++) {
        const struct import_child *child = import->children.at[i];
        if (import_writes(&child->facts)) TRY(change_child(writing, child));
    }
    for (size_t i = 0; i < import->new_link_count && code == OK; i++) {
        const struct import_child *one = import->new_links[i][0], *two = import->new_links[i][1];
        if (import_id(&one->facts) && import_id(&two->facts))
            code = import_series_add(
                writing, QUERY_child_link_add,
                PARAMS(P_INT(import_id(&one->facts)), P_INT(import_id(&two->facts))));
    }
    return import_series_close(writing, code);
}

enum err import_write_people(struct import_writing *writing)
{
    struct str *aliases = make_aliases(writing);
    TRY(write_parties(writing, aliases));
    TRY(write_states(writing));
    return write_children(writing);
}
