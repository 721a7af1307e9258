/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/press/press.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "crypt/secret.h"
#include "store/agency.h"
#include "store/blob.h"

static void end_buf(void *buf)
{
    buf_free(buf);
}

/* A buffer that ends with the job. */
static struct buf *job_buf(struct job *job, struct buf made)
{
    struct buf *buf = ARENA_ONE(job->arena, struct buf);
    *buf = made;
    arena_on_end(job->arena, end_buf, buf);
    return buf;
}

struct buf *press_buf(struct job *job, size_t max_bytes)
{
    return job_buf(job, buf_new_secret(max_bytes));
}

/* ---- sealing ---- */

enum err press_publics(struct job *job, struct seal_publics *ret_publics)
{
    struct store_rows rows;
    TRY(store_db_one(job->pool, &job->gate, QUERY_agency_keys, PARAMS(P_INT(job->agency)),
                     job->arena, &rows));
    return store_agency_publics(&rows, ret_publics->press.bytes, ret_publics->desk.bytes,
                                ret_publics->post.bytes);
}

static struct seal_binding binding(const struct job *job, enum seal_purpose purpose,
                                   const char *table, int64_t row, int64_t version)
{
    return (struct seal_binding){purpose, job->agency, table, row, version};
}

static enum err open_into(struct job *job, const struct seal_binding *expected, struct str sealed,
                          struct buf *content)
{
    const struct press *press = job->state;
    const struct seal_pair *pairs;
    size_t count;
    TRY(keys_pairs(press->keys, KEY_PRESS, job->agency, &pairs, &count));
    return seal_open(expected, pairs, count, sealed, content);
}

enum err press_open(struct job *job, enum seal_purpose purpose, const char *table, int64_t row,
                    int64_t version, struct str sealed, struct str *ret_text)
{
    struct seal_binding expected = binding(job, purpose, table, row, version);
    BUF_SECRET(content, sealed.len);
    TRY(open_into(job, &expected, sealed, &content));
    *ret_text = arena_str(job->arena, buf_str(&content));
    return OK;
}

enum err press_open_blob(struct job *job, enum seal_purpose purpose, const char *table, int64_t row,
                         int64_t version, struct str sealed, struct str *ret_content)
{
    struct seal_binding expected = binding(job, purpose, table, row, version);
    struct buf *content = job_buf(job, buf_new_secret(sealed.len));
    TRY(open_into(job, &expected, sealed, content));
    *ret_content = buf_str(content);
    return OK;
}

enum err press_seal(struct job *job, enum seal_purpose purpose, const char *table, int64_t row,
                    int64_t version, const struct seal_public *recipients, size_t count,
                    struct str content, struct str *ret_sealed)
{
    struct seal_binding to = binding(job, purpose, table, row, version);
    struct buf *sealed = job_buf(job, buf_new(seal_length(content.len, count)));
    TRY(seal_close(&to, recipients, count, content, sealed));
    *ret_sealed = buf_str(sealed);
    return OK;
}

enum err press_blob_read(struct store *store, struct job *job, int64_t blob, struct str *ret_sealed)
{
    struct buf *sealed =
        job_buf(job, buf_new(seal_length(LIMIT_DOCUMENT_BYTES, SEAL_RECIPIENTS_MAX)));
    TRY(store_blob_get(store, blob, sealed));
    *ret_sealed = buf_str(sealed);
    return OK;
}

/* ---- writing ---- */

enum err press_letter_move(struct store *store, const struct press_letter *letter, const char *to)
{
    ARENA(arena, (size_t)64 * 1024);
    struct store_rows rows;
    enum err code = store_query_one(store, QUERY_letter_state_set,
                                    PARAMS(P_INT(letter->id), P_TEXT(str_from(to)),
                                           P_TEXT(letter->state), P_INT(letter->version)),
                                    arena, &rows);
    return code == ERR_NOT_FOUND ? ERR_CONFLICT : code;
}

enum err press_audit(struct store *store, const char *act, const char *kind, int64_t id,
                     const char *about_kind, int64_t about)
{
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(str_from(act)), P_TEXT(str_from(kind)), P_INT(id),
                           about_kind ? P_TEXT(str_from(about_kind)) : P_NULL,
                           about_kind ? P_INT(about) : P_NULL, P_NULL));
}

struct str press_names(const struct person_list *names, struct arena *arena)
{
    struct str all = {NULL, 0};
    for (size_t i = 0; i < names->count; i++)
        all = i == 0 ? names->at[0]
                     : arena_print(arena, "%.*s%s%.*s", STR_ARG(all),
                                   i + 1 == names->count ? " and " : ", ", STR_ARG(names->at[i]));
    return all;
}
