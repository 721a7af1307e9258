/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_REGISTER_KEPT_H
#define LETTERBOX_DESK_REGISTER_KEPT_H

#include <pthread.h>

#include "server/desk/register.h"

/*
 * Inside the register: what a session keeps. server/desk/register.h is for all others.
 *
 *   register.c         who has it open, and for how long
 *   register_kept.c    names, and what is kept of each kind of record
 *   register_batch.c   records opened, many at a time
 *   register_view.c    as one request sees it
 *   register_search.c  what was typed, and whom it finds
 *   register_words.c   words for lists
 */
enum register_table { PARTIES, CHILDREN, ARRANGEMENTS };
enum {
    TABLES = 3,
    SESSION_BYTES = 96 * 1024 * 1024,
    RECORD_WORDS = 64 * 1024, /* folded words of one record */
};

/* One table's names, by ascending id, all in one arena. */
struct kept {
    struct arena *arena;
    struct register_name *at;
    size_t count;
};

struct register_session {
    struct register_session *next;
    struct secret id;
    unsigned users; /* requests that use it or wait for it */
    int64_t used_us;
    pthread_mutex_t lock;
    struct kept tables[TABLES];
};

/* Brings a table up to date with what the database has now; ret_facts are its rows. */
MUST_CHECK enum err register_kept_refresh(struct request *request, struct store *store,
                                          const struct desk_keyring *keyring,
                                          enum register_table table, struct kept *kept,
                                          struct store_rows *ret_facts);
/* A kind of record: where it stands, and what is kept of its text. */
struct register_source {
    enum query_id facts, records;
    const char *id, *table;
    enum seal_purpose purpose;
    enum err (*keep)(struct str text, struct arena *arena, struct register_name *name);
};
struct register_opening {
    const struct register_source *source;
    const struct desk_keyring *keyring;
    int64_t agency;
};
/* Opens records into the entries that fresh has for their ids. */
MUST_CHECK enum err register_open_all(const struct register_opening *opening, struct store *store,
                                      const int64_t *ids, size_t count, struct kept *fresh);
/* A copy of an entry, in the place that kept has for its id. */
void register_keep(struct kept *kept, const struct register_name *from);
/* The entry of a list that is in order of the ids with which its structs begin; NULL: none. */
void *register_find(const void *list, size_t count, size_t size, int64_t id);
/* Folds to words of letters and digits, a space before and after each. */
void register_kept_words(struct buf *words, struct str text);

#endif
