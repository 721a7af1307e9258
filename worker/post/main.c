/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterbox-post: mail in and out.
 *
 *     letterbox-post [--conf FILE]                          stays up
 *     letterbox-post [--conf FILE] --stdin [--agency SLUG]  takes one message in, for an MTA's pipe
 *
 * It faces mail servers, GOV.UK Notify and PostgreSQL; it parses no mail. It holds its own secret
 * key (finished outgoing messages and their addresses) and the look-up key for doubles; what it
 * takes in is sealed to the press while it is read.
 *
 * The process that is started reads the configuration and makes one process for each lane of work
 * (post.workers of each); each of those reads keys, confines itself and runs the queue. When one of
 * them dies, all end with status 1, and the supervisor starts afresh.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "crypt/secret.h"
#include "sys/confine.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/service.h"
#include "worker/post/post.h"

enum {
    ARENA_BYTES = 4 * 1024 * 1024, /* one job; messages stand in buffers of their own */
    SETTINGS_BYTES = 1024 * 1024,
    MEMORY_BYTES = 1024 * 1024 * 1024, /* of address space, each process */
    OPEN_FILES = 256,
    CHILDREN_MAX = 40,   /* two for each of post.workers, and two */
    SEND_WAIT_MS = 5000, /* a notification comes sooner */
    CLEAR_POLLS = 40,    /* done folders are looked into so many times more seldom than mailboxes */
    FIXED_PATHS = 10,    /* those that every installation has */
};

enum lane { FETCH, CLEAR, SEND, CHECK };

static const struct {
    const char *name;
    enum err (*run)(struct job *job);
    int limit_seconds;
    enum lane lane;
} jobs[] = {
#define JOB(kind, limit_seconds, lane) {#kind, kind, limit_seconds, lane},
#include "worker/post/jobs.def"
#undef JOB
};
enum { JOBS = sizeof jobs / sizeof *jobs };

/* ---- one lane ---- */

static void job_ended(void *state, const struct job *job, const char *kind, int64_t ms,
                      enum err code)
{
    struct post *post = state;
    bool quiet = code == OK && !post->outcome && !post->stored && !post->doubles && !post->moved &&
                 !post->removed;
    enum log_level level = quiet ? LOG_DEBUG : code == OK ? LOG_INFO : LOG_WARN;
    const char *outcome = post->outcome ? post->outcome : "-";
    const char *word = post->outcome_code && *post->outcome_code ? post->outcome_code : "-";
    if (job->message)
        LOG(level, "job", L_WORD("kind", kind), L_ID("job", job->id), L_ID("message", job->message),
            L_INT("ms", ms), L_WORD("outcome", outcome), L_WORD("code", word), L_ERR(code));
    else
        LOG(level, "job", L_WORD("kind", kind), L_ID("job", job->id), L_INT("ms", ms),
            L_INT("stored", post->stored), L_INT("doubles", post->doubles),
            L_INT("moved", post->moved), L_INT("too_big", post->too_big),
            L_INT("removed", post->removed), L_WORD("failing", outcome), L_WORD("code", word),
            L_ERR(code));
    post->stored = post->doubles = post->moved = post->too_big = post->removed = 0;
    post->outcome = post->outcome_code = NULL;
}

static _Noreturn void fail(const char *what, enum err code, const struct buf *problem)
{
    fprintf(stderr, "letterbox-post: %s: %s\n", what,
            problem && problem->len ? problem->at : err_info(code)->message);
    exit(code == ERR_CONFIG ? 2 : 1);
}

/* What a process needs before it is confined. */
static struct db_pool *prepare(const struct conf *conf, struct arena *arena, struct post *post)
{
    BUF(problem, 4096);
    enum err code = crypt_init();
    if (code == OK) code = mail_server_init();
    if (code != OK) fail("a library does not start", code, NULL);
    code = post_settings(conf, arena, &problem, post);
    if (code != OK) fail("configuration", code, &problem);
    code = keys_open(conf->post_key_folder, &problem, &post->keys);
    if (code != OK) fail("keys", code, &problem);
    struct db_pool *pool = NULL;
    struct str conninfo =
        arena_print(arena, "user=lb_post %.*s", STR_ARG(conf->database_connection));
    code = store_db_open(conninfo, 1, (int)conf->database_statement_seconds * 1000, &pool);
    if (code != OK) fail("database", code, NULL);
    return pool;
}

static void confine(const struct conf *conf, struct arena *arena)
{
    struct confine_path paths[FIXED_PATHS + POST_MAILBOXES + 1] = {
        {"/etc/resolv.conf", CONFINE_READ | CONFINE_OPTIONAL},
        {"/etc/hosts", CONFINE_READ | CONFINE_OPTIONAL},
        {"/etc/host.conf", CONFINE_READ | CONFINE_OPTIONAL},
        {"/etc/gai.conf", CONFINE_READ | CONFINE_OPTIONAL},
        {"/etc/nsswitch.conf", CONFINE_READ | CONFINE_OPTIONAL},
        {"/etc/services", CONFINE_READ | CONFINE_OPTIONAL},
        {"/etc/ssl", CONFINE_READ | CONFINE_OPTIONAL},
        {"/usr/lib/ssl", CONFINE_READ | CONFINE_OPTIONAL},
        {"/usr/share/ca-certificates", CONFINE_READ | CONFINE_OPTIONAL},
        {*conf->post_ca_file ? conf->post_ca_file : "/etc/ssl", CONFINE_READ | CONFINE_OPTIONAL},
    };
    const char *folders[POST_MAILBOXES + 1];
    size_t count = post_writable(conf, arena, folders, POST_MAILBOXES + 1);
    for (size_t i = 0; i < count; i++)
        paths[FIXED_PATHS + i] = (struct confine_path){folders[i], CONFINE_READ | CONFINE_WRITE};
    struct confine rules = {
        .profile = CONFINE_POST,
        .unix_sockets = true, /* PostgreSQL on a socket, and names by nscd or resolved */
        .inet_sockets = true,
        .paths = paths,
        .path_count = FIXED_PATHS + count,
        .memory_bytes = MEMORY_BYTES,
        .open_files = OPEN_FILES,
    };
    struct confine_report report;
    enum err code = confine_self(&rules, &report);
    if (code != OK) fail("confinement", code, NULL);
    LOG(LOG_INFO, "confined", L_INT("landlock", report.landlock_abi));
}

static int due_ms(void *state)
{
    return post_pace_due_ms(((struct post *)state)->pace);
}

/* Never comes back. Says that it is ready by a byte on ready_fd. */
static _Noreturn void run_lane(const struct conf *conf, struct arena *arena, enum lane lane,
                               struct post_pace *pace, int ready_fd)
{
    struct post post;
    struct db_pool *pool = prepare(conf, arena, &post);
    post.stop_fd = service_stop_fd();
    post.pace = pace;
    int poll_ms = (int)conf->post_poll_seconds * 1000;
    struct job_kind kinds[JOBS + 1] = {{0}};
    size_t count = 0;
    for (size_t i = 0; i < JOBS; i++) {
        if (jobs[i].lane != lane) continue;
        kinds[count++] = (struct job_kind){
            .name = jobs[i].name,
            .run = jobs[i].run,
            .limit_seconds = jobs[i].limit_seconds,
            .every_seconds = lane == FETCH   ? (int)conf->post_poll_seconds
                             : lane == CLEAR ? (int)conf->post_poll_seconds * CLEAR_POLLS
                                             : 0,
        };
    }
    struct queue queue = {
        .worker = "post",
        .pool = pool,
        .kinds = kinds,
        .state = &post,
        .wait_ms = lane == FETCH ? poll_ms / 4 : SEND_WAIT_MS,
        .jitter_ms = lane == FETCH ? poll_ms / 4 : 0,
        .due_ms = lane == SEND ? due_ms : NULL,
        .arena_bytes = ARENA_BYTES,
        .ended = job_ended,
    };
    confine(conf, arena);
    if (write(ready_fd, "", 1) != 1) fail("start", ERR_IO, NULL);
    close(ready_fd);
    /* What came while nothing ran goes before what is cleared away. */
    struct pollfd stop = {.fd = post.stop_fd, .events = POLLIN};
    if (lane == CLEAR) (void)poll(&stop, 1, poll_ms);
    queue_run(&queue, post.stop_fd, false);
    post_done(&post);
    store_db_close(&pool);
    exit(0);
}

/* ---- all lanes ---- */

struct children {
    pid_t ids[CHILDREN_MAX];
    size_t count;
    struct post_pace *pace; /* which they share */
};

static void start_lane(const struct conf *conf, struct arena *arena, enum lane lane, int ready_fd,
                       pid_t parent, struct children *children)
{
    ASSERT(children->count < CHILDREN_MAX);
    pid_t child = fork();
    if (child < 0) fail("start", ERR_MEMORY, NULL);
    if (child > 0) {
        children->ids[children->count++] = child;
        return;
    }
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) exit(1);
    run_lane(conf, arena, lane, children->pace, ready_fd);
}

static void end_children(struct children *children)
{
    for (size_t i = 0; i < children->count; i++) kill(children->ids[i], SIGTERM);
}

/* Until all have ended; 0 if each was asked to and did so well. */
static int wait_for_children(struct children *children)
{
    int worst = 0;
    while (children->count) {
        int status;
        pid_t ended = wait(&status);
        if (ended < 0 && errno == EINTR) continue;
        ASSERT(ended > 0);
        size_t i = 0;
        while (i < children->count && children->ids[i] != ended) i++;
        if (i == children->count) continue;
        children->ids[i] = children->ids[--children->count];
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && service_is_stopping()) continue;
        if (worst == 0) {
            LOG(LOG_FAIL, "lane_died", L_INT("pid", ended), L_INT("status", status));
            worst = WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1;
        }
        end_children(children);
    }
    return worst;
}

/* Reads until all have said so; false when one died before. */
static bool all_are_ready(int ready_fd, size_t wanted)
{
    char bytes[CHILDREN_MAX];
    for (size_t count = 0; count < wanted;) {
        ssize_t got = read(ready_fd, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        count += (size_t)got;
    }
    return true;
}

static int stay_up(const struct conf *conf, struct arena *arena)
{
    int ready[2];
    if (pipe(ready) != 0) fail("start", ERR_IO, NULL);
    struct children children = {.pace = post_pace_new(conf->smtp_domain_per_minute)};
    if (!children.pace) fail("start", ERR_MEMORY, NULL);
    pid_t parent = getpid();
    bool has_notify = post_has_notify(conf);
    for (int64_t i = 0; i < conf->post_workers; i++) {
        start_lane(conf, arena, FETCH, ready[1], parent, &children);
        if (conf->smtp_host.len || has_notify)
            start_lane(conf, arena, SEND, ready[1], parent, &children);
    }
    if (has_notify) start_lane(conf, arena, CHECK, ready[1], parent, &children);
    if (conf->post_done_days > 0) start_lane(conf, arena, CLEAR, ready[1], parent, &children);
    close(ready[1]);
    if (all_are_ready(ready[0], children.count)) service_ready();
    close(ready[0]);
    return wait_for_children(&children);
}

/* ---- one message ---- */

/*
 * In a child, so that whatever ends it (a wrong configuration, a limit, a signal) is status 75 to
 * the MTA: a mail must not bounce because we are not well.
 */
static int take_one(int argc, char **argv, struct arena *arena, const char *agency)
{
    pid_t child = fork();
    if (child < 0) return EX_TEMPFAIL;
    if (child == 0) {
        struct conf conf;
        struct post post;
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) exit(EX_TEMPFAIL);
        service_conf(argc, argv, arena, &conf);
        struct db_pool *pool = prepare(&conf, arena, &post);
        confine(&conf, arena);
        int status = post_stdin(&post, pool, str_from(agency));
        post_done(&post);
        store_db_close(&pool);
        exit(status);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return EX_TEMPFAIL;
    if (!WIFEXITED(status)) return EX_TEMPFAIL;
    int code = WEXITSTATUS(status);
    return code == EX_OK || code == EX_DATAERR ? code : EX_TEMPFAIL;
}

/* Takes "--stdin" and "--agency SLUG" out of the arguments. */
static bool take_options(int *argc, char **argv, const char **ret_agency)
{
    bool is_stdin = false;
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--stdin") == 0)
            is_stdin = true;
        else if (strcmp(argv[i], "--agency") == 0 && i + 1 < *argc)
            *ret_agency = argv[++i];
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    *argc = kept;
    return is_stdin;
}

static int usage(void)
{
    puts("usage: letterbox-post [--conf FILE]\n"
         "       letterbox-post [--conf FILE] --stdin [--agency SLUG]");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) return usage();
    const char *agency = "";
    bool is_stdin = take_options(&argc, argv, &agency);
    service_start("post");
    ARENA(arena, SETTINGS_BYTES);
    if (is_stdin) return take_one(argc, argv, arena, agency);
    struct conf conf;
    service_conf(argc, argv, arena, &conf);
    return stay_up(&conf, arena);
}
