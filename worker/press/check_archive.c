/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/limits.h"
#include "crypt/kdf.h"
#include "crypt/packet.h"
#include "store/blob.h"
#include "sys/clock.h"
#include "worker/press/jobs.h"
#include "worker/press/press.h"

/*
 * Reads archive copies back, in a transaction after the one that wrote them, and holds each against
 * the digest of what GnuPG made and against the keys that it was made for. Until then the mail that
 * it is a copy of is kept in its mailbox (worker/post/clear_done.c). A copy that is something else
 * is for staff, once.
 */

enum {
    COUNT = 20,                                           /* in one look */
    MESSAGE_BYTES = LIMIT_UPLOAD_BYTES + 4 * 1024 * 1024, /* the largest original, encrypted */
    BUSY_SECONDS = 120,
};

struct checking {
    struct job *job;
    struct store_rows rows;
    size_t at;
    struct buf message;
    bool is_damaged;
};

static enum err read_list(struct store *store, void *context)
{
    struct checking *checking = context;
    return store_query(store, QUERY_archive_unchecked, PARAMS(P_INT(COUNT)), checking->job->arena,
                       &checking->rows);
}

static enum err read_copy(struct store *store, void *context)
{
    struct checking *checking = context;
    buf_clear(&checking->message);
    return store_blob_get(store, rows_int(&checking->rows, checking->at, "blob_id"),
                          &checking->message);
}

static bool is_as_written(const struct checking *checking)
{
    unsigned char wanted[KDF_MAC_BYTES], digest[KDF_MAC_BYTES];
    struct packet_key_id ids[PACKET_RECIPIENTS_MAX];
    size_t count;
    struct str message = buf_str(&checking->message);
    return rows_raw(&checking->rows, checking->at, "digest", wanted, sizeof wanted) &&
           kdf_sha256(message, digest) == OK && memcmp(digest, wanted, sizeof digest) == 0 &&
           packet_recipients(message, ids, &count) == OK && count >= 2;
}

static enum err note(struct store *store, void *context)
{
    const struct checking *checking = context;
    TRY(store_do(store, QUERY_archive_checked,
                 PARAMS(P_INT(rows_int(&checking->rows, checking->at, "archive_id")),
                        P_BOOL(checking->is_damaged))));
    if (checking->is_damaged ||
        !str_equal(rows_str(&checking->rows, checking->at, "kind"), STR("original")))
        return OK;
    return store_do(store, QUERY_mail_seen_archived,
                    PARAMS(P_INT(rows_int(&checking->rows, checking->at, "letter_id"))));
}

static enum err check_one(struct checking *checking)
{
    enum err code = queue_step(checking->job, read_copy, checking);
    /* a blob that is not whole, or larger than any, is no copy either */
    if (code != OK && code != ERR_NOT_FOUND && code != ERR_TOO_BIG) return code;
    checking->is_damaged = code != OK || !is_as_written(checking);
    if (checking->is_damaged) {
        BUF(name, 64);
        queue_code(ERR_ARCHIVE_DAMAGED, &name);
        return queue_give_up(checking->job, name.at, note, checking);
    }
    return queue_step(checking->job, note, checking);
}

static enum err check_all(struct checking *checking)
{
    int64_t until_us = clock_monotonic_us() + BUSY_SECONDS * UTC_SECOND_US;
    do {
        arena_reset(checking->job->arena);
        TRY(queue_step(checking->job, read_list, checking));
        for (checking->at = 0; checking->at < checking->rows.count; checking->at++) {
            TRY(check_one(checking));
            if (checking->job->finished || clock_monotonic_us() >= until_us) return OK;
        }
    } while (checking->rows.count == COUNT);
    return OK;
}

enum err check_archive(struct job *job)
{
    struct checking checking = {.job = job, .message = buf_new(MESSAGE_BYTES)};
    enum err code = check_all(&checking);
    buf_free(&checking.message);
    return code;
}
