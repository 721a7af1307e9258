/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterbox-desk: the staff's door.
 *
 * It faces the agency's network. It holds public keys, its host secret, look-up keys and the key of
 * screen digests; the desk secret opens only inside the request of a signed-in member of staff.
 *
 *     letterbox-desk [--conf FILE]
 */
#include <unistd.h>

#include "core/conf.h"
#include "render/ical.h"
#include "server/desk/register.h"
#include "server/desk/staff.h"
#include "server/http/spool.h"
#include "sys/clock.h"
#include "sys/confine.h"
#include "sys/log.h"
#include "sys/service.h"

enum { ARENA_CONF = 1024 * 1024, SIGN_IN_WAITERS = 64 };

static const struct route routes[] = {
#define ROUTE ROUTE_ROW
#include "server/desk/routes.def"
#undef ROUTE
};

struct dressing {
    struct request *request;
    struct str name;                /* empty: it cannot be opened */
    struct str acts_for, acts_from; /* agencies, of who acts from another; else empty */
};

static enum err read_person(struct store *store, void *context)
{
    struct dressing *dressing = context;
    struct request *request = dressing->request;
    struct desk_keyring keyring;
    struct store_rows rows, here;
    TRY(store_query_one(store, QUERY_staff_find, PARAMS(P_INT(request->session.staff)),
                        request->arena, &rows));
    if (!rows_null(&rows, 0, "home_agency_id")) {
        TRY(store_query_one(store, QUERY_acting_here, NO_PARAMS, request->arena, &here));
        dressing->acts_for = rows_str(&here, 0, "name");
        dressing->acts_from = rows_str(&here, 0, "home_name");
    }
    TRY(desk_keyring(request, store, &keyring));
    JSON record = NULL;
    TRY(staff_record(request, &keyring, &rows, 0, &record));
    dressing->name = arena_str(request->arena, json_get_str(record, "name"));
    return OK;
}

/* Whoever acts for another agency than their own sees it on each page. */
static void put_acting(const struct dressing *dressing, json_t *person)
{
    if (dressing->acts_for.len == 0) return;
    json_t *acting = json_object();
    json_put_str(acting, "for", dressing->acts_for);
    json_put_str(acting, "from", dressing->acts_from);
    json_put(person, "acting", acting);
}

/* A page leads to what its reader's role may ask for, and to nothing else. */
static bool may(const struct request *request, enum http_who who)
{
    return session_fits(session_rule(who), &request->session);
}

/* The page that somebody else changed meanwhile, for the one who is told so. */
static void put_back(struct request *request)
{
    static const char *const pages[] = {"/letters/",      "/quarantine/", "/parties/",
                                        "/arrangements/", "/occasions/",  "/prints/",
                                        "/visits/"};
    static const char *const rows[] = {"/dispatches/", "/messages/", "/jobs/", "/bounces/"};
    if (!str_equal(json_get_str(request->view, "code"), STR("conflict"))) return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_starts(request->path, str_from(rows[i])))
            json_put_str(request->view, "back", STR("/problems"));
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct str page = str_from(pages[i]);
        if (!str_starts(request->path, page)) continue;
        size_t end = str_find_byte(str_from_byte(request->path, page.len), '/');
        json_put_str(request->view, "back",
                     end == STR_NONE ? request->path : str_slice(request->path, 0, page.len + end));
    }
}

/* What every page of a signed-in person shows. */
static enum err dress(struct request *request)
{
    if (request->session.kind == SESSION_NONE || request->session.stage != STAGE_FULL) return OK;
    json_t *person = json_object();
    json_t *can = json_object();
    enum staff_role role = request->session.role;
    json_put_int(person, "idle_minutes", 15);
    struct dressing dressing = {.request = request};
    json_put(request->view, "person", person);
    json_put(person, "can", can);
    enum err code = request_run(request, read_person, &dressing);
    /* somebody without a grant yet, or whose record does not open, is shown by the role alone */
    if (code != OK && code != ERR_FORBIDDEN && code != ERR_SEAL_BROKEN && code != ERR_NO_KEY)
        return code;
    if (dressing.name.len) json_put_str(person, "name", dressing.name);
    put_acting(&dressing, person);
    json_put(person, "role", desk_tagged(request, str_from(session_role_name(role))));
    json_put_bool(can, "read", may(request, WHO_READS));
    json_put_bool(can, "see", may(request, WHO_SEES));
    json_put_bool(can, "work", may(request, WHO_WORKS));
    json_put_bool(can, "manage", may(request, WHO_LEADS));
    json_put_bool(can, "lift", may(request, WHO_MANAGER));
    json_put_bool(can, "admin", may(request, WHO_ADMIN));
    put_back(request);
    return OK;
}

static enum err is_ready(void *app)
{
    const struct desk *desk = app;
    ARENA(arena, (size_t)64 * 1024);
    struct store_rows rows;
    return store_db_one(desk->db, NULL, QUERY_schema_number, NO_PARAMS, arena, &rows);
}

/* Without its scanner the desk is as ready as ever: it is letters that wait for it. */
static void tell_scanner(void *app, struct buf *text)
{
    const struct desk *desk = app;
    if (desk->scanner.rule == VIRUS_OFF) return;
    buf_add_c(text, virus_ping(desk->scanner.socket) == OK ? "scanner answers\n"
                                                           : "scanner does not answer\n");
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
        {conf->desk_spool_folder, CONFINE_READ | CONFINE_WRITE},
        /* the folders: a renewed certificate is another file */
        {folder_of(arena, conf->desk_tls_certificate), CONFINE_READ},
        {folder_of(arena, conf->desk_tls_key), CONFINE_READ},
        {conf->service_run_folder, CONFINE_READ | CONFINE_WRITE},
        {RENDER_FONT_FOLDER, CONFINE_READ},
    };
    const struct confine settings = {
        .profile = CONFINE_DESK,
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

static void serve(struct http_service *service, const struct conf *conf, struct desk *desk)
{
    BUF(problem, 2000);
    struct http *http = NULL;
    http_configure(service, conf, "desk");
    service->process = "desk";
    service->cookies[COOKIE_MAIN] = "__Host-desk";
    service->routes = routes;
    service->route_count = sizeof routes / sizeof *routes;
    service->error_page = "desk/error";
    service->css = "desk.css";
    service->js = "desk.js";
    service->sink = &spool_sink;
    service->app = desk;
    service->dress = dress;
    service->ready = is_ready;
    service->ready_words = tell_scanner;
    if (http_open(service, &problem, &http) != OK) service_fail(problem.at);
    service_ready();
    while (service_wait() == SERVICE_RELOAD)
        if (http_reload_tls(http, &problem) != OK) LOG(LOG_WARN, "tls-not-reloaded", L_INT("n", 1));
    service_stopping();
    if (!http_close(&http, SERVICE_DRAIN_SECONDS)) _exit(0);
}

int main(int argc, char **argv)
{
    service_start("desk");
    ARENA(arena, ARENA_CONF);
    struct conf conf;
    service_conf(argc, argv, arena, &conf);
    BUF(problem, 2000);
    if (crypt_init() != OK) service_fail("libsodium or OpenSSL could not be started");
    struct keys *keys = NULL;
    if (keys_open(conf.desk_key_folder, &problem, &keys) != OK) service_fail(problem.at);
    const struct secret *host;
    if (keys_find(keys, KEY_HOST, 0, &host) != OK)
        service_fail("there is no host secret among its keys: run letterboxctl init");
    struct tmpl_set *pages = NULL;
    if (tmpl_set_open(embedded_templates, STR("desk"), TMPL_PAGE, &problem, &pages) != OK)
        service_fail(problem.at);
    struct password_places places;
    password_places_init(&places, SIGN_IN_WAITERS, PASSWORD_WAIT_MS);
    struct db_pool *pool = NULL;
    struct str conninfo =
        arena_print(arena, "%.*s user=lb_desk", STR_ARG(conf.database_connection));
    if (store_db_open(conninfo, (size_t)conf.desk_database_connections,
                      (int)conf.database_statement_seconds * 1000, &pool) != OK)
        service_fail("there is no memory for the database's connections");
    pthread_mutex_t fonts_lock = PTHREAD_MUTEX_INITIALIZER;
    struct desk desk = {.conf = &conf,
                        .keys = keys,
                        .host = host,
                        .places = &places,
                        .db = pool,
                        .fonts_lock = &fonts_lock};
    const char *wrong = virus_configure(&conf, &desk.scanner);
    if (wrong) service_fail(wrong);
    struct http_service service = {.db = pool, .host_secret = host, .templates = pages};
    render_ical_open();
    confine(&conf, arena);
    /* they have threads of their own */
    if (render_fonts_open(&desk.fonts) != OK)
        service_fail("there is no typeface to print with: install fonts-liberation2");
    if (registers_open(&desk.registers) != OK) service_fail("there is no memory for the register");
    serve(&service, &conf, &desk);
    registers_close(&desk.registers);
    render_fonts_close(&desk.fonts);
    store_db_close(&pool);
    password_places_done(&places);
    tmpl_set_free(&pages);
    keys_free(&keys);
    return 0;
}
