/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <libpq-fe.h>
#include <string.h>

#include "store/connection.h"

enum { GATE_TEXT_BYTES = 2 * DB_GATE_BYTES + 1 };

/* The name of a prepared statement and its text. */
#define BEGIN "BEGIN"

/* BEGIN is prepared, too: parsing it each time costs as much as running it. */
static enum err prepare_begin(struct store *store)
{
    if (store->has_begin) return OK;
    PGresult *result = PQprepare(store->connection, BEGIN, BEGIN, 0, NULL);
    enum err code = store_query_judge(store, result);
    PQclear(result);
    store->has_begin = code == OK;
    return code;
}

static enum query_id gate_query(const struct db_gate *gate)
{
    return gate->kind == DB_GATE_SESSION ? QUERY_gate_session_set : QUERY_gate_lease_set;
}

enum err store_pipeline_prepare(struct store *store, const struct db_gate *gate)
{
    TRY(prepare_begin(store));
    return gate->kind == DB_GATE_NONE ? OK : store_query_prepare(store, gate_query(gate));
}

static void write_gate(const struct db_gate *gate, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DB_GATE_BYTES; i++) {
        ret_text[2 * i] = digits[gate->value[i] >> 4];
        ret_text[2 * i + 1] = digits[gate->value[i] & 15];
    }
    ret_text[2 * (size_t)DB_GATE_BYTES] = 0;
}

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

/* A server that ends a connection says so (class 57P), if nothing else keeps it from it. */
static bool is_farewell(enum err code)
{
    return code == ERR_DB_AWAY && strncmp(store_state(), "57P", 3) == 0;
}

/*
 * Reads every result up to the end of the pipeline; those numbered from `wanted` on go to ret_kept,
 * which has room for `count`. *ret_untouched: the server's farewell came before any result.
 */
static enum err read_pipeline(struct store *store, size_t wanted, PGresult **ret_kept, size_t count,
                              bool *ret_untouched)
{
    enum err first = OK;
    bool is_first = true;
    *ret_untouched = false;
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
        enum err code = store_query_judge(store, result);
        if (is_first) *ret_untouched = is_farewell(code);
        is_first = false;
        if (first == OK) first = code;
        if (number >= wanted && number - wanted < count && code == OK)
            ret_kept[number - wanted] = result;
        else
            PQclear(result);
    }
}

enum err store_pipeline_send(struct store *store, const struct db_gate *gate,
                             const struct wired *queries, size_t count, PGresult **ret_kept,
                             bool *ret_untouched)
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
    bool untouched = false;
    enum err code = sent ? read_pipeline(store, wanted, ret_kept, count, &untouched) : ERR_DB_AWAY;
    *ret_untouched = untouched || count == 0; /* BEGIN alone does nothing */
    if (!PQexitPipelineMode(connection) && code == OK) code = ERR_DB_AWAY;
    return code;
}

/* ---- one query many times ---- */

enum err store_series_open(struct store *store, enum query_id query)
{
    TRY(store_query_prepare(store, query));
    return PQenterPipelineMode(store->connection) ? OK : ERR_DB_AWAY;
}

enum err store_series_add(struct store *store, enum query_id query,
                          const struct store_param *params, size_t count)
{
    ASSERT(count <= PARAMS_MAX && (int)count == query_texts[query].parameters);
    ARENA(arena, (size_t)64 * 1024);
    struct wire wire;
    store_query_write(params, count, arena, &wire);
    bool sent = PQsendQueryPrepared(store->connection, query_texts[query].name, (int)count,
                                    wire.values, wire.lengths, wire.formats, 1) == 1;
    /* Otherwise it goes with others, and the database waits meanwhile. */
    return sent && PQflush(store->connection) == 0 ? OK : ERR_DB_AWAY;
}

enum err store_series_close(struct store *store)
{
    bool sent = PQpipelineSync(store->connection) == 1;
    bool untouched;
    enum err code = sent ? read_pipeline(store, 0, NULL, 0, &untouched) : ERR_DB_AWAY;
    if (!PQexitPipelineMode(store->connection) && code == OK) code = ERR_DB_AWAY;
    return code;
}
