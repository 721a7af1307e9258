/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "core/code.h"
#include "core/num.h"
#include "store/connection.h"

static _Thread_local struct store_refused last;

const char *store_refusal(void)
{
    return last.refusal;
}

const char *store_state(void)
{
    return last.state;
}

struct store_refused store_query_refused(void)
{
    return last;
}

void store_query_remember(const struct store_refused *refused)
{
    last = *refused;
}

enum err store_query_judge(const struct store *store, const PGresult *result)
{
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return OK;
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *constraint = result ? PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME) : NULL;
    snprintf(last.state, sizeof last.state, "%s", state ? state : "");
    snprintf(last.refusal, sizeof last.refusal, "%s", constraint ? constraint : last.state);
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

enum err store_query_prepare(struct store *store, enum query_id query)
{
    if (store->prepared[query]) return OK;
    const struct query_text *text = &query_texts[query];
    PGresult *result = PQprepare(store->connection, text->name, text->text, text->parameters, NULL);
    enum err code = store_query_judge(store, result);
    PQclear(result);
    if (code == OK) store->prepared[query] = true;
    return code;
}

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

void store_query_write(const struct store_param *params, size_t count, struct arena *arena,
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

struct store_param store_param_digests(const unsigned char (*values)[32], size_t count,
                                       struct arena *arena)
{
    enum { ENTRY = 2 * sizeof *values + sizeof ",\"\\\\x\"" };
    BUF(text, count * ENTRY + sizeof "{}");
    buf_add_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
        buf_add_c(&text, i ? ",\"\\\\x" : "\"\\\\x");
        code_hex_put(&text, values[i], sizeof values[i]);
        buf_add_byte(&text, '"');
    }
    buf_add_byte(&text, '}');
    ASSERT(buf_done(&text) == OK);
    return P_TEXT(arena_str(arena, buf_str(&text)));
}

static void end_result(void *result)
{
    PQclear(result);
}

enum err store_query_keep(struct store *store, PGresult *result, struct arena *arena,
                          struct store_rows *ret_rows)
{
    enum err code = store_query_judge(store, result);
    if (code != OK) {
        PQclear(result);
        return code;
    }
    arena_on_end(arena, end_result, result);
    *ret_rows = (struct store_rows){result, arena, (size_t)PQntuples(result),
                                    ARENA_MANY(arena, STORE_ROWS_FOUND, uint8_t)};
    return OK;
}

enum err store_query(struct store *store, enum query_id query, const struct store_param *params,
                     size_t count, struct arena *arena, struct store_rows *ret_rows)
{
    ASSERT(count <= PARAMS_MAX && (int)count == query_texts[query].parameters);
    TRY(store_query_prepare(store, query));
    struct wire wire;
    store_query_write(params, count, arena, &wire);
    PGresult *result = PQexecPrepared(store->connection, query_texts[query].name, (int)count,
                                      wire.values, wire.lengths, wire.formats, 1);
    return store_query_keep(store, result, arena, ret_rows);
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

enum err store_script(struct store *store, struct str script, struct arena *arena,
                      struct str *ret_problem)
{
    PGresult *result = PQexec(store->connection, arena_c(arena, script));
    enum err code = store_query_judge(store, result);
    if (code != OK) *ret_problem = arena_str(arena, str_from(PQresultErrorMessage(result)));
    PQclear(result);
    return code;
}
