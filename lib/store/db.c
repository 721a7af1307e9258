/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/db.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/num.h"
#include "sys/fault.h"

enum {
    TRIES = 6,           /* of a transaction that deadlocked or was not serializable */
    PARAMS_MAX = 64,     /* of one query */
    CONNECT_SECONDS = 5, /* to reach the database */
    WAIT_POOL_SECONDS = 10,
};

/* Object identifiers of pg_type.dat: fixed for ever in PostgreSQL. */
enum oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_INT2_ARRAY = 1005,
    OID_INT4_ARRAY = 1007,
    OID_INT8_ARRAY = 1016,
    OID_VARCHAR = 1043,
    OID_DATE = 1082,
    OID_TIMESTAMPTZ = 1184,
};

/* The name of a prepared statement and its text. */
#define BEGIN "BEGIN"

struct store {
    PGconn *connection;
    struct db_pool *pool;
    bool in_use;
    bool has_begin; /* it is prepared */
    bool prepared[QUERY_COUNT];
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

static _Thread_local char last_refusal[64], last_state[6];

const char *store_refusal(void)
{
    return last_refusal;
}

const char *store_state(void)
{
    return last_state;
}

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

/* ---- results ---- */

static void end_result(void *result)
{
    PQclear(result);
}

static enum err judge(const struct store *store, const PGresult *result)
{
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return OK;
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *constraint = result ? PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME) : NULL;
    snprintf(last_state, sizeof last_state, "%s", state ? state : "");
    snprintf(last_refusal, sizeof last_refusal, "%s", constraint ? constraint : last_state);
    if (PQstatus(store->connection) != CONNECTION_OK || !state || strncmp(state, "08", 2) == 0 ||
        strncmp(state, "57P", 3) == 0)
        return ERR_DB_AWAY;
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0) return ERR_CONFLICT;
    if (strcmp(state, "53100") == 0) return ERR_DISK_FULL;
    if (strncmp(state, "53", 2) == 0) return ERR_BUSY;
    if (strcmp(state, "57014") == 0) return ERR_TIMEOUT;
    if (strcmp(state, "LB001") == 0) return ERR_LEASE_LOST; /* raised by our own functions */
    if (strcmp(state, "LB002") == 0) return ERR_SIGNED_OUT;
    if (strncmp(state, "23", 2) == 0 || strcmp(state, "42501") == 0 || strcmp(state, "P0001") == 0)
        return ERR_DB_REFUSED;
    return ERR_DB;
}

/* ---- queries ---- */

static enum err prepare(struct store *store, enum query_id query)
{
    if (store->prepared[query]) return OK;
    const struct query_text *text = &query_texts[query];
    PGresult *result = PQprepare(store->connection, text->name, text->text, text->parameters, NULL);
    enum err code = judge(store, result);
    PQclear(result);
    if (code == OK) store->prepared[query] = true;
    return code;
}

struct wire {
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX], formats[PARAMS_MAX];
};

static struct str write_ints(const int64_t *numbers, size_t count, struct arena *arena)
{
    size_t room;
    ASSERT(num_multiply(count + 1, 24, &room));
    BUF(text, room);
    buf_add_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_byte(&text, ',');
        buf_add_int(&text, numbers[i]);
    }
    buf_add_byte(&text, '}');
    ASSERT(buf_done(&text) == OK);
    return arena_str(arena, buf_str(&text));
}

static void write_params(const struct store_param *params, size_t count, struct arena *arena,
                         struct wire *wire)
{
    for (size_t i = 0; i < count; i++) {
        const struct store_param *param = &params[i];
        struct str text = param->text;
        wire->formats[i] = param->kind == STORE_BYTES;
        switch (param->kind) {
        case STORE_NULL: wire->values[i] = NULL; continue;
        case STORE_INT: text = arena_print(arena, "%lld", (long long)param->number); break;
        case STORE_BOOL: text = param->number ? STR("true") : STR("false"); break;
        case STORE_TEXT: text = arena_str(arena, text); break;
        case STORE_BYTES: break;
        case STORE_INTS: text = write_ints(param->numbers, (size_t)param->number, arena); break;
        }
        ASSERT(text.len <= INT32_MAX);
        wire->values[i] = text.at ? text.at : "";
        wire->lengths[i] = (int)text.len;
    }
}

struct store_param store_param_day(struct day day, struct arena *arena)
{
    BUF(text, 16);
    day_put(&text, day);
    return P_TEXT(arena_str(arena, buf_str(&text)));
}

static enum err keep(struct store *store, PGresult *result, struct arena *arena,
                     struct store_rows *ret_rows)
{
    enum err code = judge(store, result);
    if (code != OK) {
        PQclear(result);
        return code;
    }
    arena_on_end(arena, end_result, result);
    *ret_rows = (struct store_rows){result, arena, (size_t)PQntuples(result)};
    return OK;
}

enum err store_query(struct store *store, enum query_id query, const struct store_param *params,
                     size_t count, struct arena *arena, struct store_rows *ret_rows)
{
    ASSERT(count <= PARAMS_MAX && (int)count == query_texts[query].parameters);
    TRY(prepare(store, query));
    struct wire wire;
    write_params(params, count, arena, &wire);
    PGresult *result = PQexecPrepared(store->connection, query_texts[query].name, (int)count,
                                      wire.values, wire.lengths, wire.formats, 1);
    return keep(store, result, arena, ret_rows);
}

enum err store_query_one(struct store *store, enum query_id query, const struct store_param *params,
                         size_t count, struct arena *arena, struct store_rows *ret_rows)
{
    struct store_rows rows;
    TRY(store_query(store, query, params, count, arena, &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    ASSERT(rows.count == 1);
    *ret_rows = rows;
    return OK;
}

enum err store_do(struct store *store, enum query_id query, const struct store_param *params,
                  size_t count)
{
    ARENA(arena, (size_t)1 << 20);
    struct store_rows rows;
    return store_query(store, query, params, count, arena, &rows);
}

/* ---- transactions ---- */

enum { GATE_TEXT_BYTES = 2 * DB_GATE_BYTES + 1 };

static void write_gate(const struct db_gate *gate, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DB_GATE_BYTES; i++) {
        ret_text[2 * i] = digits[gate->value[i] >> 4];
        ret_text[2 * i + 1] = digits[gate->value[i] & 15];
    }
    ret_text[2 * (size_t)DB_GATE_BYTES] = 0;
}

/*
 * Reads every result up to the end of the pipeline; those numbered from `wanted` on go to ret_kept,
 * which has room for `count`.
 */
static enum err read_pipeline(struct store *store, size_t wanted, PGresult **ret_kept, size_t count)
{
    enum err first = OK;
    for (size_t number = 0;;) {
        PGresult *result = PQgetResult(store->connection);
        if (!result) {
            if (PQstatus(store->connection) != CONNECTION_OK) return ERR_DB_AWAY;
            number++; /* the end of one statement's results */
            continue;
        }
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            return first;
        }
        if (status == PGRES_PIPELINE_ABORTED) {
            PQclear(result);
            continue;
        }
        enum err code = judge(store, result);
        if (first == OK) first = code;
        if (number >= wanted && number - wanted < count && code == OK)
            ret_kept[number - wanted] = result;
        else
            PQclear(result);
    }
}

static enum query_id gate_query(const struct db_gate *gate)
{
    return gate->kind == DB_GATE_SESSION ? QUERY_gate_session_set : QUERY_gate_lease_set;
}

struct wired {
    enum query_id query;
    int count;
    struct wire wire;
};

static bool send_gate(PGconn *connection, const struct db_gate *gate)
{
    char text[GATE_TEXT_BYTES];
    const char *const values[] = {text};
    write_gate(gate, text);
    bool sent = PQsendQueryPrepared(connection, query_texts[gate_query(gate)].name, 1, values, NULL,
                                    NULL, 0) == 1;
    explicit_bzero(text, sizeof text);
    return sent;
}

/*
 * In one round trip: BEGIN and the gate; or the gate and all the queries. What stands between two
 * synchronisations is one transaction, and the gate's value is of that transaction: neither BEGIN
 * nor COMMIT is needed, and each would cost as much as a query. What is deferred to the end is
 * checked at the synchronisation, and its failure is read there.
 */
static enum err send_all(struct store *store, const struct db_gate *gate,
                         const struct wired *queries, size_t count, PGresult **ret_kept)
{
    PGconn *connection = store->connection;
    size_t wanted = 0;
    if (!PQenterPipelineMode(connection)) return ERR_DB_AWAY;
    bool sent = true;
    if (count == 0) sent = PQsendQueryPrepared(connection, BEGIN, 0, NULL, NULL, NULL, 0) == 1;
    if (gate->kind != DB_GATE_NONE) {
        sent = sent && send_gate(connection, gate);
        wanted = 1;
    }
    for (size_t i = 0; i < count; i++) {
        const struct wire *wire = &queries[i].wire;
        sent = sent &&
               PQsendQueryPrepared(connection, query_texts[queries[i].query].name, queries[i].count,
                                   wire->values, wire->lengths, wire->formats, 1) == 1;
    }
    sent = sent && PQpipelineSync(connection) == 1;
    enum err code = sent ? read_pipeline(store, wanted, ret_kept, count) : ERR_DB_AWAY;
    if (!PQexitPipelineMode(connection) && code == OK) code = ERR_DB_AWAY;
    return code;
}

/* ---- one query many times ---- */

enum err store_series_open(struct store *store, enum query_id query)
{
    TRY(prepare(store, query));
    return PQenterPipelineMode(store->connection) ? OK : ERR_DB_AWAY;
}

enum err store_series_add(struct store *store, enum query_id query,
                          const struct store_param *params, size_t count)
{
    ASSERT(count <= PARAMS_MAX && (int)count == query_texts[query].parameters);
    ARENA(arena, (size_t)64 * 1024);
    struct wire wire;
    write_params(params, count, arena, &wire);
    bool sent = PQsendQueryPrepared(store->connection, query_texts[query].name, (int)count,
                                    wire.values, wire.lengths, wire.formats, 1) == 1;
    return sent ? OK : ERR_DB_AWAY;
}

enum err store_series_close(struct store *store)
{
    bool sent = PQpipelineSync(store->connection) == 1;
    enum err code = sent ? read_pipeline(store, 0, NULL, 0) : ERR_DB_AWAY;
    if (!PQexitPipelineMode(store->connection) && code == OK) code = ERR_DB_AWAY;
    return code;
}

static enum err simple(struct store *store, const char *command)
{
    PGresult *result = PQexec(store->connection, command);
    enum err code = judge(store, result);
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

enum err store_script(struct store *store, struct str script, struct arena *arena,
                      struct str *ret_problem)
{
    PGresult *result = PQexec(store->connection, arena_c(arena, script));
    enum err code = judge(store, result);
    if (code != OK) *ret_problem = arena_str(arena, str_from(PQresultErrorMessage(result)));
    PQclear(result);
    return code;
}

/* BEGIN is prepared, too: parsing it each time costs as much as running it. */
static enum err prepare_begin(struct store *store)
{
    if (store->has_begin) return OK;
    PGresult *result = PQprepare(store->connection, BEGIN, BEGIN, 0, NULL);
    enum err code = judge(store, result);
    PQclear(result);
    store->has_begin = code == OK;
    return code;
}

/* Connected and with the gate's query prepared. */
static enum err make_ready(struct store *store, const struct db_gate *gate)
{
    if (FAULT_FAILS(db_connect)) return ERR_DB_AWAY;
    if (store->connection && !is_alive(store->connection)) drop(store);
    if (!store->connection) store->connection = connect_once(store->pool);
    if (!store->connection) return ERR_DB_AWAY;
    TRY(prepare_begin(store));
    if (gate->kind != DB_GATE_NONE) TRY(prepare(store, gate_query(gate)));
    return OK;
}

static void nap(int try)
{
    struct timespec pause = {0, 2000000L << try};
    nanosleep(&pause, NULL);
}

static const struct db_gate no_gate = {.kind = DB_GATE_NONE};

/* A pooled connection may have died while it lay idle: nothing was done yet, so open another. */
static enum err begin(struct store *store, const struct db_gate *gate)
{
    enum err code = ERR_DB_AWAY;
    for (int i = 0; i < 2 && code == ERR_DB_AWAY; i++) {
        code = make_ready(store, gate);
        if (code == OK) code = send_all(store, gate, NULL, 0, NULL);
        if (code == ERR_DB_AWAY) drop(store);
    }
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
        code = begin(store, gate);
        if (code != OK) break;
        code = work(store, context);
        bool conflict = code == ERR_CONFLICT && strncmp(last_state, "40", 2) == 0;
        if (code == OK) {
            code = simple(store, "COMMIT");
            conflict = code == ERR_CONFLICT;
        }
        if (code != OK && store->connection && PQstatus(store->connection) == CONNECTION_OK) {
            char refusal[sizeof last_refusal], state[sizeof last_state];
            memcpy(refusal, last_refusal, sizeof refusal);
            memcpy(state, last_state, sizeof state);
            if (simple(store, "ROLLBACK") != OK) drop(store);
            memcpy(last_refusal, refusal, sizeof refusal);
            memcpy(last_state, state, sizeof state);
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
    TRY(make_ready(store, gate));
    for (size_t i = 0; i < count; i++) TRY(prepare(store, queries[i].query));
    PGresult *kept[STORE_ASKS_MAX] = {NULL};
    enum err code = send_all(store, gate, queries, count, kept);
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
        write_params(asks[i].params, asks[i].count, arena, &queries[i].wire);
    }
    struct store *store;
    TRY(borrow(pool, &store));
    PGresult *results[STORE_ASKS_MAX];
    enum err code = ERR_CONFLICT;
    for (int try = 0; try < TRIES && code == ERR_CONFLICT; try++) {
        if (try) nap(try);
        code = run_all(store, gate, queries, count, results);
    }
    if (code == ERR_DB_AWAY) drop(store);
    for (size_t i = 0; code == OK && i < count; i++) {
        code = keep(store, results[i], arena, asks[i].ret_rows);
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

/* ---- values ---- */

static int column_of(const struct store_rows *rows, size_t row, const char *column)
{
    ASSERT(row < rows->count);
    int number = PQfnumber(rows->result, column);
    ASSERT(number >= 0);
    return number;
}

bool rows_null(const struct store_rows *rows, size_t row, const char *column)
{
    return PQgetisnull(rows->result, (int)row, column_of(rows, row, column)) == 1;
}

static uint64_t big_endian(const char *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) value = value << 8 | (unsigned char)at[i];
    return value;
}

static int64_t read_int(const char *at, size_t bytes)
{
    uint64_t value = big_endian(at, bytes);
    if (bytes == 2) return (int16_t)value;
    if (bytes == 4) return (int32_t)value;
    ASSERT(bytes == 8);
    return (int64_t)value;
}

int64_t rows_int(const struct store_rows *rows, size_t row, const char *column)
{
    int number = column_of(rows, row, column);
    Oid type = PQftype(rows->result, number);
    ASSERT(type == OID_INT2 || type == OID_INT4 || type == OID_INT8);
    if (PQgetisnull(rows->result, (int)row, number)) return 0;
    return read_int(PQgetvalue(rows->result, (int)row, number),
                    (size_t)PQgetlength(rows->result, (int)row, number));
}

bool rows_bool(const struct store_rows *rows, size_t row, const char *column)
{
    int number = column_of(rows, row, column);
    ASSERT(PQftype(rows->result, number) == OID_BOOL);
    return !PQgetisnull(rows->result, (int)row, number) &&
           PQgetvalue(rows->result, (int)row, number)[0] != 0;
}

struct str rows_str(const struct store_rows *rows, size_t row, const char *column)
{
    int number = column_of(rows, row, column);
    Oid type = PQftype(rows->result, number);
    ASSERT(type == OID_TEXT || type == OID_BYTEA || type == OID_VARCHAR || type == OID_NAME);
    if (PQgetisnull(rows->result, (int)row, number)) return (struct str){NULL, 0};
    return (struct str){PQgetvalue(rows->result, (int)row, number),
                        (size_t)PQgetlength(rows->result, (int)row, number)};
}

bool rows_raw(const struct store_rows *rows, size_t row, const char *column, void *ret_bytes,
              size_t len)
{
    struct str bytes = rows_str(rows, row, column);
    if (bytes.len != len) return false;
    if (len) memcpy(ret_bytes, bytes.at, len);
    return true;
}

enum { DAYS_1970_TO_2000 = 10957 };

bool rows_day(const struct store_rows *rows, size_t row, const char *column, struct day *ret_day)
{
    int number = column_of(rows, row, column);
    ASSERT(PQftype(rows->result, number) == OID_DATE);
    if (PQgetisnull(rows->result, (int)row, number)) return false;
    int64_t days = read_int(PQgetvalue(rows->result, (int)row, number), 4);
    ret_day->number = (int32_t)days + DAYS_1970_TO_2000;
    return true;
}

bool rows_utc(const struct store_rows *rows, size_t row, const char *column, struct utc *ret_utc)
{
    int number = column_of(rows, row, column);
    ASSERT(PQftype(rows->result, number) == OID_TIMESTAMPTZ);
    if (PQgetisnull(rows->result, (int)row, number)) return false;
    int64_t us = read_int(PQgetvalue(rows->result, (int)row, number), 8);
    ret_utc->us = us + DAYS_1970_TO_2000 * UTC_DAY_US;
    return true;
}

/* Binary arrays: dimensions, flags, type, then per dimension length and lower bound, then each
 * value with its length (PostgreSQL's array_send). */
size_t rows_ints(const struct store_rows *rows, size_t row, const char *column,
                 const int64_t **ret_numbers)
{
    int number = column_of(rows, row, column);
    Oid type = PQftype(rows->result, number);
    ASSERT(type == OID_INT2_ARRAY || type == OID_INT4_ARRAY || type == OID_INT8_ARRAY);
    *ret_numbers = NULL;
    if (PQgetisnull(rows->result, (int)row, number)) return 0;
    const char *at = PQgetvalue(rows->result, (int)row, number);
    if (read_int(at, 4) == 0) return 0;
    ASSERT(read_int(at, 4) == 1);
    size_t count = (size_t)read_int(at + 12, 4);
    int64_t *numbers = ARENA_MANY(rows->arena, count, int64_t);
    at += 20;
    for (size_t i = 0; i < count; i++) {
        int64_t bytes = read_int(at, 4);
        at += 4;
        if (bytes < 0) continue;
        numbers[i] = read_int(at, (size_t)bytes);
        at += bytes;
    }
    *ret_numbers = numbers;
    return count;
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
