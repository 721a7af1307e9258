/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/post/take.h"

#include "core/limits.h"
#include "store/blob.h"
#include "store/job.h"
#include "sys/fault.h"

enum {
    WRITER_BYTES = 256 * 1024,                   /* of the sealer, while a mail comes in */
    SEALED_BYTES_MAX = LIMIT_MAIL_BYTES + 65536, /* frames and header */
};

enum err take_open(const struct post *post, const struct post_agency *agency, int64_t letter_id,
                   int64_t blob_id, struct take *ret_take)
{
    const struct secret *key;
    TRY(keys_find(post->keys, KEY_DOUBLE, agency->id, &key));
    *ret_take = (struct take){
        .agency_id = agency->id,
        .letter_id = letter_id,
        .blob_id = blob_id,
        .sealed = buf_new(SEALED_BYTES_MAX),
        .arena = arena_new_secret(WRITER_BYTES),
    };
    struct seal_binding binding = {.purpose = SEAL_MAIL,
                                   .agency_id = agency->id,
                                   .table = "original",
                                   .row_id = letter_id,
                                   .row_version = 1}; /* the item's number */
    enum err code = seal_writer_open(ret_take->arena, &binding, &agency->press, 1, seal_put_buf,
                                     &ret_take->sealed, &ret_take->writer);
    if (code == OK) code = kdf_mac_open(key, MAC_LOOKUP_DOUBLE, &ret_take->mac);
    /* The agency first, so that one message to two agencies cannot be told to be the same. */
    BUF(start, 8);
    buf_add_u64(&start, (uint64_t)agency->id);
    if (code == OK) code = kdf_mac_add(ret_take->mac, buf_str(&start));
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

static enum err note_seen(struct store *store, const struct take *take, int64_t letter_id)
{
    bool has_entry = take->uid != 0;
    if (take->is_double && !has_entry) return OK; /* the ledger has all that is to be known */
    return store_do(store, QUERY_mail_seen_add,
                    PARAMS(P_TEXT(str_from(take->mailbox)),
                           has_entry ? P_INT(take->uidvalidity) : P_NULL,
                           has_entry ? P_INT(take->uid) : P_NULL,
                           take->is_double ? P_NULL : P_RAW(take->digest), P_INT(letter_id)));
}

enum err take_store(struct store *store, struct take *take, struct arena *arena)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_mail_seen_digest, PARAMS(P_RAW(take->digest)), arena, &rows));
    take->is_double = rows.count > 0;
    if (take->is_double) return note_seen(store, take, rows_int(&rows, 0, "letter_id"));
    TRY(store_blob_put(store, take->blob_id, "original", 0, buf_str(&take->sealed)));
    FAULT_POINT(take_blob_written);
    TRY(store_do(store, QUERY_letter_add_email, PARAMS(P_INT(take->letter_id))));
    TRY(store_do(
        store, QUERY_original_add,
        PARAMS(P_INT(take->letter_id), P_INT(1), P_TEXT(STR("mail")), P_INT(take->blob_id))));
    TRY(note_seen(store, take, take->letter_id));
    TRY(store_do(store, QUERY_job_add_letter,
                 PARAMS(P_TEXT(STR("press")), P_TEXT(STR("prepare_letter")), P_INT(JOB_MAIL),
                        P_INT(take->letter_id))));
    return store_query(store, QUERY_audit_append,
                       PARAMS(P_TEXT(STR("letter_received")), P_TEXT(STR("letter")),
                              P_INT(take->letter_id), P_NULL, P_NULL, P_NULL),
                       arena, &rows);
}
