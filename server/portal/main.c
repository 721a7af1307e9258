/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterbox-portal: the families' door, and the door of readers with a link.
 *
 * It faces the internet. It holds public keys, its host secret and the look-up keys of sign-in; it
 * opens no stored letter but what the person in front of it may read, with that person's own key.
 *
 *     letterbox-portal [--conf FILE]
 */
#include <unistd.h>

#include "core/conf.h"
#include "render/ical.h"
#include "server/http/spool.h"
#include "server/portal/portal.h"
#include "sys/clock.h"
#include "sys/confine.h"
#include "sys/log.h"
#include "sys/service.h"

enum { ARENA_CONF = 1024 * 1024, SIGN_IN_WAITERS = 64 };

static const struct route routes[] = {
#define ROUTE ROUTE_ROW
#include "server/portal/routes.def"
#undef ROUTE
};

/* What every page of a signed-in person shows. */
static enum err dress(struct request *request)
{
    if (request->session.kind == SESSION_NONE || request->session.stage != STAGE_FULL) return OK;
    json_t *person = json_object();
    json_put_int(person, "idle_minutes", 30);
    struct str own = json_get_str(request->view, "own");
    if (own.len) json_put_str(person, "name", own);
    json_put(request->view, "person", person);
    return OK;
}

static enum err is_ready(void *app)
{
    const struct portal *portal = app;
    ARENA(arena, (size_t)64 * 1024);
    struct store_rows rows;
    return store_db_one(portal->db, NULL, QUERY_schema_number, NO_PARAMS, arena, &rows);
}

static const char *folder_of(struct arena *arena, const char *path)
{
    struct str folder = str_from(path);
    while (folder.len > 1 && folder.at[folder.len - 1] != '/') folder.len--;
    return arena_c(arena, folder);
}

static void confine(const struct conf *conf, struct arena *arena)
{
    const struct confine_path paths[] = {
        {conf->portal_spool_folder, CONFINE_READ | CONFINE_WRITE},
        /* the folders: a renewed certificate is another file */
        {folder_of(arena, conf->portal_tls_certificate), CONFINE_READ},
        {folder_of(arena, conf->portal_tls_key), CONFINE_READ},
        {conf->service_run_folder, CONFINE_READ | CONFINE_WRITE},
    };
    const struct confine settings = {
        .profile = CONFINE_PORTAL,
        .unix_sockets = true,
        .inet_sockets = true,
        .paths = paths,
        .path_count = sizeof paths / sizeof *paths,
    };
    struct confine_report report;
    if (confine_self(&settings, &report) != OK)
        service_fail("it could not confine itself: see that its folders exist and the kernel has "
                     "seccomp");
    LOG(LOG_INFO, "confined", L_INT("landlock", report.landlock_abi));
}

static void open_templates(struct buf *problem, struct tmpl_set **ret_pages,
                           struct tmpl_set **ret_mails)
{
    if (tmpl_set_open(embedded_templates, STR("portal"), TMPL_PAGE, problem, ret_pages) != OK ||
        tmpl_set_open(embedded_templates, STR("mail"), TMPL_TEXT, problem, ret_mails) != OK)
        service_fail(problem->at);
}

static void serve(struct http_service *service, const struct conf *conf, struct portal *portal)
{
    BUF(problem, 2000);
    struct http *http = NULL;
    http_configure(service, conf, "portal");
    service->process = "portal";
    service->cookies[COOKIE_MAIN] = "__Host-portal";
    service->cookies[COOKIE_LINK] = "__Host-link";
    service->cookies[COOKIE_READER] = "__Host-reader";
    service->routes = routes;
    service->route_count = sizeof routes / sizeof *routes;
    service->error_page = "portal/error";
    service->css = "portal.css";
    service->js = "portal.js";
    service->sink = &spool_sink;
    service->app = portal;
    service->dress = dress;
    service->ready = is_ready;
    if (http_open(service, &problem, &http) != OK) service_fail(problem.at);
    service_ready();
    while (service_wait() == SERVICE_RELOAD)
        if (http_reload_tls(http, &problem) != OK) LOG(LOG_WARN, "tls-not-reloaded", L_INT("n", 1));
    service_stopping();
    if (!http_close(&http, SERVICE_DRAIN_SECONDS)) _exit(0);
}

int main(int argc, char **argv)
{
    service_start("portal");
    ARENA(arena, ARENA_CONF);
    struct conf conf;
    service_conf(argc, argv, arena, &conf);
    BUF(problem, 2000);
    if (crypt_init() != OK) service_fail("libsodium or OpenSSL could not be started");
    struct keys *keys = NULL;
    if (keys_open(conf.portal_key_folder, &problem, &keys) != OK) service_fail(problem.at);
    const struct secret *host;
    if (keys_find(keys, KEY_HOST, 0, &host) != OK)
        service_fail("there is no host secret among its keys: run letterboxctl init");
    struct tmpl_set *pages = NULL, *mails = NULL;
    open_templates(&problem, &pages, &mails);
    struct password_places places;
    password_places_init(&places, SIGN_IN_WAITERS, PASSWORD_WAIT_MS);
    struct db_pool *pool = NULL;
    struct str conninfo =
        arena_print(arena, "%.*s user=lb_portal", STR_ARG(conf.database_connection));
    if (store_db_open(conninfo, (size_t)conf.portal_database_connections,
                      (int)conf.database_statement_seconds * 1000, &pool) != OK)
        service_fail("there is no memory for the database's connections");
    struct portal portal = {&conf, keys, host, &places, mails, pool};
    struct http_service service = {.db = pool, .host_secret = host, .templates = pages};
    render_ical_open();
    confine(&conf, arena);
    serve(&service, &conf, &portal);
    store_db_close(&pool);
    password_places_done(&places);
    tmpl_set_free(&pages);
    tmpl_set_free(&mails);
    keys_free(&keys);
    return 0;
}
