/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "worker/post/post.h"

/* The public key in use of each purpose that the post seals to. */
static enum err read_keys(const struct store_rows *rows, struct post_agency *agency)
{
    bool has_press = false, has_desk = false;
    for (size_t i = 0; i < rows->count; i++) {
        if (!str_equal(rows_str(rows, i, "state"), STR("active"))) continue;
        struct str purpose = rows_str(rows, i, "purpose");
        bool is_press = str_equal(purpose, STR("press")), is_desk = str_equal(purpose, STR("desk"));
        if (!is_press && !is_desk) continue;
        struct seal_public *key = is_press ? &agency->press : &agency->desk;
        if (!rows_raw(rows, i, "public_key", key->bytes, sizeof key->bytes)) return ERR_NO_KEY;
        if (is_press)
            has_press = true;
        else
            has_desk = true;
    }
    return has_press && has_desk ? OK : ERR_NO_KEY;
}

enum err post_agency_read(struct store *store, struct arena *arena, struct post_agency *ret_agency)
{
    struct store_rows rows;
    struct post_agency agency = {0};
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, arena, &rows));
    agency.id = rows_int(&rows, 0, "agency_id");
    agency.slug = rows_str(&rows, 0, "slug");
    agency.neutral_name = rows_str(&rows, 0, "neutral_name");
    TRY(store_query(store, QUERY_agency_keys, PARAMS(P_INT(agency.id)), arena, &rows));
    TRY(read_keys(&rows, &agency));
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
    TRY(read_keys(&rows, &agency));
    *ret_agency = agency;
    return OK;
}
