/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterbox-press: opens what arrived, has it taken apart, looks through it, and makes what leaves.
 *
 * It faces PostgreSQL and, where there is one, the virus scanner's socket: no network, no format
 * from outside. It holds the press
 * secret of each agency, the look-up keys, and (through its own gpg-agent) the mail key.
 *
 *     letterbox-press [--conf FILE]
 *
 * Order matters: the spawner of sandboxes is forked before a key is read or the database opened;
 * then keys; then the press confines itself; only then do its lanes claim their first jobs. The
 * gpg-agent of its GNUPGHOME is started before, by `letterboxctl up` or its own unit.
 */
#include <string.h>

#include "core/conf.h"
#include "redact/redact.h"
#include "sys/confine.h"
#include "sys/log.h"
#include "sys/service.h"
#include "worker/press/jobs.h"
#include "worker/press/press.h"

enum {
    TEXTING = 6, /* sections notify_1 … */
    ARENA_CONF = 1024 * 1024,
    ARENA_TABLES = 32 * 1024 * 1024,
    ARENA_JOB = 256 * 1024 * 1024,
    ARENA_LANE = 64 * 1024,
    LANE_CONNECTIONS = 2,
    WAIT_MS = 5000,
    HTTPS_PORT = 443,
};

static const struct job_kind kinds[] = {
#define JOB(kind, limit_seconds, every_seconds) {#kind, kind, limit_seconds, every_seconds},
#include "worker/press/jobs.def"
#undef JOB
    {NULL, NULL, 0, 0},
};

static void log_job(void *state, const struct job *job, const char *kind, int64_t ms, enum err code)
{
    (void)state;
    LOG(code == OK ? LOG_INFO : LOG_WARN, "job", L_WORD("kind", kind), L_ID("job", job->id),
        L_INT("attempt", job->attempt), L_INT("ms", ms), L_ERR(code));
}

/* How people reach the portal: as configured, or its host name and port. */
static struct str portal_origin(const struct conf *conf, struct arena *arena)
{
    if (conf->portal_origin.len) return conf->portal_origin;
    if (conf->portal_port == HTTPS_PORT)
        return arena_print(arena, "https://%.*s", STR_ARG(conf->portal_host_name));
    return arena_print(arena, "https://%.*s:%d", STR_ARG(conf->portal_host_name),
                       (int)conf->portal_port);
}

static void take_mailboxes(const struct conf *conf, struct press *press)
{
#define MAILBOX(n)                                                                                 \
    {                                                                                              \
        conf->mailbox_##n##_agency, conf->mailbox_##n##_address, conf->mailbox_##n##_reply_domain, \
            conf->mailbox_##n##_acknowledge                                                        \
    }
    const struct press_mailbox mailboxes[] = {MAILBOX(1), MAILBOX(2), MAILBOX(3),
                                              MAILBOX(4), MAILBOX(5), MAILBOX(6)};
#undef MAILBOX
    _Static_assert(sizeof mailboxes == sizeof press->mailboxes, "one for each section");
    memcpy(press->mailboxes, mailboxes, sizeof mailboxes);
    press->sender = conf->smtp_from;
}

static struct tmpl_set *templates(void)
{
    struct tmpl_set *set = NULL;
    BUF(problem, 2000);
    if (tmpl_set_open(embedded_templates, STR("mail"), TMPL_TEXT, &problem, &set) != OK)
        service_fail(problem.at);
    return set;
}

static struct keys *open_keys(const struct conf *conf)
{
    BUF(problem, 2000);
    struct keys *keys = NULL;
    if (keys_open(conf->press_key_folder, &problem, &keys) != OK) service_fail(problem.at);
    return keys;
}

static struct virus_scanner scanner(const struct conf *conf)
{
    struct virus_scanner scanner;
    const char *problem = virus_configure(conf, &scanner);
    if (problem) service_fail(problem);
    return scanner;
}

/* Whose texts the post can send; the key is the post's alone. */
static size_t list_texting(const struct conf *conf, struct str ret_slugs[TEXTING])
{
#define NOTIFY(n)                                                   \
    {                                                               \
        conf->notify_##n##_agency, conf->notify_##n##_text_template \
    }
    const struct str all[TEXTING][2] = {NOTIFY(1), NOTIFY(2), NOTIFY(3),
                                        NOTIFY(4), NOTIFY(5), NOTIFY(6)};
#undef NOTIFY
    size_t count = 0;
    for (size_t i = 0; i < TEXTING; i++)
        if (all[i][1].len) ret_slugs[count++] = all[i][0];
    return count;
}

/* The scanner's socket needs no path here: Landlock does not stop connecting to one. */
static void confine(const struct conf *conf)
{
    const struct confine_path paths[] = {
        {"/usr/bin/gpg", CONFINE_READ | CONFINE_EXECUTE},
        {"/usr/lib", CONFINE_READ | CONFINE_EXECUTE},
        {"/usr/bin/gpgconf", CONFINE_READ | CONFINE_EXECUTE | CONFINE_OPTIONAL},
        {conf->press_gnupg_home, CONFINE_READ | CONFINE_WRITE},
        {RENDER_FONT_FOLDER, CONFINE_READ},
    };
    const struct confine settings = {
        .profile = CONFINE_PRESS,
        .unix_sockets = true,
        .paths = paths,
        .path_count = sizeof paths / sizeof *paths,
    };
    struct confine_report report;
    if (confine_self(&settings, &report) != OK)
        service_fail("it could not confine itself: a kernel with seccomp, and GnuPG, are needed");
    LOG(LOG_INFO, "confined", L_INT("landlock", report.landlock_abi));
}

/* A lane works on one job at a time, with connections, GnuPG and typefaces of its own. */
struct lane {
    struct press press;
    struct db_pool *pool;
    struct arena *arena;
};

/* Before the press confines itself. */
static void open_lane(const struct conf *conf, const struct press *shared, struct lane *lane)
{
    lane->press = *shared;
    lane->arena = arena_new(ARENA_LANE);
    if (pgp_open(lane->arena, conf->press_gnupg_home, &lane->press.pgp) != OK)
        service_fail("GnuPG cannot use the folder of [press] gnupg_home: is it there, and ours?");
    struct str conninfo =
        arena_print(lane->arena, "user=lb_press %.*s", STR_ARG(conf->database_connection));
    if (store_db_open(conninfo, LANE_CONNECTIONS, (int)conf->database_statement_seconds * 1000,
                      &lane->pool) != OK)
        service_fail("there is no memory for the database's connections");
}

/* Within the walls. One lane of several is never taken up by what strangers sent. */
static struct queue lane_queue(struct lane *lane, bool leaves_strangers)
{
    if (render_fonts_open(&lane->press.fonts) != OK)
        service_fail("there is no typeface to print with: install fonts-liberation2");
    return (struct queue){
        .worker = "press",
        .pool = lane->pool,
        .kinds = kinds,
        .leaves = leaves_strangers ? "prepare_stranger" : NULL,
        .state = &lane->press,
        .wait_ms = WAIT_MS,
        .arena_bytes = ARENA_JOB,
        .ended = log_job,
    };
}

static void close_lane(struct lane *lane)
{
    store_db_close(&lane->pool);
    render_fonts_close(&lane->press.fonts);
    arena_free(&lane->arena);
}

static void run_lanes(const struct conf *conf, const struct press *shared)
{
    struct lane lanes[QUEUE_LANES_MAX];
    struct queue queues[QUEUE_LANES_MAX];
    size_t count = (size_t)conf->press_workers;
    ASSERT(count <= QUEUE_LANES_MAX);
    for (size_t i = 0; i < count; i++) open_lane(conf, shared, &lanes[i]);
    confine(conf);
    for (size_t i = 0; i < count; i++) queues[i] = lane_queue(&lanes[i], i == 0 && count > 1);
    service_ready();
    queue_run_lanes(queues, count, service_stop_fd());
    service_stopping();
    for (size_t i = 0; i < count; i++) close_lane(&lanes[i]);
}

int main(int argc, char **argv)
{
    service_start("press");
    struct spawner *spawner = NULL;
    /* Each lane has one sandbox at a time, and never waits for that of another. */
    if (spawner_open(&(struct spawner_settings){.at_once = QUEUE_LANES_MAX}, &spawner) != OK)
        service_fail("the spawner of sandboxes could not be started: install bubblewrap, and see "
                     "`letterboxctl status`");
    ARENA(arena, ARENA_CONF);
    struct conf conf;
    service_conf(argc, argv, arena, &conf);
    if (crypt_init() != OK || pgp_init() != OK)
        service_fail("a cryptographic library could not be started");
    struct arena *tables = arena_new(ARENA_TABLES);
    struct keys *keys = open_keys(&conf);
    struct password_places places;
    password_places_init(&places, (unsigned)conf.press_workers, PASSWORD_WAIT_MS);
    struct str texting[TEXTING];
    struct press press = {
        .keys = keys,
        .spawner = spawner,
        .redactor = redactor_new(tables),
        .cleaning = cleaner_settings(&conf),
        .templates = templates(),
        .places = &places,
        .authserv = conf.post_authserv,
        .origin = portal_origin(&conf, arena),
        .scanner = scanner(&conf),
        .texting = texting,
        .texting_count = list_texting(&conf, texting),
    };
    take_mailboxes(&conf, &press);
    run_lanes(&conf, &press);
    arena_free(&tables);
    keys_free(&keys);
    tmpl_set_free(&press.templates);
    password_places_done(&places);
    spawner_close(&spawner);
    return 0;
}
