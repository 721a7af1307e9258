/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/press/press.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "crypt/secret.h"

int64_t press_id(void)
{
    uint64_t bits;
    do {
        random_bytes(&bits, sizeof bits);
        bits >>= 4;
    } while (bits == 0);
    return (int64_t)bits;
}

/* ---- keys ---- */

enum err press_pairs(struct job *job, const struct seal_pair **ret_pairs, size_t *ret_count)
{
    const struct press *press = job->state;
    return keys_pairs(press->keys, KEY_PRESS, job->agency, ret_pairs, ret_count);
}

enum err press_publics(struct job *job, struct press_publics *ret_publics)
{
    struct store_rows rows;
    struct press_publics publics;
    TRY(store_db_one(job->pool, &job->gate, QUERY_agency_keys, PARAMS(P_INT(job->agency)),
                     job->arena, &rows));
    struct {
        const char *purpose;
        struct seal_public *key;
        bool found;
    } wanted[] = {{"press", &publics.press, false},
                  {"desk", &publics.desk, false},
                  {"post", &publics.post, false}};
    for (size_t row = 0; row < rows.count; row++) {
        if (!str_equal(rows_str(&rows, row, "state"), STR("active"))) continue;
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (str_equal(rows_str(&rows, row, "purpose"), str_from(wanted[i].purpose)))
                wanted[i].found = rows_raw(&rows, row, "public_key", wanted[i].key->bytes,
                                           sizeof wanted[i].key->bytes);
    }
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!wanted[i].found) return ERR_NO_KEY;
    *ret_publics = publics;
    return OK;
}

static struct seal_binding binding(struct job *job, enum seal_purpose purpose, const char *table,
                                   int64_t row, int64_t version)
{
    return (struct seal_binding){purpose, job->agency, table, row, version};
}

enum err press_open_into(struct job *job, enum seal_purpose purpose, const char *table, int64_t row,
                         int64_t version, struct str sealed, struct buf *ret_content)
{
    const struct seal_pair *pairs;
    size_t count;
    TRY(press_pairs(job, &pairs, &count));
    struct seal_binding expected = binding(job, purpose, table, row, version);
    return seal_open(&expected, pairs, count, sealed, ret_content);
}

enum err press_open(struct job *job, enum seal_purpose purpose, const char *table, int64_t row,
                    int64_t version, struct str sealed, struct str *ret_text)
{
    BUF_SECRET(content, sealed.len);
    TRY(press_open_into(job, purpose, table, row, version, sealed, &content));
    *ret_text = arena_str(job->arena, buf_str(&content));
    return OK;
}

enum err press_seal(struct job *job, enum seal_purpose purpose, const char *table, int64_t row,
                    int64_t version, const struct seal_public *recipients, size_t count,
                    struct str content, struct str *ret_sealed)
{
    struct seal_binding to = binding(job, purpose, table, row, version);
    BUF(sealed, seal_length(content.len, count));
    TRY(seal_close(&to, recipients, count, content, &sealed));
    *ret_sealed = arena_str(job->arena, buf_str(&sealed));
    return OK;
}

/* ---- the letter ---- */

static enum err read_originals(struct store *store, struct job *job, struct press_letter *letter)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_press_originals, PARAMS(P_INT(letter->id)), job->arena, &rows));
    letter->original_count = rows.count;
    letter->originals = ARENA_MANY(job->arena, rows.count, struct press_original);
    for (size_t i = 0; i < rows.count; i++)
        letter->originals[i] = (struct press_original){
            .number = (int)rows_int(&rows, i, "number"),
            .kind = rows_str(&rows, i, "kind"),
            .blob = rows_int(&rows, i, "blob_id"),
        };
    return OK;
}

static enum err read_parties(struct store *store, struct job *job, struct press_letter *letter)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_press_sides, PARAMS(P_INT(letter->id)), job->arena, &rows));
    letter->party_count = rows.count;
    letter->parties = ARENA_MANY(job->arena, rows.count, struct press_party);
    for (size_t i = 0; i < rows.count; i++) {
        struct press_party *party = &letter->parties[i];
        struct str record;
        party->id = rows_int(&rows, i, "party_id");
        party->side = rows_str(&rows, i, "side");
        party->channel = rows_str(&rows, i, "channel");
        party->language = rows_str(&rows, i, "language");
        party->state = rows_str(&rows, i, "state");
        party->is_writer = rows_bool(&rows, i, "writer");
        party->is_recipient = rows_bool(&rows, i, "recipient");
        party->address_version = rows_int(&rows, i, "address_version");
        TRY(press_open(job, SEAL_PARTY, "party", party->id, rows_int(&rows, i, "record_version"),
                       rows_str(&rows, i, "sealed_record"), &record));
        TRY(person_read(record, job->arena, &party->person));
    }
    return OK;
}

static enum err read_child(struct store *store, struct job *job, struct press_letter *letter)
{
    struct store_rows rows;
    struct str record;
    TRY(store_query_one(store, QUERY_press_child, PARAMS(P_INT(letter->id)), job->arena, &rows));
    letter->photo_level = rows_str(&rows, 0, "photo_level");
    letter->arrangement_state = rows_str(&rows, 0, "state");
    letter->two_person = rows_bool(&rows, 0, "two_person");
    TRY(press_open(job, SEAL_CHILD, "child", rows_int(&rows, 0, "child_id"),
                   rows_int(&rows, 0, "record_version"), rows_str(&rows, 0, "sealed_record"),
                   &record));
    JSON child = NULL;
    TRY(json_read(record, LIMIT_RECORD_BYTES, &child));
    letter->child_birth_name = arena_str(job->arena, json_get_str(child, "birth_name"));
    letter->child_adoptive_name = arena_str(job->arena, json_get_str(child, "adoptive_name"));
    return OK;
}

enum err press_letter_read(struct store *store, struct job *job, struct press_letter *ret_letter)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_press_letter, PARAMS(P_INT(job->letter)), job->arena, &rows));
    struct press_letter letter = {
        .id = job->letter,
        .arrangement = rows_int(&rows, 0, "arrangement_id"),
        .from_party = rows_int(&rows, 0, "from_party"),
        .channel = rows_str(&rows, 0, "channel"),
        .state = rows_str(&rows, 0, "state"),
        .version = (int)rows_int(&rows, 0, "version"),
    };
    TRY(read_originals(store, job, &letter));
    if (letter.arrangement) {
        TRY(read_parties(store, job, &letter));
        TRY(read_child(store, job, &letter));
    }
    *ret_letter = letter;
    return OK;
}

const struct press_party *press_writer(const struct press_letter *letter)
{
    for (size_t i = 0; i < letter->party_count; i++)
        if (letter->parties[i].is_writer) return &letter->parties[i];
    return NULL;
}

static struct str first_word(struct str name)
{
    name = str_trim(name);
    return str_slice(name, 0, str_find_byte(name, ' '));
}

const struct str *press_allowed(const struct press_letter *letter,
                                const struct press_party *recipient, struct arena *arena,
                                size_t *ret_count)
{
    struct str *names =
        ARENA_MANY(arena, letter->party_count + PERSON_LIST + 1, struct str);
    size_t count = 0;
    for (size_t i = 0; i < letter->party_count; i++)
        if (letter->parties[i].person.known_as.len)
            names[count++] = letter->parties[i].person.known_as;
    for (size_t i = 0; i < recipient->person.names.count; i++)
        names[count++] = first_word(recipient->person.names.at[i]);
    bool adoptive = str_equal(recipient->side, STR("adoptive"));
    struct str child = adoptive ? letter->child_adoptive_name : letter->child_birth_name;
    if (child.len) names[count++] = first_word(child);
    *ret_count = count;
    return names;
}
