/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_MIGRATE_H
#define LETTERBOX_STORE_MIGRATE_H

#include "store/db.h"

/*
 * Brings a database to the shape that this program was built with: the files of sql/migrations in
 * the order of their numbers, each in one transaction with its row in letterbox.migration, then
 * policies.sql, whose row (number 0) changes with its text. All under one advisory lock, so two
 * migrations at once do the work once. The files are inside the program (core/embed.h).
 *
 * Errors, each with a sentence in *ret_problem: ERR_CONFLICT  the database is newer than this
 * program, or an applied file was edited since; ERR_DB…  as lib/store/db.h has them.
 */

/* Called before each file: its name, and whether it is applied now or was before. */
typedef void (*migrate_progress)(void *context, const char *file, bool applied_now);

/* As the cluster's superuser: makes the roles. */
MUST_CHECK enum err store_migrate_roles(struct db_pool *superuser, struct arena *arena,
                                        struct str *ret_problem);
/* As lb_owner. */
MUST_CHECK enum err store_migrate(struct db_pool *owner, struct arena *arena,
                                  migrate_progress progress, void *context,
                                  struct str *ret_problem);
/* The number of the last migration that this program knows. */
int store_migrate_newest(void);

#endif
