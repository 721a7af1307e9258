/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl up */
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crypt/gnupg.h"
#include "ops/letterboxctl/cluster.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/migrate.h"
#include "ops/letterboxctl/supervise.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static const char help[] =
    "usage: letterboxctl up [--only NAME,NAME…] [--one-user] [--conf FILE | --run DIR]\n"
    "\n"
    "Runs Letterbox in the foreground until Ctrl-C or SIGTERM: the private PostgreSQL cluster of\n"
    "letterboxctl init (if the configuration names one), the press's gpg-agent, and portal, desk,\n"
    "press, post and diary. What dies is started again. For the demo and for a small agency; a "
    "larger\n"
    "one runs each by a unit of ops/systemd.\n"
    "\n"
    "Started as root, each process gets a system user of its own (letterbox-portal … "
    "letterbox-db,\n"
    "made if they are missing). Started as anybody else all run as that user, without walls "
    "between\n"
    "them, and an agency that is not marked demo is refused.\n"
    "\n"
    "  --only NAME,NAME…  only these of portal, desk, press, post, diary\n"
    "  --one-user         no users of their own, also as root\n"
    "\n"
    "Ports, sockets and process ids stand in the run folder, the words of each process in its "
    "log/.\n"
    "\n"
    "Exit status: 0 ended as asked, 1 failed, 2 usage.\n";

struct up {
    struct site site;
    struct owners owners;
    struct supervise supervise;
    int log_fd, lock_fd;
    bool is_demo;
};

/* ---- before anything runs ---- */

static bool read_only(const char *list, bool wanted[SUPERVISE_MOST])
{
    struct str rest = str_from(list), name;
    memset(wanted, 0, sizeof(bool) * SUPERVISE_MOST);
    while (str_split(&rest, ',', &name)) {
        bool found = false;
        for (int i = 0; i < SUPERVISE_MOST; i++)
            if (str_equal(name, str_from(owner_word((enum owner_name)i)))) wanted[i] = found = true;
        if (!found) return false;
    }
    return true;
}

static void say_walls(const struct owners *owners)
{
    if (owners->has_walls) {
        printf("Each process runs as a user of its own.\n");
        return;
    }
    const struct passwd *self = getpwuid(geteuid());
    printf(
        "NO WALLS: every process runs as %s, so one that is taken over has them all. For made-up "
        "data only.\n",
        self ? self->pw_name : "this user");
}

static int take_lock(struct up *up)
{
    const char *path = arena_c(up->site.arena, arena_print(up->site.arena, "%s/up.lock",
                                                           up->site.conf.service_run_folder));
    up->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (up->lock_fd < 0) return site_fail(&up->site, "%s cannot be written.", path);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(up->lock_fd, F_OFD_SETLK, &lock) != 0)
        return site_fail(&up->site, "Letterbox is up already in %s.",
                         up->site.conf.service_run_folder);
    return COMMAND_DONE;
}

static int open_log(struct up *up)
{
    struct arena *arena = up->site.arena;
    const char *run = up->site.conf.service_run_folder;
    const struct owner root = {"", geteuid(), getegid()};
    const char *folder = arena_c(arena, arena_print(arena, "%s/log", run));
    if (owner_folder(&root, folder, 0755) != OK)
        return site_fail(&up->site, "The folder %s could not be made.", folder);
    up->log_fd = open(arena_c(arena, arena_print(arena, "%s/postgres.log", folder)),
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    return up->log_fd < 0 ? site_fail(&up->site, "%s cannot be written.", folder) : COMMAND_DONE;
}

/* ---- database ---- */

static int start_database(struct up *up)
{
    if (!*up->site.conf.database_cluster_folder) return COMMAND_DONE;
    printf("PostgreSQL starts.\n");
    fflush(stdout);
    int status = cluster_make(&up->site, &up->owners, up->log_fd);
    if (!status)
        status = cluster_start(&up->site, &up->owners, up->log_fd, &up->supervise.postgres);
    if (!status && up->supervise.postgres == 0)
        return site_fail(&up->site, "A PostgreSQL of another supervisor runs in %s.",
                         up->site.conf.database_cluster_folder);
    if (!status) status = migrate_all(&up->site);
    up->supervise.postgres_log = up->log_fd;
    return status;
}

static int check_agencies(struct up *up, struct db_pool *owner)
{
    struct site_agencies agencies;
    enum err code = site_agencies(owner, up->site.arena, &agencies);
    if (code != OK) return site_failed(&up->site, "agencies", code);
    if (agencies.count == 0)
        return site_fail(&up->site, "There is no agency yet. Run: letterboxctl init");
    for (size_t i = 0; i < agencies.count; i++)
        if (!agencies.at[i].is_demo && !up->owners.has_walls)
            return site_fail(
                &up->site,
                "The agency \"%.*s\" is not marked demo, and without walls only made-up "
                "data is served. Start letterboxctl up as root, or the units of "
                "ops/systemd.",
                STR_ARG(agencies.at[i].slug));
    return COMMAND_DONE;
}

/* A machine that was off for a day looks like a clock that jumped; for a demo nobody need look. */
static int settle_clock(struct up *up, struct db_pool *owner)
{
    struct store_rows rows;
    enum err code = store_db_one(owner, NULL, QUERY_clock_state, NO_PARAMS, up->site.arena, &rows);
    if (code == OK && str_equal(rows_str(&rows, 0, "kind"), STR("demo")))
        code = store_db_one(owner, NULL, QUERY_clock_confirm, NO_PARAMS, up->site.arena, &rows);
    return code == OK ? COMMAND_DONE : site_failed(&up->site, "clock", code);
}

static int check_database(struct up *up)
{
    struct db_pool *owner = NULL;
    int status = site_connect(&up->site, "lb_owner", &owner);
    if (status) return status;
    status = check_agencies(up, owner);
    if (!status) status = settle_clock(up, owner);
    store_db_close(&owner);
    return status;
}

/* ---- gpg-agent ---- */

static enum err agent_start(void *home, struct buf *answer)
{
    (void)answer;
    return gnupg_agent_start(home);
}

static enum err agent_stop(void *home, struct buf *answer)
{
    (void)answer;
    return gnupg_agent_stop(home);
}

static int agent(struct up *up, owner_work work)
{
    char *home = strdupa(up->site.conf.press_gnupg_home);
    BUF(nothing, 16);
    if (!up->supervise.wanted[OWNER_PRESS]) return COMMAND_DONE;
    enum err code = owner_do(&up->owners, OWNER_PRESS, work, home, &nothing);
    return code == OK ? COMMAND_DONE : site_failed(&up->site, "gpg-agent of the press", code);
}

/* ---- all of it ---- */

static int run(struct up *up)
{
    int status = take_lock(up);
    if (!status) status = open_log(up);
    if (!status) status = supervise_check(&up->supervise);
    if (status) return status;
    status = start_database(up);
    if (!status) status = check_database(up);
    if (!status) status = agent(up, agent_start);
    if (!status) {
        status = supervise_run(&up->supervise);
        if (agent(up, agent_stop)) status = COMMAND_FAILED;
    }
    cluster_stop(up->supervise.postgres);
    if (!status) printf("Ended.\n");
    return status;
}

int command_up(int count, char **words)
{
    struct site_place place = {0};
    struct up up = {.log_fd = -1, .lock_fd = -1};
    const char *only = "portal,desk,press,post,diary";
    bool one_user = false;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], "--one-user"))
            one_user = true;
        else if (!site_place_option(count, words, &i, &place) &&
                 !site_option(count, words, &i, "--only", &only))
            return command_usage("up", "\"%s\" is not understood", words[i]);
    }
    if (!read_only(only, up.supervise.wanted))
        return command_usage("up", "--only takes portal, desk, press, post, diary");
    setvbuf(stdout, NULL, _IOLBF, 0);
    ARENA(arena, ARENA_BYTES);
    if (owners_find(one_user, &up.owners) != OK) return command_failed("up", ERR_IO);
    say_walls(&up.owners);
    int status = site_open("up", &place, arena, &up.site);
    if (status) return status;
    up.supervise.site = &up.site;
    up.supervise.owners = &up.owners;
    status = run(&up);
    file_close(&up.log_fd);
    file_close(&up.lock_fd);
    return status;
}
