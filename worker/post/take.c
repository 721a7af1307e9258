/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/post/take.h"

#include <string.h>

#include "core/limits.h"
#include "store/blob.h"
#include "store/job.h"
#include "sys/fault.h"

enum {
    WRITER_BYTES = 256 * 1024,                   /* of the sealer, while a mail comes in */
    SEALED_BYTES_MAX = LIMIT_MAIL_BYTES + 65536, /* frames and header */
};

enum err take_digest_open(const struct post *post, const struct post_agency *agency,
                          struct kdf_mac_stream **ret_mac)
{
    const struct secret *key;
    TRY(keys_find(post->keys, KEY_DOUBLE, agency->id, &key));
    struct kdf_mac_stream *mac = NULL;
    TRY(kdf_mac_open(key, MAC_LOOKUP_DOUBLE, &mac));
    /* The agency first, so that one message to two agencies cannot be told to be the same. */
    BUF(start, 8);
    buf_add_u64(&start, (uint64_t)agency->id);
    enum err code = kdf_mac_add(mac, buf_str(&start));
    if (code != OK)
        kdf_mac_free(&mac);
    else
        *ret_mac = mac;
    return code;
}

enum err take_open(const struct post *post, const struct post_agency *agency, int64_t letter_id,
                   int64_t blob_id, struct take *ret_take)
{
    struct kdf_mac_stream *mac;
    TRY(take_digest_open(post, agency, &mac));
    *ret_take = (struct take){
        .agency_id = agency->id,
        .letter_id = letter_id,
        .blob_id = blob_id,
        .sealed = buf_new(SEALED_BYTES_MAX),
        .arena = arena_new_secret(WRITER_BYTES),
        .mac = mac,
    };
    struct seal_binding binding = {.purpose = SEAL_MAIL,
                                   .agency_id = agency->id,
                                   .table = "original",
                                   .row_id = letter_id,
                                   .row_version = 1}; /* the item's number */
    enum err code = seal_writer_open(ret_take->arena, &binding, &agency->press, 1, seal_put_buf,
                                     &ret_take->sealed, &ret_take->writer);
    if (code != OK) take_done(ret_take);
    return code;
}

enum err take_add(struct take *take, struct str piece)
{
    if (piece.len > LIMIT_MAIL_BYTES - take->bytes) return ERR_TOO_BIG;
    take->bytes += piece.len;
    TRY(kdf_mac_add(take->mac, piece));
    return seal_writer_add(take->writer, piece);
}

enum err take_close(struct take *take)
{
    TRY(seal_writer_finish(take->writer));
    TRY(kdf_mac_finish(take->mac, take->digest));
    kdf_mac_free(&take->mac);
    arena_free(&take->arena);
    take->writer = NULL;
    return OK;
}

void take_done(struct take *take)
{
    kdf_mac_free(&take->mac);
    arena_free(&take->arena);
    buf_free(&take->sealed);
    take->writer = NULL;
}

/* ---- storing ---- */

/* What was stored before, or is stored with this very batch, under these bytes. */
static enum err find_double(struct store *store, struct take *takes, size_t at, struct arena *arena)
{
    struct take *take = &takes[at];
    take->is_double = false;
    for (size_t i = 0; i < at && !take->is_double; i++) {
        if (takes[i].is_double || memcmp(takes[i].digest, take->digest, sizeof take->digest) != 0)
            continue;
        take->is_double = true;
        take->stored_as = takes[i].letter_id;
    }
    if (take->is_double) return OK;
    struct store_rows rows;
    TRY(store_query(store, QUERY_mail_seen_digest, PARAMS(P_RAW(take->digest)), arena, &rows));
    take->is_double = rows.count > 0;
    take->stored_as = take->is_double ? rows_int(&rows, 0, "letter_id") : take->letter_id;
    return OK;
}

static enum err add_letter(struct store *store, const struct take *take)
{
    if (take->is_double) return OK;
    return store_series_add(store, QUERY_letter_add_email, PARAMS(P_INT(take->letter_id)));
}

static enum err add_original(struct store *store, const struct take *take)
{
    if (take->is_double) return OK;
    return store_series_add(
        store, QUERY_original_add,
        PARAMS(P_INT(take->letter_id), P_INT(1), P_TEXT(STR("mail")), P_INT(take->blob_id)));
}

static enum err add_seen(struct store *store, const struct take *take)
{
    bool has_entry = take->uid != 0;
    if (take->is_double && !has_entry) return OK; /* the ledger has all that is to be known */
    return store_series_add(
        store, QUERY_mail_seen_add,
        PARAMS(P_TEXT(str_from(take->mailbox)), has_entry ? P_INT(take->uidvalidity) : P_NULL,
               has_entry ? P_INT(take->uid) : P_NULL,
               take->is_double ? P_NULL : P_RAW(take->digest), P_INT(take->stored_as)));
}

static enum err add_job(struct store *store, const struct take *take)
{
    if (take->is_double) return OK;
    return store_series_add(store, QUERY_job_add_letter,
                            PARAMS(P_TEXT(STR("press")), P_TEXT(STR("prepare_letter")),
                                   P_INT(JOB_MAIL), P_INT(take->letter_id)));
}

static enum err add_audit(struct store *store, const struct take *take)
{
    if (take->is_double) return OK;
    return store_series_add(store, QUERY_audit_append,
                            PARAMS(P_TEXT(STR("letter_received")), P_TEXT(STR("letter")),
                                   P_INT(take->letter_id), P_NULL, P_NULL, P_NULL));
}

/* One query for each of them, sent while the database works on the one before. */
static enum err each(struct store *store, enum query_id query, const struct take *takes,
                     size_t count, enum err (*add)(struct store *store, const struct take *take))
{
    TRY(store_series_open(store, query));
    enum err added = OK;
    for (size_t i = 0; i < count && added == OK; i++) added = add(store, &takes[i]);
    enum err code = store_series_close(store);
    return added != OK ? added : code;
}

enum err take_store(struct store *store, struct take *takes, size_t count, struct arena *arena)
{
    struct store_blob *blobs = ARENA_MANY(arena, count, struct store_blob);
    size_t new = 0;
    for (size_t i = 0; i < count; i++) {
        TRY(find_double(store, takes, i, arena));
        if (takes[i].is_double) continue;
        blobs[new ++] = (struct store_blob){takes[i].blob_id, buf_str(&takes[i].sealed)};
    }
    if (new) {
        TRY(store_blob_put_all(store, blobs, new, "original"));
        FAULT_POINT(take_blob_written);
        TRY(each(store, QUERY_letter_add_email, takes, count, add_letter));
        TRY(each(store, QUERY_original_add, takes, count, add_original));
    }
    TRY(each(store, QUERY_mail_seen_add, takes, count, add_seen));
    if (new == 0) return OK;
    TRY(each(store, QUERY_job_add_letter, takes, count, add_job));
    return each(store, QUERY_audit_append, takes, count, add_audit);
}
