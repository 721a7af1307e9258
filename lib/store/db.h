/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_DB_H
#define LETTERBOX_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/day.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"
#include "queries.h"

/*
 * PostgreSQL, wrapped once: a pool of connections, transactions, and the queries of sql/queries by
 * name. Nothing but lib/store talks to libpq.
 *
 * A transaction runs in a function that store_db_run calls, perhaps more than once (deadlocks and
 * serialization failures are tried again), so it changes nothing outside but through its context,
 * and sets every result anew. It opens with the gate: the value from which the database finds whose
 * rows may be seen (architecture.md §5). What a query returns lives in the caller's arena.
 *
 * Errors: ERR_DB_AWAY  no connection, or lost; when it was lost in COMMIT, the work may have been
 *                      done, so every caller must be able to come again
 *         ERR_CONFLICT    still deadlocked or not serializable after all tries
 *         ERR_DB_REFUSED  a constraint or a privilege; store_refusal() names it
 *         ERR_DISK_FULL   the database has no room
 *         ERR_LEASE_LOST, ERR_SIGNED_OUT   the gate's value opens nothing (SQLSTATE LB001, LB002)
 *         ERR_DB          anything else; store_state() holds the SQLSTATE for the log
 */
struct db_pool;
struct store;

enum { DB_GATE_BYTES = 32 };

/* Whose rows may be seen: nobody's, those of a session, those of a claimed job's agency. */
enum db_gate_kind { DB_GATE_NONE, DB_GATE_SESSION, DB_GATE_LEASE };
struct db_gate {
    enum db_gate_kind kind;
    unsigned char value[DB_GATE_BYTES];
};

/*
 * conninfo as libpq has it. Connections are made when first needed; most of them at once at most
 * `connections`. statement_ms bounds each statement in the database.
 */
MUST_CHECK enum err store_db_open(struct str conninfo, size_t connections, int statement_ms,
                                  struct db_pool **ret_pool);
void store_db_close(struct db_pool **pool);

typedef enum err (*store_work)(struct store *store, void *context);
MUST_CHECK enum err store_db_run(struct db_pool *pool, const struct db_gate *gate, store_work work,
                                 void *context);

/*
 * Runs a whole file of SQL in the open transaction: for lib/store/migrate.c alone, whose files are
 * part of the program. On failure *ret_problem (in the arena) is the server's message.
 */
MUST_CHECK enum err store_script(struct store *store, struct str script, struct arena *arena,
                                 struct str *ret_problem);

/* ---- parameters ---- */
enum store_param_kind { STORE_NULL, STORE_INT, STORE_BOOL, STORE_TEXT, STORE_BYTES, STORE_INTS };
struct store_param {
    enum store_param_kind kind;
    int64_t number;
    struct str text;
    const int64_t *numbers; /* STORE_INTS: an array of number entries */
};
#define P_NULL ((struct store_param){.kind = STORE_NULL})
#define P_INT(value) ((struct store_param){.kind = STORE_INT, .number = (value)})
#define P_BOOL(value) ((struct store_param){.kind = STORE_BOOL, .number = (value)})
#define P_TEXT(value) ((struct store_param){.kind = STORE_TEXT, .text = (value)})
#define P_BYTES(value) ((struct store_param){.kind = STORE_BYTES, .text = (value)})
#define P_RAW(array) P_BYTES(((struct str){(const char *)(array), sizeof(array)}))
#define P_INTS(array, count) \
    ((struct store_param){.kind = STORE_INTS, .numbers = (array), .number = (int64_t)(count)})
struct store_param store_param_day(struct day day, struct arena *arena);
/* As bytea[]: digests, and values by which something is looked up. */
struct store_param store_param_digests(const unsigned char (*values)[32], size_t count,
                                       struct arena *arena);
#define PARAMS(...)                            \
    (const struct store_param[]){__VA_ARGS__}, \
        sizeof((const struct store_param[]){__VA_ARGS__}) / sizeof(struct store_param)
#define NO_PARAMS NULL, (size_t)0

/* ---- rows ---- */
enum { STORE_ROWS_FOUND = 61 };
struct store_rows {
    void *result; /* PGresult; ends with the arena */
    struct arena *arena;
    size_t count;
    uint8_t *found; /* STORE_ROWS_FOUND columns, as rows.c remembers them */
};

/* Runs a named query. */
MUST_CHECK enum err store_query(struct store *store, enum query_id query,
                                const struct store_param *params, size_t count, struct arena *arena,
                                struct store_rows *ret_rows);
/* The same where exactly one row must come: ERR_NOT_FOUND for none. More than one is a bug. */
MUST_CHECK enum err store_query_one(struct store *store, enum query_id query,
                                    const struct store_param *params, size_t count,
                                    struct arena *arena, struct store_rows *ret_rows);
/* The same where no row matters. */
MUST_CHECK enum err store_do(struct store *store, enum query_id query,
                             const struct store_param *params, size_t count);
/*
 * One query that is sent many times while the database already works on the first, such as the
 * chunks of a blob: open, add, close. What one of them was refused for is the answer of close,
 * which must be called whatever add said; nothing else may be asked in between.
 */
MUST_CHECK enum err store_series_open(struct store *store, enum query_id query);
MUST_CHECK enum err store_series_add(struct store *store, enum query_id query,
                                     const struct store_param *params, size_t count);
MUST_CHECK enum err store_series_close(struct store *store);
/* A transaction of one query, in one round trip. */
MUST_CHECK enum err store_db_one(struct db_pool *pool, const struct db_gate *gate,
                                 enum query_id query, const struct store_param *params,
                                 size_t count, struct arena *arena, struct store_rows *ret_rows);

/*
 * Several queries in one transaction and one round trip, for a page that knows at the start what it
 * has to read: none of them needs another's answer.
 */
struct store_ask {
    enum query_id query;
    const struct store_param *params;
    size_t count;
    struct store_rows *ret_rows;
};
enum { STORE_ASKS_MAX = 12 };
MUST_CHECK enum err store_db_all(struct db_pool *pool, const struct db_gate *gate,
                                 const struct store_ask *asks, size_t count, struct arena *arena);

/* Values by column name; asking for a column or type that is not there is a bug. */
bool rows_null(const struct store_rows *rows, size_t row, const char *column);
int64_t rows_int(const struct store_rows *rows, size_t row, const char *column); /* NULL is 0 */
bool rows_bool(const struct store_rows *rows, size_t row, const char *column);   /* NULL is false */
/* Text and bytes lie in the arena; text has a NUL after it; NULL is the empty string. */
struct str rows_str(const struct store_rows *rows, size_t row, const char *column);
/* Exactly len bytes; false when NULL or of another length. */
bool rows_raw(const struct store_rows *rows, size_t row, const char *column, void *ret_bytes,
              size_t len);
bool rows_day(const struct store_rows *rows, size_t row, const char *column, struct day *ret_day);
bool rows_utc(const struct store_rows *rows, size_t row, const char *column, struct utc *ret_utc);
/* An array of integers: its length, the numbers in the arena. */
size_t rows_ints(const struct store_rows *rows, size_t row, const char *column,
                 const int64_t **ret_numbers);

/* The name of the constraint, or the SQLSTATE, that refused last in this transaction's thread. */
const char *store_refusal(void);
const char *store_state(void);

/*
 * Waits at most wait_ms for a NOTIFY on the channel letterbox_job, on a connection of its own;
 * returns at once when stop_fd becomes readable. Errors are quiet: it then only waits.
 */
void store_db_wait(struct db_pool *pool, int wait_ms, int stop_fd);

#endif
