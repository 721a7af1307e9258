/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl migrate */
#include "ops/letterboxctl/migrate.h"

#include <stdio.h>
#include <string.h>

#include "ops/letterboxctl/command.h"
#include "store/migrate.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

static const char help[] =
    "usage: letterboxctl migrate [--conf FILE | --run DIR]\n"
    "\n"
    "Brings the database to the shape that this program was built with: makes the roles (as\n"
    "PostgreSQL's superuser \"postgres\"), then applies each new file of sql/migrations and the\n"
    "policies (as lb_owner), a transaction each. What was applied already is left alone. Refuses "
    "a\n"
    "database that is newer than this program. PostgreSQL must let you in as both roles.\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

struct told {
    unsigned applied, there;
};

static void tell(void *context, const char *file, bool applied_now)
{
    struct told *told = context;
    if (applied_now)
        printf("  applied  %s\n", file);
    else
        told->there++;
    told->applied += applied_now;
    fflush(stdout);
}

int migrate_all(const struct site *site)
{
    struct db_pool *superuser = NULL, *owner = NULL;
    struct str problem = {NULL, 0};
    struct told told = {0};
    int status = site_connect(site, "postgres", &superuser);
    if (status) return status;
    enum err code = store_migrate_roles(superuser, site->arena, &problem);
    store_db_close(&superuser);
    if (code != OK) return site_fail(site, "the roles could not be made: %.*s", STR_ARG(problem));
    status = site_connect(site, "lb_owner", &owner);
    if (status) return status;
    code = store_migrate(owner, site->arena, tell, &told, &problem);
    store_db_close(&owner);
    if (code != OK) return site_fail(site, "%.*s", STR_ARG(problem));
    printf("Database: %u files applied now, %u were there.\n", told.applied, told.there);
    return COMMAND_DONE;
}

int command_migrate(int count, char **words)
{
    struct site_place place = {0};
    struct site site;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++)
        if (!site_place_option(count, words, &i, &place))
            return command_usage("migrate", "\"%s\" is not understood", words[i]);
    ARENA(arena, ARENA_BYTES);
    int status = site_open("migrate", &place, arena, &site);
    return status ? status : migrate_all(&site);
}
