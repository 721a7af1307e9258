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

/* What a step asks for each of its mails at once: the new ones first, then the doubles. */
struct lists {
    size_t count, new;
    int64_t *letters, *blobs, *uidvalidities, *uids;
    struct buf *digests; /* of the new ones */
};

/* What was stored before, or is stored with this very batch, under these bytes. */
static enum err find_doubles(struct store *store, struct take *takes, size_t count,
                             struct arena *arena)
{
    BUF(digests, count * KDF_MAC_BYTES);
    for (size_t i = 0; i < count; i++)
        buf_add(&digests, (struct str){(const char *)takes[i].digest, KDF_MAC_BYTES});
    TRY(buf_done(&digests));
    struct store_rows rows;
    TRY(store_query(store, QUERY_mail_seen_digests, PARAMS(P_BYTES(buf_str(&digests))), arena,
                    &rows));
    for (size_t i = 0; i < count; i++) {
        struct take *take = &takes[i];
        unsigned char before[KDF_MAC_BYTES];
        take->is_double = false;
        take->stored_as = take->letter_id;
        for (size_t row = 0; row < rows.count && !take->is_double; row++) {
            ASSERT(rows_raw(&rows, row, "digest", before, sizeof before));
            take->is_double = memcmp(before, take->digest, sizeof before) == 0;
            if (take->is_double) take->stored_as = rows_int(&rows, row, "letter_id");
        }
        for (size_t j = 0; j < i && !take->is_double; j++) {
            take->is_double = memcmp(takes[j].digest, take->digest, sizeof before) == 0;
            if (take->is_double) take->stored_as = takes[j].stored_as;
        }
    }
    return OK;
}

static void list(struct lists *lists, const struct take *take)
{
    lists->letters[lists->count] = take->stored_as;
    lists->blobs[lists->count] = take->blob_id;
    lists->uidvalidities[lists->count] = take->uid ? take->uidvalidity : 0;
    lists->uids[lists->count++] = take->uid;
    if (take->is_double) return;
    buf_add(lists->digests, (struct str){(const char *)take->digest, sizeof take->digest});
    lists->new ++;
}

static enum err store_new(struct store *store, const struct take *takes, size_t count,
                          const struct lists *lists, struct arena *arena)
{
    struct store_blob *blobs = ARENA_MANY(arena, lists->new, struct store_blob);
    size_t new = 0;
    for (size_t i = 0; i < count; i++)
        if (!takes[i].is_double)
            blobs[new ++] = (struct store_blob){takes[i].blob_id, buf_str(&takes[i].sealed)};
    TRY(store_blob_put_all(store, blobs, new, "original"));
    FAULT_POINT(take_blob_written);
    TRY(store_do(store, QUERY_letter_add_emails, PARAMS(P_INTS(lists->letters, new))));
    return store_do(store, QUERY_original_add_mails,
                    PARAMS(P_INTS(lists->letters, new), P_INTS(lists->blobs, new)));
}

/* One query for all of them, whatever their number. */
enum err take_store(struct store *store, struct take *takes, size_t count, struct arena *arena)
{
    BUF(digests, count * KDF_MAC_BYTES);
    struct lists lists = {.letters = ARENA_MANY(arena, count, int64_t),
                          .blobs = ARENA_MANY(arena, count, int64_t),
                          .uidvalidities = ARENA_MANY(arena, count, int64_t),
                          .uids = ARENA_MANY(arena, count, int64_t),
                          .digests = &digests};
    TRY(find_doubles(store, takes, count, arena));
    for (size_t i = 0; i < count; i++)
        if (!takes[i].is_double) list(&lists, &takes[i]);
    /* Of a double without an entry the ledger has all that is to be known. */
    for (size_t i = 0; i < count; i++)
        if (takes[i].is_double && takes[i].uid) list(&lists, &takes[i]);
    if (lists.count == 0) return OK;
    if (lists.new) TRY(store_new(store, takes, count, &lists, arena));
    TRY(store_do(store, QUERY_mail_seen_add,
                 PARAMS(P_TEXT(str_from(takes[0].mailbox)),
                        P_INTS(lists.uidvalidities, lists.count), P_INTS(lists.uids, lists.count),
                        P_BYTES(buf_str(&digests)), P_INTS(lists.letters, lists.count))));
    if (lists.new == 0) return OK;
    TRY(store_do(store, QUERY_job_add_letters,
                 PARAMS(P_TEXT(STR("press")), P_TEXT(STR("prepare_letter")), P_INT(JOB_MAIL),
                        P_INTS(lists.letters, lists.new))));
    return store_do(store, QUERY_audit_append_each,
                    PARAMS(P_TEXT(STR("letter_received")), P_TEXT(STR("letter")),
                           P_INTS(lists.letters, lists.new)));
}
