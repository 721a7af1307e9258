/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_CONNECTION_H
#define LETTERBOX_STORE_CONNECTION_H

#include <libpq-fe.h>

#include "store/db.h"

/*
 * Inside lib/store: one connection of the pool, and what is sent over it. store/db.h is for all
 * others.
 *
 *   db.c        the pool, and transactions on a connection that it lends
 *   query.c     one statement: its parameters written, its result judged and kept
 *   pipeline.c  several statements in one round trip
 *   rows.c      the values of a result
 */
enum { PARAMS_MAX = 64 }; /* of one query */

struct store {
    PGconn *connection;
    struct db_pool *pool;
    bool in_use;
    bool has_begin; /* it is prepared */
    bool prepared[QUERY_COUNT];
};

/* Parameters as libpq takes them; texts and bytes are borrowed. */
struct wire {
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX], formats[PARAMS_MAX];
};

struct wired {
    enum query_id query;
    int count;
    struct wire wire;
};

/* ---- query.c ---- */

/* OK, or why the statement failed; remembers the refusal and the state for this thread. NULL is a
 * statement that was not even answered. */
MUST_CHECK enum err store_query_judge(const struct store *store, const PGresult *result);
MUST_CHECK enum err store_query_prepare(struct store *store, enum query_id query);
void store_query_write(const struct store_param *params, size_t count, struct arena *arena,
                       struct wire *wire);
/* Judges the result, which is the arena's from here on, or cleared. */
MUST_CHECK enum err store_query_keep(struct store *store, PGresult *result, struct arena *arena,
                                     struct store_rows *ret_rows);

/* What this thread remembers of its last failure: empty strings before any. */
struct store_refused {
    char refusal[64], state[6];
};
struct store_refused store_query_refused(void);
void store_query_remember(const struct store_refused *refused);

/* ---- pipeline.c ---- */

/* Prepares what store_pipeline_send sends of itself. */
MUST_CHECK enum err store_pipeline_prepare(struct store *store, const struct db_gate *gate);
/*
 * In one round trip: BEGIN and the gate; or the gate and all the queries, prepared before. What
 * stands between two synchronisations is one transaction, and the gate's value is of that
 * transaction: neither BEGIN nor COMMIT is needed, and each would cost as much as a query. What is
 * deferred to the end is checked at the synchronisation, and its failure is read there.
 *
 * ret_kept has room for `count` results, is NULLs before, and must be cleared whatever the answer.
 * *ret_untouched, at ERR_DB_AWAY: certainly nothing of it was done, so it may be sent again.
 */
MUST_CHECK enum err store_pipeline_send(struct store *store, const struct db_gate *gate,
                                        const struct wired *queries, size_t count,
                                        PGresult **ret_kept, bool *ret_untouched);

#endif
