/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/conf.h"
#include "core/limits.h"
#include "server/http/daemon.h"
#include "server/http/keeper.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { DRAIN_LOOK_US = 20 * 1000 };

const struct assets *http_assets(const struct http *http)
{
    return http->assets;
}

const struct words *http_words(const struct http *http)
{
    return http->words;
}

struct str http_origin(const struct http *http)
{
    return http->origin;
}

int http_port(const struct http *http)
{
    return http->port;
}

static void make_origin(struct http *http)
{
    const struct http_service *service = http->service;
    http->origin = service->origin;
    if (http->origin.len) return;
    int len = http->port == 443
                  ? snprintf(http->origin_text, sizeof http->origin_text, "https://%.*s",
                             STR_ARG(service->host_name))
                  : snprintf(http->origin_text, sizeof http->origin_text, "https://%.*s:%d",
                             STR_ARG(service->host_name), http->port);
    ASSERT(len > 0 && (size_t)len < sizeof http->origin_text);
    http->origin = str_from(http->origin_text);
}

static enum err open_parts(struct http *http, struct buf *problem)
{
    const struct http_service *service = http->service;
    TRY(listener_allow_fds(service, problem));
    TRY(assets_open(embedded_assets, &http->assets));
    TRY(words_open(embedded_templates, &http->words));
    TRY(metrics_open(service->routes, service->route_count, &http->metrics));
    TRY(tls_open(service->tls_certificate, service->tls_key, problem, &http->tls));
    struct keeper_limits limits = {service->idle_seconds, service->stall_seconds,
                                   service->upload_bytes_per_second, LIMIT_UPLOAD_BYTES * 2ull};
    TRY(keeper_open(&limits, &http->keeper));
    return turn_open_workers(http);
}

static enum err open_listeners(struct http *http, struct buf *problem)
{
    int fd;
    TRY(listener_open(http->service, problem, &fd, &http->port));
    make_origin(http);
    enum err code = daemon_start(http, fd, problem);
    if (code != OK) {
        file_close(&fd);
        return code;
    }
    TRY(metrics_door_open(http, problem));
    return listener_note_port(http->service, http->port, problem);
}

static void free_parts(struct http *http)
{
    metrics_door_close(http);
    workers_close(&http->workers);
    workers_close(&http->sign_in_workers);
    daemon_stop(http);
    keeper_close(&http->keeper);
    tls_close(&http->tls);
    metrics_free(&http->metrics);
    words_free(&http->words);
    assets_free(&http->assets);
    free(http);
}

enum err http_open(const struct http_service *service, struct buf *problem, struct http **ret_http)
{
    struct http *http = calloc(1, sizeof *http);
    if (!http) return ERR_MEMORY;
    http->service = service;
    enum err code = open_parts(http, problem);
    if (code == OK) code = open_listeners(http, problem);
    if (code != OK) {
        if (!problem->len) buf_add_c(problem, err_info(code)->message);
        free_parts(http);
        return code;
    }
    *ret_http = http;
    return OK;
}

enum err http_reload_tls(struct http *http, struct buf *problem)
{
    return tls_reload(http->tls, problem);
}

bool http_close(struct http **http_slot, int drain_seconds)
{
    struct http *http = *http_slot;
    if (!http) return true;
    http->draining = true;
    daemon_quiesce(http);
    int64_t until = clock_monotonic_us() + drain_seconds * UTC_SECOND_US;
    while (http->active && clock_monotonic_us() < until) usleep(DRAIN_LOOK_US);
    http->closed = true; /* a connection that was kept may still ask for something */
    while (http->suspended && clock_monotonic_us() < until) usleep(DRAIN_LOOK_US);
    if (http->suspended) return false;
    free_parts(http);
    *http_slot = NULL;
    return true;
}

void http_configure(struct http_service *service, const struct conf *conf, const char *section)
{
    service->process = section;
    service->service_name = conf->service_name;
    service->service_phone = conf->service_phone;
    service->service_email = conf->service_email;
    service->service_hours = conf->service_hours;
    service->run_folder = conf->service_run_folder;
#define TAKE(from)                                                               \
    do {                                                                         \
        service->host_name = conf->from##_host_name;                             \
        service->origin = conf->from##_origin;                                   \
        service->address = conf->from##_address.at;                              \
        service->port = (int)conf->from##_port;                                  \
        service->tls_certificate = conf->from##_tls_certificate;                 \
        service->tls_key = conf->from##_tls_key;                                 \
        service->spool_folder = conf->from##_spool_folder;                       \
        service->threads = (size_t)conf->from##_threads;                         \
        service->workers = (size_t)conf->from##_workers;                         \
        service->sign_in_workers = (size_t)conf->from##_sign_in_workers;         \
        service->connections = (size_t)conf->from##_connections;                 \
        service->address_connections = (size_t)conf->from##_address_connections; \
        service->idle_seconds = (int)conf->from##_idle_seconds;                  \
        service->stall_seconds = (int)conf->from##_stall_seconds;                \
        service->upload_bytes_per_second = conf->from##_upload_bytes_per_second; \
    } while (0)
    if (strcmp(section, "desk") == 0)
        TAKE(desk);
    else
        TAKE(portal);
#undef TAKE
}
