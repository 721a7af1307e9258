/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_BLOB_H
#define LETTERBOX_STORE_BLOB_H

#include "store/db.h"

/*
 * Sealed bytes of any length: a row that announces them and rows of at most LIMIT_CHUNK_BYTES.
 * The database refuses at COMMIT a blob whose chunks are not all there.
 */

/* account: the owner of a draft's file, else 0. */
MUST_CHECK enum err store_blob_put(struct store *store, int64_t blob_id, const char *purpose,
                                   int64_t account, struct str bytes);
/* Several at once, of no account: the database works on each while the next is sent. */
struct store_blob {
    int64_t id;
    struct str bytes;
};
MUST_CHECK enum err store_blob_put_all(struct store *store, const struct store_blob *blobs,
                                       size_t count, const char *purpose);
/* The same for bytes in a file (a spool), read from its start. */
MUST_CHECK enum err store_blob_put_file(struct store *store, int64_t blob_id, const char *purpose,
                                        int64_t account, int file, size_t bytes);
/* Adds all bytes; ERR_NOT_FOUND for a blob that this gate may not see. */
MUST_CHECK enum err store_blob_get(struct store *store, int64_t blob_id, struct buf *ret_bytes);

#endif
