/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/import_write.h"

#include "ops/letterboxctl/sealed.h"
#include "store/job.h"
#include "sys/fault.h"
#include "sys/rand.h"

/* ---- series ---- */

enum { SERIES = 250 };

enum err import_series_add(struct import_writing *writing, enum query_id query,
                           const struct store_param *params, size_t count)
{
    if (writing->in_series == SERIES) TRY(import_series_close(writing, OK));
    if (writing->in_series == 0) TRY(store_series_open(writing->store, query));
    writing->in_series++;
    import_progress(writing->import, "Writing", ++writing->done, writing->all);
    return store_series_add(writing->store, query, params, count);
}

enum err import_series_close(struct import_writing *writing, enum err code)
{
    if (writing->in_series == 0) return code;
    writing->in_series = 0;
    enum err closed = store_series_close(writing->store);
    return code == OK ? closed : code;
}

/* ---- what is to be written ---- */

bool import_writes(const struct import_facts *facts)
{
    return facts->row && (facts->id == 0 || facts->changes);
}

static void give_id(struct import_facts *facts)
{
    if (facts->row && facts->id == 0) facts->new_id = random_id();
}

/* Once, before the transaction, which may be tried again. */
static void give_ids(struct import *import)
{
    for (size_t i = 0; i < import->parties.count; i++)
        give_id(&((struct import_party *)import->parties.at[i])->facts);
    for (size_t i = 0; i < import->children.count; i++)
        give_id(&((struct import_child *)import->children.at[i])->facts);
    for (size_t i = 0; i < import->arrangements.count; i++)
        give_id(&((struct import_arrangement *)import->arrangements.at[i])->facts);
}

/* Steps of the progress bar, about. */
static size_t count_steps(const struct import *import)
{
    size_t parties = 0, others = 0;
    for (size_t i = 0; i < import->parties.count; i++)
        parties += import_writes(&((struct import_party *)import->parties.at[i])->facts);
    for (size_t i = 0; i < import->arrangements.count; i++)
        others += import_writes(&((struct import_arrangement *)import->arrangements.at[i])->facts);
    return 2 * parties + 5 * others + import->counts.new_rows + import->counts.changed;
}

/* ---- rows as they were ---- */

static enum err write_row(struct import_writing *writing, const struct import_row *row)
{
    const struct import_member *member = row->member;
    int64_t id = member->base_id ? member->base_id : random_id();
    int64_t version = member->base_id ? member->base_version + 1 : 1;
    BUF(sealed, SEALED_BYTES);
    json_t *cells = import_row_record(row);
    enum err code = sealed_write(writing->session, SEAL_IMPORT, "import_row", id, version, cells,
                                 false, &sealed);
    json_decref(cells);
    TRY(code);
    return import_series_add(writing, QUERY_import_row_put,
                             PARAMS(P_INT(id), P_INT(import_id(&row->arrangement->facts)),
                                    P_INT(import_id(&member->party->facts)), P_INT(version),
                                    P_BYTES(buf_str(&sealed))));
}

static enum err write_rows(struct import_writing *writing)
{
    enum err code = OK;
    for (size_t i = 0; i < writing->import->row_count && code == OK; i++) {
        const struct import_row *row = &writing->import->rows[i];
        if (!row->is_rejected && (row->is_new || row->is_changed)) code = write_row(writing, row);
    }
    return import_series_close(writing, code);
}

/* ---- the audit ---- */

enum { AUDIT_AT_ONCE = 500 };

static enum err audit_each(struct import_writing *writing, const char *act, const char *kind,
                           const int64_t *ids, size_t count)
{
    struct store_rows rows;
    for (size_t at = 0; at < count; at += AUDIT_AT_ONCE) {
        size_t some = count - at < AUDIT_AT_ONCE ? count - at : AUDIT_AT_ONCE;
        TRY(store_query(
            writing->store, QUERY_audit_append_each,
            PARAMS(P_TEXT(str_from(act)), P_TEXT(str_from(kind)), P_INTS(ids + at, some)),
            writing->import->arena, &rows));
    }
    return OK;
}

/* The act for those that are new, and for those that changed. */
static enum err audit_list(struct import_writing *writing, const struct import_list *list,
                           const char *kind, const char *added, const char *changed)
{
    int64_t *ids = ARENA_MANY(writing->import->arena, list->count, int64_t);
    for (int is_new = 1; is_new >= 0; is_new--) {
        size_t count = 0;
        for (size_t i = 0; i < list->count; i++) {
            const struct import_facts *facts = list->at[i];
            if (import_writes(facts) && (facts->id == 0) == (is_new == 1))
                ids[count++] = import_id(facts);
        }
        TRY(audit_each(writing, is_new ? added : changed, kind, ids, count));
    }
    return OK;
}

static enum err write_audit(struct import_writing *writing)
{
    TRY(audit_list(writing, &writing->import->parties, "party", "party_added", "party_changed"));
    TRY(audit_list(writing, &writing->import->arrangements, "arrangement", "arrangement_added",
                   "arrangement_changed"));
    return store_do(
        writing->store, QUERY_audit_append,
        PARAMS(P_TEXT(STR("register_imported")), P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
}

/* ---- all of it ---- */

/* Is the register still as it was read? */
static enum err check_register(struct import_writing *writing)
{
    const struct import *import = writing->import;
    struct store_rows rows;
    TRY(store_do(writing->store, QUERY_import_lock, NO_PARAMS));
    TRY(store_query_one(writing->store, QUERY_import_counts, NO_PARAMS, import->arena, &rows));
    bool is_same = rows_int(&rows, 0, "parties") == (int64_t)import->stored_parties &&
                   rows_int(&rows, 0, "children") == (int64_t)import->stored_children &&
                   rows_int(&rows, 0, "arrangements") == (int64_t)import->stored_arrangements;
    return is_same ? OK : ERR_CONFLICT;
}

static enum err write_all(struct store *store, void *context)
{
    struct import_writing *writing = context;
    writing->store = store;
    writing->done = writing->in_series = 0;
    TRY(check_register(writing));
    TRY(import_write_people(writing));
    FAULT_POINT(import_people_written);
    TRY(import_write_arrangements(writing));
    TRY(write_rows(writing));
    FAULT_POINT(import_rows_written);
    /* what is expected by the new terms is due at once */
    TRY(store_do(store, QUERY_job_add,
                 PARAMS(P_TEXT(STR("diary")), P_TEXT(STR("open_occasions")), P_INT(JOB_USUAL),
                        P_NULL, P_NULL, P_NULL, P_NULL, P_NULL, P_NULL, P_NULL)));
    TRY(write_audit(writing));
    FAULT_POINT(import_before_commit);
    return OK;
}

enum err import_write(struct import *import, const struct sign_in *session, const struct keys *keys)
{
    struct import_writing writing = {.import = import, .session = session, .keys = keys};
    if (import->counts.new_rows + import->counts.changed == 0) return OK;
    give_ids(import);
    writing.all = count_steps(import);
    return store_db_run(session->pool, &session->gate, write_all, &writing);
}
