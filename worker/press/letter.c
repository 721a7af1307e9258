/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "crypt/kdf.h"
#include "rules/family.h"
#include "worker/press/press.h"

/* A letter as the database has it, with the records around it opened. */

static enum err read_items(struct store *store, struct job *job, enum query_id query,
                           int64_t letter, struct press_item **ret_items, size_t *ret_count)
{
    struct store_rows rows;
    TRY(store_query(store, query, PARAMS(P_INT(letter)), job->arena, &rows));
    struct press_item *items = ARENA_MANY(job->arena, rows.count, struct press_item);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct press_item){
            .number = (int)rows_int(&rows, i, "number"),
            .kind = rows_str(&rows, i, "kind"),
            .blob = rows_int(&rows, i, "blob_id"),
        };
    *ret_items = items;
    *ret_count = rows.count;
    return OK;
}

static enum err read_party(struct job *job, const struct store_rows *rows, size_t row,
                           struct press_party *party)
{
    struct str record;
    *party = (struct press_party){
        .id = rows_int(rows, row, "party_id"),
        .side = rows_str(rows, row, "side"),
        .channel = rows_str(rows, row, "channel"),
        .language = rows_str(rows, row, "language"),
        .state = rows_str(rows, row, "party_state"),
        .is_writer = rows_bool(rows, row, "writer"),
        .is_recipient = rows_bool(rows, row, "recipient"),
        .alias = rows_str(rows, row, "alias_token"),
        .wants_large = !str_equal(rows_str(rows, row, "reads"), STR("usual")),
        .has_consented = rows_bool(rows, row, "plain_consent"),
        .office_only = rows_bool(rows, row, "office_only"),
        .address_version = rows_int(rows, row, "address_version"),
        .text_version = rows_int(rows, row, "text_version"),
    };
    TRY(press_open(job, SEAL_PARTY, "party", party->id, rows_int(rows, row, "record_version"),
                   rows_str(rows, row, "sealed_record"), &record));
    return person_read(record, job->arena, &party->person);
}

static enum err read_parties(struct store *store, struct job *job, struct press_letter *letter)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_letter_parties, PARAMS(P_INT(letter->id)), job->arena, &rows));
    letter->party_count = rows.count;
    letter->parties = ARENA_MANY(job->arena, rows.count, struct press_party);
    for (size_t i = 0; i < rows.count; i++) TRY(read_party(job, &rows, i, &letter->parties[i]));
    return OK;
}

static enum err read_child(struct store *store, struct job *job, struct press_letter *letter)
{
    struct store_rows rows;
    struct str record;
    TRY(store_query_one(store, QUERY_letter_child, PARAMS(P_INT(letter->id)), job->arena, &rows));
    letter->photo_level = rows_str(&rows, 0, "photo_level");
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
    TRY(store_query_one(store, QUERY_letter_lock, PARAMS(P_INT(job->letter)), job->arena, &rows));
    struct press_letter letter = {
        .id = job->letter,
        .arrangement = rows_int(&rows, 0, "arrangement_id"),
        .from_party = rows_int(&rows, 0, "from_party"),
        .channel = rows_str(&rows, 0, "channel"),
        .state = rows_str(&rows, 0, "state"),
        .version = (int)rows_int(&rows, 0, "version"),
        .is_infected = rows_bool(&rows, 0, "is_infected"),
        .is_overridden = rows_bool(&rows, 0, "overridden"),
        .is_wrong_side = rows_bool(&rows, 0, "is_wrong_side"),
    };
    TRY(read_items(store, job, QUERY_original_list, letter.id, &letter.originals,
                   &letter.original_count));
    TRY(read_items(store, job, QUERY_part_list, letter.id, &letter.parts, &letter.part_count));
    if (letter.arrangement) {
        TRY(read_parties(store, job, &letter));
        TRY(read_child(store, job, &letter));
    }
    *ret_letter = letter;
    return OK;
}

/* ---- what it came as, and what it became ---- */

enum err press_items_read(struct store *store, struct job *job, struct press_item *items,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        TRY(press_blob_read(store, job, items[i].blob, &items[i].sealed));
    return OK;
}

enum err press_originals_open(struct job *job, const struct press_letter *letter)
{
    for (size_t i = 0; i < letter->original_count; i++) {
        struct press_item *item = &letter->originals[i];
        bool is_mail = str_equal(item->kind, STR("mail"));
        TRY(press_open_blob(job, is_mail ? SEAL_MAIL : SEAL_ORIGINAL, "original", letter->id,
                            item->number, item->sealed, &item->content));
    }
    return OK;
}

enum err press_parts_open(struct job *job, const struct press_letter *letter)
{
    for (size_t i = 0; i < letter->part_count; i++) {
        struct press_item *item = &letter->parts[i];
        TRY(press_open_blob(job, SEAL_PART, "part", letter->id, item->number, item->sealed,
                            &item->content));
    }
    return OK;
}

/* ---- its review ---- */

enum err press_review_read(struct store *store, struct job *job, int64_t letter, int version,
                           struct press_review *ret_review)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_review_find, PARAMS(P_INT(letter), P_INT(version)), job->arena,
                        &rows));
    struct press_review review = {.sealed = rows_str(&rows, 0, "sealed_review")};
    if (!rows_raw(&rows, 0, "text_digest", review.digest, sizeof review.digest)) return ERR_DB;
    if (!rows_null(&rows, 0, "blob_id"))
        TRY(press_blob_read(store, job, rows_int(&rows, 0, "blob_id"), &review.sealed));
    *ret_review = review;
    return OK;
}

enum err press_review_open(struct job *job, int64_t letter, int version,
                           const struct press_review *sealed, struct review *ret_review)
{
    struct str text;
    TRY(press_open_blob(job, SEAL_BUNDLE, "review", letter, version, sealed->sealed, &text));
    return review_read(text, job->arena, ret_review);
}

enum err press_screen_digest(struct job *job, const struct review *review,
                             const struct str *contents, unsigned char ret_digest[32])
{
    const struct press *press = job->state;
    const struct secret *key;
    TRY(keys_find(press->keys, KEY_SCREEN, job->agency, &key));
    struct kdf_mac_stream *stream __attribute__((cleanup(kdf_mac_free))) = NULL;
    TRY(kdf_mac_open(key, MAC_SCREEN_DIGEST, &stream));
    for (size_t i = 0; i < review->part_count; i++) {
        BUF(head, 64);
        review_digest_part(&review->parts[i], contents[i].len, &head);
        TRY(buf_done(&head));
        TRY(kdf_mac_add(stream, buf_str(&head)));
        TRY(kdf_mac_add(stream, contents[i]));
    }
    BUF(marks, REVIEW_BYTES);
    review_digest_marks(review, job->arena, &marks);
    TRY(buf_done(&marks));
    TRY(kdf_mac_add(stream, buf_str(&marks)));
    return kdf_mac_finish(stream, ret_digest);
}

/* ---- the people ---- */

const struct press_party *press_party(const struct press_letter *letter, int64_t party)
{
    for (size_t i = 0; i < letter->party_count; i++)
        if (letter->parties[i].id == party) return &letter->parties[i];
    return NULL;
}

const struct press_party *press_writer(const struct press_letter *letter)
{
    return press_party(letter, letter->from_party);
}

/* Adds the words of "Priya and Sam" that are names, at most so many. */
static void add_names(struct str text, size_t most, struct str *names, size_t *count)
{
    struct str word;
    text = str_trim(text);
    while (most > 0 && str_split(&text, ' ', &word)) {
        bool is_small =
            word.len == 0 || (word.at[0] >= 'a' && word.at[0] <= 'z') || *word.at == '&';
        if (is_small) continue;
        names[(*count)++] = word;
        most--;
    }
}

const struct str *press_allowed(const struct press_letter *letter,
                                const struct press_party *recipient, struct arena *arena,
                                size_t *ret_count)
{
    enum { NAMES_OF_ONE = 8 };
    struct str *names =
        ARENA_MANY(arena, letter->party_count * NAMES_OF_ONE + PERSON_LIST + 1, struct str);
    size_t count = 0;
    for (size_t i = 0; i < letter->party_count; i++)
        add_names(letter->parties[i].person.known_as, NAMES_OF_ONE, names, &count);
    for (size_t i = 0; i < recipient->person.names.count; i++)
        add_names(recipient->person.names.at[i], 1, names, &count);
    enum side side = SIDE_BIRTH;
    (void)side_get(recipient->side, &side);
    add_names(family_child_name(side, letter->child_birth_name, letter->child_adoptive_name), 1,
              names, &count);
    *ret_count = count;
    return names;
}
