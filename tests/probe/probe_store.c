/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Queries of one round trip, as lib/store/pipeline.c sends them, and what lib/store/db.c tries
 * again, on one connection of the portal's:
 *
 *     probe_store CONNINFO SESSION          the session's value for the gate, in hexadecimal
 *
 * Each line of the output is what was tried and what came of it; tests/flow/http.mjs reads it.
 */
#include <stdio.h>
#include <string.h>

#include "core/code.h"
#include "crypt/secret.h"
#include "store/db.h"

static struct db_pool *pool;
static struct db_gate gate = {.kind = DB_GATE_SESSION};

static void tell(const char *what, enum err code, int64_t number)
{
    printf("%s %s %s %lld\n", what, code == OK ? "ok" : err_info(code)->name,
           code == OK ? "-" : store_refusal(), (long long)number);
}

/* A blob of five bytes and its only chunk, under this number: 0 is right. */
static void put_blob(const char *what, int64_t chunk)
{
    ARENA(arena, 65536);
    int64_t id = random_id();
    struct store_rows rows[2];
    const struct store_ask asks[] = {
        {QUERY_blob_add, PARAMS(P_INT(id), P_TEXT(STR("original")), P_NULL, P_INT(5), P_INT(1)),
         &rows[0]},
        {QUERY_blob_chunk_add, PARAMS(P_INT(id), P_INT(chunk), P_BYTES(STR("hello"))), &rows[1]},
    };
    tell(what, store_db_all(pool, &gate, asks, 2, arena), id);
}

/* What it announces never comes, which the database sees only at the end. */
static void announce_blob(const char *what)
{
    ARENA(arena, 65536);
    int64_t id = random_id();
    struct store_rows rows;
    tell(what,
         store_db_one(pool, &gate, QUERY_blob_add,
                      PARAMS(P_INT(id), P_TEXT(STR("original")), P_NULL, P_INT(5), P_INT(1)), arena,
                      &rows),
         id);
}

static void look(const char *what, const struct db_gate *as)
{
    ARENA(arena, 65536);
    struct store_rows rows = {.count = 0};
    enum err code = store_db_one(pool, as, QUERY_contact_self, NO_PARAMS, arena, &rows);
    tell(what, code, (int64_t)rows.count);
}

/* ---- what is tried again, and what is not ---- */

static enum err run_script(struct store *store, void *context)
{
    ARENA(arena, 65536);
    struct str problem;
    return store_script(store, str_from(context), arena, &problem);
}

/* Counts how often it was run, and fails as a handler may: of itself. */
static enum err refuse_itself(struct store *store, void *context)
{
    (void)store;
    int64_t *times = context;
    ++*times;
    return ERR_CONFLICT;
}

static void refuse_after_conflict(const char *what)
{
    char conflict[] = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$";
    int64_t times = 0;
    enum err code = store_db_run(pool, NULL, run_script, conflict);
    if (code == ERR_CONFLICT) code = store_db_run(pool, NULL, refuse_itself, &times);
    tell(what, code, times);
}

/* From another connection, ends the one that lies idle in the pool. */
static enum err end_connection(const char *conninfo)
{
    char name[] = "SET application_name = 'probe_store'";
    char end[] = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                 " WHERE application_name = 'probe_store'";
    struct db_pool *other;
    TRY(store_db_run(pool, NULL, run_script, name));
    TRY(store_db_open(str_from(conninfo), 1, 10000, &other));
    enum err code = store_db_run(other, NULL, run_script, end);
    store_db_close(&other);
    return code;
}

static void run_on_dead(const char *what, const char *conninfo)
{
    char nothing[] = "SELECT 1";
    enum err code = end_connection(conninfo);
    if (code == OK) code = store_db_run(pool, NULL, run_script, nothing);
    tell(what, code, 0);
}

int main(int count, char **words)
{
    if (count != 3 || crypt_init() != OK ||
        !code_hex_get(str_from(words[2]), gate.value, DB_GATE_BYTES)) {
        fprintf(stderr, "usage: probe_store CONNINFO SESSION\n");
        return 1;
    }
    if (store_db_open(str_from(words[1]), 1, 10000, &pool) != OK) return 1;
    look("with-the-gate", &gate);
    look("without-the-gate", NULL);
    put_blob("whole", 0);
    put_blob("second-refused", 7);
    look("without-the-gate-again", NULL);
    announce_blob("refused-at-the-end");
    look("afterwards", &gate);
    refuse_after_conflict("refuses-itself-once");
    run_on_dead("work-on-a-dead-connection", words[1]);
    if (end_connection(words[1]) == OK) look("new-query-on-a-dead-connection", &gate);
    if (end_connection(words[1]) == OK) look("query-on-a-dead-connection", &gate);
    store_db_close(&pool);
    return 0;
}
