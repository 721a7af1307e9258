/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/connection.h"
#include "sys/fault.h"

enum {
    TRIES = 6,           /* of a transaction that deadlocked or was not serializable */
    CONNECT_SECONDS = 5, /* to reach the database */
    WAIT_POOL_SECONDS = 10,
};

struct db_pool {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    char *conninfo;
    int statement_ms;
    size_t count;
    PGconn *listener;
    struct store stores[];
};

/* ---- connections ---- */

enum err store_db_open(struct str conninfo, size_t connections, int statement_ms,
                       struct db_pool **ret_pool)
{
    ASSERT(connections >= 1 && connections <= 256);
    struct db_pool *pool = calloc(1, sizeof *pool + connections * sizeof(struct store));
    if (!pool) return ERR_MEMORY;
    pool->conninfo = strndup(conninfo.at, conninfo.len);
    if (!pool->conninfo) {
        free(pool);
        return ERR_MEMORY;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->freed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pool->statement_ms = statement_ms;
    pool->count = connections;
    for (size_t i = 0; i < connections; i++) pool->stores[i].pool = pool;
    *ret_pool = pool;
    return OK;
}

void store_db_close(struct db_pool **pool_slot)
{
    struct db_pool *pool = *pool_slot;
    if (!pool) return;
    for (size_t i = 0; i < pool->count; i++) PQfinish(pool->stores[i].connection);
    PQfinish(pool->listener);
    pthread_cond_destroy(&pool->freed);
    pthread_mutex_destroy(&pool->lock);
    free(pool->conninfo);
    free(pool);
    *pool_slot = NULL;
}

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static PGconn *connect_once(const struct db_pool *pool)
{
    char options[200], seconds[8];
    /* One plan for each query: the policies make it dear to plan, and none is better for some
     * parameter than for another. */
    snprintf(options, sizeof options,
             "-c search_path=letterbox,pg_temp -c statement_timeout=%d "
             "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC "
             "-c plan_cache_mode=force_generic_plan",
             pool->statement_ms);
    snprintf(seconds, sizeof seconds, "%d", CONNECT_SECONDS);
    const char *const keys[] = {"dbname", "options", "connect_timeout", "client_encoding", NULL};
    const char *const values[] = {pool->conninfo, options, seconds, "UTF8", NULL};
    PGconn *connection = PQconnectdbParams(keys, values, 1);
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    if (PQstatus(connection) == CONNECTION_OK) return connection;
    PQfinish(connection);
    return NULL;
}

static void drop(struct store *store)
{
    PQfinish(store->connection);
    store->connection = NULL;
    memset(store->prepared, 0, sizeof store->prepared);
    store->has_begin = false;
}

/* A store for the caller alone; connected unless the database is away. */
static enum err borrow(struct db_pool *pool, struct store **ret_store)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_POOL_SECONDS;
    struct store *found = NULL;
    pthread_mutex_lock(&pool->lock);
    for (int waited = 0; !found && waited == 0;) {
        for (size_t i = 0; i < pool->count; i++) {
            struct store *store = &pool->stores[i];
            if (store->in_use) continue;
            /* a connected one before one that must connect first */
            if (!found || (store->connection && !found->connection)) found = store;
        }
        if (!found) waited = pthread_cond_timedwait(&pool->freed, &pool->lock, &until);
    }
    if (found) found->in_use = true;
    pthread_mutex_unlock(&pool->lock);
    if (!found) return ERR_BUSY;
    *ret_store = found;
    return OK;
}

static void give_back(struct store *store)
{
    pthread_mutex_lock(&store->pool->lock);
    store->in_use = false;
    pthread_cond_signal(&store->pool->freed);
    pthread_mutex_unlock(&store->pool->lock);
}

/* ---- transactions ---- */

static enum err simple(struct store *store, const char *command)
{
    PGresult *result = PQexec(store->connection, command);
    enum err code = store_query_judge(store, result);
    PQclear(result);
    return code;
}

/* A server that went away while the connection lay idle has left something to read: its farewell.
 */
static bool is_alive(PGconn *connection)
{
    struct pollfd wait = {.fd = PQsocket(connection), .events = POLLIN};
    if (poll(&wait, 1, 0) > 0 && !PQconsumeInput(connection)) return false;
    return PQstatus(connection) == CONNECTION_OK;
}

/* Connected and with the gate's query prepared. */
static enum err make_ready(struct store *store, const struct db_gate *gate)
{
    if (FAULT_FAILS(db_connect)) return ERR_DB_AWAY;
    if (store->connection && !is_alive(store->connection)) drop(store);
    if (!store->connection) store->connection = connect_once(store->pool);
    if (!store->connection) return ERR_DB_AWAY;
    return store_pipeline_prepare(store, gate);
}

static void nap(int try)
{
    struct timespec pause = {0, 2000000L << try};
    nanosleep(&pause, NULL);
}

static const struct db_gate no_gate = {.kind = DB_GATE_NONE};

/* Sends BEGIN, or all the queries. */
static enum err send_once(struct store *store, const struct db_gate *gate,
                          const struct wired *queries, size_t count, PGresult **ret_kept,
                          bool *ret_untouched)
{
    *ret_untouched = true;
    enum err code = make_ready(store, gate);
    for (size_t i = 0; code == OK && i < count; i++)
        code = store_query_prepare(store, queries[i].query);
    if (code == OK)
        code = store_pipeline_send(store, gate, queries, count, ret_kept, ret_untouched);
    if (code == ERR_DB_AWAY) drop(store);
    return code;
}

/* A pooled connection may have died while it lay idle: if nothing can have been done on it, begins
 * again on another. */
static enum err begin(struct store *store, const struct db_gate *gate, const struct wired *queries,
                      size_t count, PGresult **ret_kept)
{
    bool was_idle = store->connection != NULL, untouched;
    enum err code = send_once(store, gate, queries, count, ret_kept, &untouched);
    if (code == ERR_DB_AWAY && was_idle && untouched)
        code = send_once(store, gate, queries, count, ret_kept, &untouched);
    return code;
}

enum err store_db_run(struct db_pool *pool, const struct db_gate *gate, store_work work,
                      void *context)
{
    struct store *store;
    if (!gate) gate = &no_gate;
    TRY(borrow(pool, &store));
    enum err code = ERR_CONFLICT;
    for (int try = 0; try < TRIES && code == ERR_CONFLICT; try++) {
        if (try) nap(try);
        store_query_remember(&(struct store_refused){0}); /* what failed before is no reason now */
        code = begin(store, gate, NULL, 0, NULL);
        if (code != OK) break;
        code = work(store, context);
        bool conflict = code == ERR_CONFLICT && strncmp(store_state(), "40", 2) == 0;
        if (code == OK) {
            code = simple(store, "COMMIT");
            conflict = code == ERR_CONFLICT;
        }
        if (code != OK && store->connection && PQstatus(store->connection) == CONNECTION_OK) {
            struct store_refused why = store_query_refused();
            if (simple(store, "ROLLBACK") != OK) drop(store);
            store_query_remember(&why);
        }
        if (code == ERR_DB_AWAY) drop(store);
        if (code == ERR_CONFLICT && !conflict) break; /* the work's own refusal */
    }
    give_back(store);
    return code;
}

static void clear_all(PGresult **results, size_t count)
{
    for (size_t i = 0; i < count; i++) PQclear(results[i]);
}

static enum err run_all(struct store *store, const struct db_gate *gate,
                        const struct wired *queries, size_t count, PGresult **ret_results)
{
    PGresult *kept[STORE_ASKS_MAX] = {NULL};
    enum err code = begin(store, gate, queries, count, kept);
    for (size_t i = 0; code == OK && i < count; i++)
        if (!kept[i]) code = ERR_DB;
    if (code == OK) {
        memcpy(ret_results, kept, count * sizeof *kept);
        return OK;
    }
    clear_all(kept, count);
    return code;
}

enum err store_db_all(struct db_pool *pool, const struct db_gate *gate,
                      const struct store_ask *asks, size_t count, struct arena *arena)
{
    ASSERT(count >= 1 && count <= STORE_ASKS_MAX);
    if (!gate) gate = &no_gate;
    struct wired *queries = ARENA_MANY(arena, count, struct wired);
    for (size_t i = 0; i < count; i++) {
        ASSERT(asks[i].count <= PARAMS_MAX &&
               (int)asks[i].count == query_texts[asks[i].query].parameters);
        queries[i].query = asks[i].query;
        queries[i].count = (int)asks[i].count;
        store_query_write(asks[i].params, asks[i].count, arena, &queries[i].wire);
    }
    struct store *store;
    TRY(borrow(pool, &store));
    PGresult *results[STORE_ASKS_MAX];
    enum err code = ERR_CONFLICT;
    for (int try = 0; try < TRIES && code == ERR_CONFLICT; try++) {
        if (try) nap(try);
        store_query_remember(&(struct store_refused){0});
        code = run_all(store, gate, queries, count, results);
    }
    for (size_t i = 0; code == OK && i < count; i++) {
        code = store_query_keep(store, results[i], arena, asks[i].ret_rows);
        ASSERT(code == OK); /* it was judged good as it was read */
    }
    give_back(store);
    return code;
}

enum err store_db_one(struct db_pool *pool, const struct db_gate *gate, enum query_id query,
                      const struct store_param *params, size_t count, struct arena *arena,
                      struct store_rows *ret_rows)
{
    struct store_ask ask = {query, params, count, ret_rows};
    return store_db_all(pool, gate, &ask, 1, arena);
}

/* ---- waiting ---- */

void store_db_wait(struct db_pool *pool, int wait_ms, int stop_fd)
{
    if (pool->listener && PQstatus(pool->listener) != CONNECTION_OK) {
        PQfinish(pool->listener);
        pool->listener = NULL;
    }
    if (!pool->listener) {
        pool->listener = connect_once(pool);
        if (pool->listener) {
            PQclear(PQexec(pool->listener, "LISTEN letterbox_job"));
            return; /* something may have come before we listened: look at once */
        }
    }
    struct pollfd waits[2] = {{.fd = stop_fd, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    if (pool->listener) waits[1].fd = PQsocket(pool->listener);
    if (poll(waits, 2, wait_ms) <= 0 || !pool->listener || !waits[1].revents) return;
    if (!PQconsumeInput(pool->listener)) return;
    for (PGnotify *notify; (notify = PQnotifies(pool->listener));) PQfreemem(notify);
}
