/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libgen.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/num.h"
#include "ops/letterboxctl/command.h"
#include "sys/file.h"

enum {
    START_WAIT_MS = 60 * 1000,
    LOOK_EVERY_MS = 20,
    START_ATTEMPTS = 4,
    START_AGAIN_MS = 1000,
    SOCKET_PATH_MAX = 107,
    STATUS_LINE = 8, /* of postmaster.pid */
};

static const char *const roles[] = {"postgres", "lb_owner", "lb_portal", "lb_desk",
                                    "lb_press", "lb_post",  "lb_diary",  "lb_report"};
enum { ROLES = sizeof roles / sizeof *roles };

static struct str folder_above(const struct site *site)
{
    char *copy = strdupa(site->conf.database_cluster_folder);
    return arena_str(site->arena, str_from(dirname(copy)));
}

static const char *in_cluster(const struct site *site, const char *name)
{
    return arena_c(site->arena,
                   arena_print(site->arena, "%s/%s", site->conf.database_cluster_folder, name));
}

/* The programs of the newest PostgreSQL that is installed. */
static const char *program(const struct site *site, const char *name)
{
    glob_t found = {0};
    const char *path = NULL;
    struct str pattern = arena_print(site->arena, "/usr/lib/postgresql/*/bin/%s", name);
    if (glob(arena_c(site->arena, pattern), 0, NULL, &found) == 0)
        path = arena_c(site->arena, str_from(found.gl_pathv[found.gl_pathc - 1]));
    globfree(&found);
    return path;
}

/* ---- making ---- */

static void put_ident(struct buf *text, const char *user, const char *role)
{
    buf_print(text, "letterbox  \"%s\"  %s\n", user, role);
}

static enum err write_access(const struct site *site, const struct owners *owners)
{
    BUF(map, 8192);
    buf_add_c(&map, "# Written by letterboxctl: which Unix user may be which role.\n");
    const struct passwd *self = getpwuid(geteuid());
    if (!self) return ERR_NOT_FOUND;
    const char *me = strdupa(self->pw_name);
    for (int i = 0; i < ROLES; i++) put_ident(&map, me, roles[i]);
    const struct passwd *db = getpwuid(owners->at[OWNER_DB].uid);
    if (db && db->pw_uid != geteuid()) put_ident(&map, strdupa(db->pw_name), "postgres");
    if (owners->has_walls) {
        for (int i = 0; i < OWNER_DB; i++) {
            BUF(role, 40);
            buf_print(&role, "lb_%s", owner_word((enum owner_name)i));
            put_ident(&map, owners->at[i].user, role.at);
        }
    }
    TRY(buf_done(&map));
    TRY(file_write(in_cluster(site, "pg_ident.conf"), buf_str(&map), 0600));
    return file_write(
        in_cluster(site, "pg_hba.conf"),
        STR("# Written by letterboxctl: the unix socket alone, as the user that one is.\n"
            "local all all peer map=letterbox\n"),
        0600);
}

static enum err write_settings(const struct site *site)
{
    BUF(text, 8192);
    buf_print(&text,
              "# Written by letterboxctl.\n"
              "listen_addresses = ''\n"
              "unix_socket_directories = '%.*s'\n"
              "max_connections = 100\n"
              "shared_buffers = 128MB\n"
              "wal_buffers = 16MB\n"      /* an upload is written at one go, */
              "wal_writer_delay = 10ms\n" /* its log while it still comes in, */
              "min_wal_size = 512MB\n"    /* over files that are there already */
              "password_encryption = 'scram-sha-256'\n"
              "log_line_prefix = '%%m [%%p] %%u '\n"
              "log_min_messages = warning\n"
              "log_min_error_statement = panic\n"
              "log_statement = none\n"
              "log_checkpoints = off\n"
              "log_parameter_max_length_on_error = 0\n"
              "timezone = 'UTC'\n",
              STR_ARG(folder_above(site)));
    TRY(buf_done(&text));
    return file_write(in_cluster(site, "postgresql.auto.conf"), buf_str(&text), 0600);
}

struct setting {
    const struct site *site;
    const struct owners *owners;
};

static enum err write_all(void *context, struct buf *answer)
{
    const struct setting *setting = context;
    (void)answer;
    TRY(write_settings(setting->site));
    return OK;
}

static int make_new(const struct site *site, const struct owners *owners, int log_fd)
{
    const char *initdb = program(site, "initdb");
    if (!initdb)
        return site_fail(site, "PostgreSQL's initdb is not installed. Run: ops/install runtime");
    printf("Making a PostgreSQL cluster in %s\n", site->conf.database_cluster_folder);
    const char *const argv[] = {initdb,
                                "-D",
                                site->conf.database_cluster_folder,
                                "-U",
                                "postgres",
                                "--auth-local=peer",
                                "--auth-host=reject",
                                "--no-locale",
                                "--data-checksums",
                                "-E",
                                "UTF8",
                                "--no-instructions",
                                "--no-clean",
                                NULL};
    if (owner_run(owners, OWNER_DB, argv, log_fd) != 0)
        return site_fail(site, "initdb could not make %s. Its words are in the log.",
                         site->conf.database_cluster_folder);
    struct setting setting = {site, owners};
    BUF(nothing, 16);
    enum err code = owner_do(owners, OWNER_DB, write_all, &setting, &nothing);
    return code == OK ? COMMAND_DONE : site_failed(site, "settings of PostgreSQL", code);
}

/* The map names the user who runs this: written at each start, for the folder may have moved. */
static int settle_access(const struct site *site, const struct owners *owners)
{
    enum err code = write_access(site, owners);
    const char *const names[] = {"pg_hba.conf", "pg_ident.conf"};
    for (size_t i = 0; code == OK && i < 2; i++)
        if (chown(in_cluster(site, names[i]), owners->at[OWNER_DB].uid, owners->at[OWNER_DB].gid) !=
            0)
            code = ERR_IO;
    return code == OK ? COMMAND_DONE : site_failed(site, "pg_hba.conf", code);
}

int cluster_make(const struct site *site, const struct owners *owners, int log_fd)
{
    const char *above = arena_c(site->arena, folder_above(site));
    if (strlen(above) + sizeof "/.s.PGSQL.5432" > SOCKET_PATH_MAX)
        return site_fail(site,
                         "%s is too long a path for PostgreSQL's socket. Choose a run folder "
                         "of at most 80 characters.",
                         above);
    enum err code = owner_folder(&owners->at[OWNER_DB], above, 0755);
    if (code != OK) return site_failed(site, above, code);
    int status =
        file_exists(in_cluster(site, "PG_VERSION")) ? COMMAND_DONE : make_new(site, owners, log_fd);
    return status ? status : settle_access(site, owners);
}

/* ---- running ---- */

static void pause_ms(int ms)
{
    struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* The process that postmaster.pid names, if it lives; *ret_ready: it answers. */
static pid_t running(const struct site *site, bool *ret_ready)
{
    BUF(text, 4096);
    int64_t pid = 0;
    *ret_ready = false;
    if (file_read(in_cluster(site, "postmaster.pid"), &text) != OK) return 0;
    struct str rest = buf_str(&text), line;
    for (int number = 1; str_split(&rest, '\n', &line); number++) {
        if (number == 1 && !num_parse(line, 2, INT32_MAX, &pid)) return 0;
        if (number == STATUS_LINE) *ret_ready = str_equal(str_trim(line), STR("ready"));
    }
    return kill((pid_t)pid, 0) == 0 || errno == EPERM ? (pid_t)pid : 0;
}

static int spawn(const struct site *site, const struct owners *owners, int log_fd, pid_t *ret_pid)
{
    const char *postgres = program(site, "postgres");
    if (!postgres) return site_fail(site, "PostgreSQL is not installed. Run: ops/install runtime");
    fflush(stdout);
    pid_t parent = getpid(), child = fork();
    if (child < 0) return site_failed(site, "PostgreSQL", ERR_MEMORY);
    if (child == 0) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        /* Out of the terminal's reach: Ctrl-C is for the supervisor, which ends it last. */
        if (null < 0 || dup2(null, 0) < 0 || dup2(log_fd, 1) < 0 || dup2(log_fd, 2) < 0 ||
            setsid() < 0 || !owner_become(owners, OWNER_DB) || chdir("/") != 0)
            _exit(126);
        if (prctl(PR_SET_PDEATHSIG, SIGINT) != 0 || getppid() != parent) _exit(126);
        /* It finds its own folder by the name that it was called by. */
        execl(postgres, postgres, "-D", site->conf.database_cluster_folder, (char *)NULL);
        _exit(127);
    }
    *ret_pid = child;
    return COMMAND_DONE;
}

static int did_not_start(const struct site *site)
{
    const char *log = arena_c(site->arena, arena_print(site->arena, "%s/log/postgres.log",
                                                       site->conf.service_run_folder));
    BUF(words, SITE_LAST_WORDS_BYTES);
    site_last_words(log, &words);
    return site_fail(site, "PostgreSQL did not start. The last line of %s: %s", log, words.at);
}

/* Until it is ready. ERR_DB_AWAY: it has ended; ERR_TIMEOUT: it took too long, and was ended. */
static enum err wait_ready(const struct site *site, pid_t child, int *waited)
{
    bool is_ready;
    for (; *waited < START_WAIT_MS; *waited += LOOK_EVERY_MS) {
        if (running(site, &is_ready) == child && is_ready) return OK;
        if (waitpid(child, NULL, WNOHANG) == child) return ERR_DB_AWAY;
        pause_ms(LOOK_EVERY_MS);
    }
    cluster_stop(child);
    return ERR_TIMEOUT;
}

int cluster_start(const struct site *site, const struct owners *owners, int log_fd, pid_t *ret_pid)
{
    bool is_ready;
    *ret_pid = 0;
    if (running(site, &is_ready) && is_ready) return COMMAND_DONE;
    int waited = 0;
    /* What another left behind may take a moment to go: a process that still ends, its memory. */
    for (int attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
        pid_t child = 0;
        int status = spawn(site, owners, log_fd, &child);
        if (status) return status;
        enum err code = wait_ready(site, child, &waited);
        if (code == OK) {
            *ret_pid = child;
            return COMMAND_DONE;
        }
        if (code == ERR_TIMEOUT)
            return site_fail(site, "PostgreSQL was not ready after %d s. Its words are in the log.",
                             START_WAIT_MS / 1000);
        if (attempt < START_ATTEMPTS) pause_ms(START_AGAIN_MS);
    }
    return did_not_start(site);
}

int cluster_database(const struct site *site, const struct owners *owners, int log_fd)
{
    const char *above = arena_c(site->arena, folder_above(site));
    const char *psql = program(site, "psql"), *createdb = program(site, "createdb");
    if (!psql || !createdb)
        return site_fail(site, "PostgreSQL's client is not installed. Run: ops/install runtime");
    const char *const there[] = {psql,       "-X", "-q",        "-h", above, "-U",
                                 "postgres", "-d", "letterbox", "-c", "",    NULL};
    const char *const make[] = {createdb, "-h", above, "-U", "postgres", "letterbox", NULL};
    /* A cluster that was cut off while it was made has none. */
    if (owner_run(owners, OWNER_DB, there, log_fd) == 0 ||
        owner_run(owners, OWNER_DB, make, log_fd) == 0)
        return COMMAND_DONE;
    return site_fail(site, "The database \"letterbox\" could not be made in %s.", above);
}

void cluster_stop(pid_t pid)
{
    if (pid <= 0) return;
    kill(pid, SIGINT);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
}
