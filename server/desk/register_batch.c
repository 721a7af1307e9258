/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Records of a register are opened by the batch: this thread reads one after another from the
 * database, and each is opened in a thread of its own meanwhile, up to one for each processor. A
 * key exchange for each of some twenty-five thousand records is what the first search after
 * sign-in waits for.
 */
#include <pthread.h>
#include <unistd.h>

#include "server/desk/register_kept.h"

enum {
    BATCH = 200,                    /* records read from the database at once */
    BATCH_BYTES = 32 * 1024 * 1024, /* of these, and what is kept of them */
    THREADS = 4,                    /* at most, of one request */
};

struct batch {
    const struct register_opening *opening;
    struct arena *arena;
    struct store_rows rows;
    struct register_name *names; /* one a row */
    enum err code;
    bool has_thread;
    pthread_t thread;
};

/* A record that does not open is shown as such: it must not take the others with it. */
static enum err open_one(const struct batch *batch, size_t row, struct register_name *name)
{
    const struct register_opening *opening = batch->opening;
    const struct register_source *source = opening->source;
    struct str sealed = rows_str(&batch->rows, row, "sealed_record");
    name->id = rows_int(&batch->rows, row, source->id);
    name->version = rows_int(&batch->rows, row, "record_version");
    name->born = REGISTER_UNBORN;
    struct seal_binding expected = {source->purpose, opening->agency, source->table, name->id,
                                    name->version};
    BUF_SECRET(text, sealed.len);
    enum err code =
        seal_open(&expected, opening->keyring->pairs, opening->keyring->count, sealed, &text);
    if (code == OK) code = source->keep(buf_str(&text), batch->arena, name);
    if (code == ERR_SEAL_BROKEN || code == ERR_NO_KEY || code == ERR_BAD_JSON) {
        name->name = STR("(this record does not open: tell the operator)");
        return OK;
    }
    return code;
}

static void *open_batch(void *context)
{
    struct batch *batch = context;
    for (size_t row = 0; batch->code == OK && row < batch->rows.count; row++)
        batch->code = open_one(batch, row, &batch->names[row]);
    if (batch->code == OK && arena_over(batch->arena)) batch->code = ERR_TOO_BIG;
    return NULL;
}

static enum err start(struct batch *batch, struct store *store, const int64_t *ids, size_t count)
{
    batch->arena = arena_new_secret(BATCH_BYTES);
    TRY(store_query(store, batch->opening->source->records, PARAMS(P_INTS(ids, count)),
                    batch->arena, &batch->rows));
    batch->names = ARENA_MANY(batch->arena, batch->rows.count, struct register_name);
    batch->has_thread = pthread_create(&batch->thread, NULL, open_batch, batch) == 0;
    if (!batch->has_thread) (void)open_batch(batch);
    return OK;
}

static void copy_name(struct register_name *to, const struct register_name *from,
                      struct arena *arena)
{
    *to = *from;
    to->name = arena_str(arena, from->name);
    to->other = arena_str(arena, from->other);
    to->words = arena_str(arena, from->words);
    to->digits = arena_str(arena, from->digits);
}

void register_keep(struct kept *kept, const struct register_name *from)
{
    struct register_name *to = register_find(kept->at, kept->count, sizeof *kept->at, from->id);
    if (to) copy_name(to, from, kept->arena);
}

/* Waits for a batch and keeps what it opened. The record may be newer than its version in the list:
 * that one is kept. */
static enum err finish(struct batch *batch, struct kept *fresh)
{
    if (batch->has_thread) pthread_join(batch->thread, NULL);
    for (size_t row = 0; batch->code == OK && row < batch->rows.count; row++)
        register_keep(fresh, &batch->names[row]);
    arena_free(&batch->arena);
    enum err code = batch->code;
    *batch = (struct batch){.opening = batch->opening};
    return code;
}

static size_t thread_count(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > THREADS ? THREADS : (size_t)processors;
}

enum err register_open_all(const struct register_opening *opening, struct store *store,
                           const int64_t *ids, size_t count, struct kept *fresh)
{
    struct batch batches[THREADS];
    size_t threads = thread_count(), next = 0;
    enum err code = OK;
    for (size_t i = 0; i < threads; i++) batches[i] = (struct batch){.opening = opening};
    for (size_t at = 0; code == OK && at < count; at += BATCH, next = (next + 1) % threads) {
        code = finish(&batches[next], fresh);
        if (code == OK)
            code = start(&batches[next], store, ids + at, count - at < BATCH ? count - at : BATCH);
    }
    for (size_t i = 0; i < threads; i++) {
        enum err last = finish(&batches[i], fresh);
        if (code == OK) code = last;
    }
    return code;
}
