/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "store/agency.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/post/post.h"

enum err post_agency_read(struct store *store, struct arena *arena, struct post_agency *ret_agency)
{
    struct store_rows rows;
    struct post_agency agency = {0};
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, arena, &rows));
    agency.id = rows_int(&rows, 0, "agency_id");
    agency.slug = rows_str(&rows, 0, "slug");
    agency.neutral_name = rows_str(&rows, 0, "neutral_name");
    TRY(store_query(store, QUERY_agency_keys, PARAMS(P_INT(agency.id)), arena, &rows));
    TRY(store_agency_publics(&rows, agency.press.bytes, agency.desk.bytes, NULL));
    *ret_agency = agency;
    return OK;
}

struct asking {
    struct arena *arena;
    struct post_agency *ret_agency;
};

static enum err ask(struct store *store, void *context)
{
    struct asking *asking = context;
    return post_agency_read(store, asking->arena, asking->ret_agency);
}

enum err post_agency_find(struct job *job, struct post_agency *ret_agency)
{
    struct asking asking = {job->arena, ret_agency};
    return queue_step(job, ask, &asking);
}

enum err post_agency_named(struct db_pool *pool, struct str slug, struct arena *arena,
                           struct post_agency *ret_agency)
{
    struct store_rows rows;
    struct post_agency agency = {0};
    TRY(store_db_one(pool, NULL, QUERY_agency_list, NO_PARAMS, arena, &rows));
    size_t found = 0;
    for (size_t i = 0; i < rows.count; i++) {
        if (!str_equal(rows_str(&rows, i, "state"), STR("active"))) continue;
        if (slug.len && !str_equal(rows_str(&rows, i, "slug"), slug)) continue;
        agency.id = rows_int(&rows, i, "agency_id");
        agency.slug = rows_str(&rows, i, "slug");
        agency.neutral_name = rows_str(&rows, i, "neutral_name");
        found++;
    }
    if (found != 1) return ERR_NOT_FOUND;
    TRY(store_db_one(pool, NULL, QUERY_agency_keys, PARAMS(P_INT(agency.id)), arena, &rows));
    TRY(store_agency_publics(&rows, agency.press.bytes, agency.desk.bytes, NULL));
    *ret_agency = agency;
    return OK;
}
