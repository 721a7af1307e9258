/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/migrate.h"

#include <openssl/evp.h>

#include "core/code.h"
#include "core/embed.h"
#include "core/num.h"

struct migration {
    struct str file, text;
    int number;
    char checksum[65];
};

struct plan {
    struct arena *arena;
    struct migration *all;
    size_t count, next;
    bool applied_now;
    struct str problem;
};

static const struct db_gate no_gate = {.kind = DB_GATE_NONE};

static enum err run_roles(struct store *store, void *context)
{
    struct plan *plan = context;
    struct str text;
    ASSERT(embed_find(embedded_schema, STR("roles.sql"), &text));
    return store_script(store, text, plan->arena, &plan->problem);
}

enum err store_migrate_roles(struct db_pool *superuser, struct arena *arena,
                             struct str *ret_problem)
{
    struct plan plan = {.arena = arena};
    enum err code = store_db_run(superuser, &no_gate, run_roles, &plan);
    if (code != OK) *ret_problem = plan.problem;
    return code;
}

static void add(struct plan *plan, const struct embedded_file *file, struct str name, int number)
{
    struct migration *migration = &plan->all[plan->count++];
    migration->file = name;
    migration->text = (struct str){file->start, (size_t)(file->end - file->start)};
    migration->number = number;
    unsigned char digest[32];
    ASSERT(EVP_Digest(migration->text.at, migration->text.len, digest, NULL, EVP_sha256(), NULL));
    BUF(hex, sizeof migration->checksum);
    code_hex_put(&hex, digest, sizeof digest);
    __builtin_memcpy(migration->checksum, hex.at, sizeof migration->checksum);
}

/* The migrations in order (the embedded table is sorted by name), then the policies as number 0. */
static void list(struct plan *plan)
{
    size_t files = 0;
    while (embedded_schema[files].name) files++;
    plan->all = ARENA_MANY(plan->arena, files, struct migration);
    const struct embedded_file *policies = NULL;
    for (size_t i = 0; i < files; i++) {
        struct str name = str_from(embedded_schema[i].name);
        if (str_equal(name, STR("policies.sql"))) policies = &embedded_schema[i];
        if (!str_starts(name, STR("migrations/"))) continue;
        name = str_from_byte(name, sizeof "migrations/" - 1);
        int64_t number;
        ASSERT(num_parse(str_slice(name, 0, 4), 1, 9999, &number));
        ASSERT(plan->count == 0 || plan->all[plan->count - 1].number == (int)number - 1);
        add(plan, &embedded_schema[i], name, (int)number);
    }
    ASSERT(policies != NULL);
    add(plan, policies, STR("policies.sql"), 0);
}

int store_migrate_newest(void)
{
    ARENA(arena, (size_t)1 << 20);
    struct plan plan = {.arena = arena};
    list(&plan);
    ASSERT(plan.count >= 2);
    return plan.all[plan.count - 2].number;
}

/* What the database has had of this file: nothing, the same, or another text. */
static enum err look_up(struct store *store, struct plan *plan, const struct migration *migration,
                        bool *ret_had, bool *ret_same)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_migration_table, NO_PARAMS, plan->arena, &rows));
    *ret_had = *ret_same = false;
    if (!rows_bool(&rows, 0, "present")) return OK;
    TRY(store_query(store, QUERY_migration_find, PARAMS(P_INT(migration->number)), plan->arena,
                    &rows));
    if (rows.count == 0) return OK;
    *ret_had = true;
    *ret_same = str_equal(rows_str(&rows, 0, "checksum"), str_from(migration->checksum));
    TRY(store_query_one(store, QUERY_schema_number, NO_PARAMS, plan->arena, &rows));
    if (rows_int(&rows, 0, "number") > store_migrate_newest()) {
        plan->problem =
            arena_print(plan->arena,
                        "The database has had migration %lld; this program knows only "
                        "up to %d. Install the newer program.",
                        (long long)rows_int(&rows, 0, "number"), store_migrate_newest());
        return ERR_CONFLICT;
    }
    return OK;
}

static enum err apply_next(struct store *store, void *context)
{
    struct plan *plan = context;
    const struct migration *migration = &plan->all[plan->next];
    bool had, same;
    TRY(store_do(store, QUERY_migration_lock, NO_PARAMS));
    TRY(look_up(store, plan, migration, &had, &same));
    plan->applied_now = !same;
    if (same) return OK;
    if (had && migration->number != 0) {
        plan->problem = arena_print(plan->arena,
                                    "The file %.*s is not the one that this database has had. "
                                    "Migrations are never edited: install the right program.",
                                    STR_ARG(migration->file));
        return ERR_CONFLICT;
    }
    TRY(store_script(store, migration->text, plan->arena, &plan->problem));
    return store_do(store, QUERY_migration_add,
                    PARAMS(P_INT(migration->number), P_TEXT(migration->file),
                           P_TEXT(str_from(migration->checksum))));
}

enum err store_migrate(struct db_pool *owner, struct arena *arena, migrate_progress progress,
                       void *context, struct str *ret_problem)
{
    struct plan plan = {.arena = arena};
    list(&plan);
    for (plan.next = 0; plan.next < plan.count; plan.next++) {
        plan.problem = (struct str){NULL, 0};
        enum err code = store_db_run(owner, &no_gate, apply_next, &plan);
        if (code != OK) {
            if (plan.problem.len == 0)
                plan.problem =
                    arena_print(arena, "%s (%s)", err_info(code)->message, store_state());
            *ret_problem = plan.problem;
            return code;
        }
        progress(context, arena_c(arena, plan.all[plan.next].file), plan.applied_now);
    }
    return OK;
}
