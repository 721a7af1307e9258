/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_IMPORT_WRITE_H
#define LETTERBOX_LETTERBOXCTL_IMPORT_WRITE_H

#include "ops/letterboxctl/import.h"
#include "store/db.h"

/*
 * Writing, in the order in which the database asks the least of it: who somebody is found by before
 * they take part in anything, states before the people whom they block.
 *
 * What is added goes as one series a table (store/db.h): the database works on a row while the next
 * is being sealed. What is changed goes one by one, because each may have been changed by somebody
 * else since it was read: ERR_CONFLICT, and nothing is written.
 */
struct import_writing {
    struct import *import;
    const struct sign_in *session;
    const struct keys *keys;
    struct store *store;
    size_t done, all; /* for the progress */
    size_t in_series;
};

int64_t import_id(const struct import_facts *facts);

/* New references (import_record.c). */
json_t *import_party_record(const struct import *import, const struct import_party *party);
json_t *import_child_record(const struct import_child *child);
json_t *import_arrangement_record(const struct import *import,
                                  const struct import_arrangement *arrangement);
json_t *import_terms_record(const struct import_arrangement *arrangement);
json_t *import_row_record(const struct import_row *row);

/* Adds one to the open series, which is closed and opened again now and then: what waits in it is
 * bounded. */
MUST_CHECK enum err import_series_add(struct import_writing *writing, enum query_id query,
                                      const struct store_param *params, size_t count);
/* What one of them was refused for, if `code` is OK. */
MUST_CHECK enum err import_series_close(struct import_writing *writing, enum err code);

/* Is something of it to be written? */
bool import_writes(const struct import_facts *facts);

MUST_CHECK enum err import_write_people(struct import_writing *writing);
MUST_CHECK enum err import_write_arrangements(struct import_writing *writing);

#endif
