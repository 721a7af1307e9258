/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/blob.h"

#include <errno.h>
#include <unistd.h>

#include "core/limits.h"

enum { GROUP_CHUNKS = 64 };

static enum err announce(struct store *store, int64_t blob_id, const char *purpose, int64_t account,
                         size_t bytes)
{
    size_t chunks = (bytes + LIMIT_CHUNK_BYTES - 1) / LIMIT_CHUNK_BYTES;
    return store_do(store, QUERY_blob_add,
                    PARAMS(P_INT(blob_id), P_TEXT(str_from(purpose)),
                           account ? P_INT(account) : P_NULL, P_INT((int64_t)bytes),
                           P_INT((int64_t)chunks)));
}

static enum err add_chunk(struct store *store, int64_t blob_id, int64_t number, struct str bytes)
{
    return store_series_add(store, QUERY_blob_chunk_add,
                            PARAMS(P_INT(blob_id), P_INT(number), P_BYTES(bytes)));
}

static enum err add_chunks(struct store *store, int64_t blob_id, struct str bytes)
{
    int64_t number = 0;
    for (size_t at = 0; at < bytes.len; at += LIMIT_CHUNK_BYTES)
        TRY(add_chunk(store, blob_id, number++, str_slice(bytes, at, at + LIMIT_CHUNK_BYTES)));
    return OK;
}

enum err store_blob_put(struct store *store, int64_t blob_id, const char *purpose, int64_t account,
                        struct str bytes)
{
    TRY(announce(store, blob_id, purpose, account, bytes.len));
    TRY(store_series_open(store, QUERY_blob_chunk_add));
    enum err added = add_chunks(store, blob_id, bytes);
    enum err code = store_series_close(store);
    return added != OK ? added : code;
}

static enum err announce_all(struct store *store, const struct store_blob *blobs, size_t count,
                             const char *purpose)
{
    ARENA(arena, 3 * count * sizeof(int64_t) + 4096);
    int64_t *ids = ARENA_MANY(arena, count, int64_t);
    int64_t *bytes = ARENA_MANY(arena, count, int64_t);
    int64_t *chunks = ARENA_MANY(arena, count, int64_t);
    for (size_t i = 0; i < count; i++) {
        ids[i] = blobs[i].id;
        bytes[i] = (int64_t)blobs[i].bytes.len;
        chunks[i] = (int64_t)((blobs[i].bytes.len + LIMIT_CHUNK_BYTES - 1) / LIMIT_CHUNK_BYTES);
    }
    return store_do(store, QUERY_blob_add_all,
                    PARAMS(P_INTS(ids, count), P_TEXT(str_from(purpose)), P_INTS(bytes, count),
                           P_INTS(chunks, count)));
}

/* Chunks of several blobs, that go in one query. */
struct group {
    int64_t ids[GROUP_CHUNKS], numbers[GROUP_CHUNKS], lengths[GROUP_CHUNKS];
    size_t count;
    struct buf *bytes;
};

static enum err add_group(struct store *store, struct group *group)
{
    if (group->count == 0) return OK;
    TRY(buf_done(group->bytes));
    enum err code =
        store_do(store, QUERY_blob_chunk_add_all,
                 PARAMS(P_INTS(group->ids, group->count), P_INTS(group->numbers, group->count),
                        P_INTS(group->lengths, group->count), P_BYTES(buf_str(group->bytes))));
    group->count = 0;
    buf_clear(group->bytes);
    return code;
}

static enum err group_chunk(struct store *store, struct group *group, int64_t id, int64_t number,
                            struct str bytes)
{
    if (group->count == GROUP_CHUNKS || group->bytes->len + bytes.len > LIMIT_CHUNK_BYTES)
        TRY(add_group(store, group));
    group->ids[group->count] = id;
    group->numbers[group->count] = number;
    group->lengths[group->count++] = (int64_t)bytes.len;
    buf_add(group->bytes, bytes);
    return OK;
}

enum err store_blob_put_all(struct store *store, const struct store_blob *blobs, size_t count,
                            const char *purpose)
{
    TRY(announce_all(store, blobs, count, purpose));
    BUF(bytes, LIMIT_CHUNK_BYTES);
    struct group group = {.bytes = &bytes};
    for (size_t i = 0; i < count; i++) {
        struct str all = blobs[i].bytes;
        int64_t number = 0;
        for (size_t at = 0; at < all.len; at += LIMIT_CHUNK_BYTES)
            TRY(group_chunk(store, &group, blobs[i].id, number++,
                            str_slice(all, at, at + LIMIT_CHUNK_BYTES)));
    }
    return add_group(store, &group);
}

static enum err read_exactly(int file, char *at, size_t len, size_t offset)
{
    while (len) {
        ssize_t got = pread(file, at, len, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return ERR_IO;
        at += got;
        len -= (size_t)got;
        offset += (size_t)got;
    }
    return OK;
}

static enum err add_chunks_of(struct store *store, int64_t blob_id, int file, size_t bytes)
{
    BUF(chunk, LIMIT_CHUNK_BYTES);
    int64_t number = 0;
    for (size_t at = 0; at < bytes; at += LIMIT_CHUNK_BYTES) {
        size_t len = bytes - at < LIMIT_CHUNK_BYTES ? bytes - at : LIMIT_CHUNK_BYTES;
        buf_clear(&chunk);
        TRY(read_exactly(file, buf_extend(&chunk, len), len, at));
        TRY(add_chunk(store, blob_id, number++, buf_str(&chunk)));
    }
    return OK;
}

enum err store_blob_put_file(struct store *store, int64_t blob_id, const char *purpose,
                             int64_t account, int file, size_t bytes)
{
    TRY(announce(store, blob_id, purpose, account, bytes));
    TRY(store_series_open(store, QUERY_blob_chunk_add));
    enum err added = add_chunks_of(store, blob_id, file, bytes);
    enum err code = store_series_close(store);
    return added != OK ? added : code;
}

enum err store_blob_get(struct store *store, int64_t blob_id, struct buf *ret_bytes)
{
    ARENA(arena, (size_t)4 * LIMIT_CHUNK_BYTES);
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_blob_find, PARAMS(P_INT(blob_id)), arena, &rows));
    int64_t chunks = rows_int(&rows, 0, "chunks"), bytes = rows_int(&rows, 0, "bytes");
    size_t start = ret_bytes->len;
    for (int64_t number = 0; number < chunks; number++) {
        arena_reset(arena);
        TRY(store_query_one(store, QUERY_blob_chunk_read, PARAMS(P_INT(blob_id), P_INT(number)),
                            arena, &rows));
        buf_add(ret_bytes, rows_str(&rows, 0, "bytes"));
    }
    TRY(buf_done(ret_bytes));
    return ret_bytes->len - start == (size_t)bytes ? OK : ERR_DB;
}
