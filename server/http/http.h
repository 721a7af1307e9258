/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_HTTP_H
#define LETTERBOX_HTTP_HTTP_H

#include "core/buf.h"
#include "core/embed.h"
#include "core/err.h"
#include "core/tmpl.h"
#include "crypt/secret.h"
#include "server/http/request.h"

/*
 * An HTTPS service: libmicrohttpd wrapped once. main fills in what it is and opens it; handlers
 * see server/http/request.h only.
 *
 *   threads        event threads move bytes and are never blocked by the database: a request's
 *                  handler runs on a worker, its connection is suspended meanwhile
 *   workers        pages; sign_in_workers: routes of RATE_SIGN_IN, which may wait for Argon2id
 *   keeper         one thread that closes connections which idle, drip or stall, and reads to its
 *                  end what a refused sender still sends
 *   /healthz       up; /readyz asks service->ready; /assets/HASH/name the style sheets and scripts
 *   /metrics       Prometheus text, plain HTTP on a unix socket of its own
 *
 * Errors: ERR_CONFIG or ERR_IO, with the problem and its cure for the operator.
 */

/* Where the bytes of uploaded files go while they come in. */
struct http_sink {
    /* Before the body is read, on a worker: the session is known, the database may be asked. */
    enum err (*prepare)(struct request *request);
    /* On an event thread; must not block for long. The file's field, name and type are known. */
    enum err (*begin)(struct request *request, struct http_file *file);
    enum err (*take)(struct request *request, struct http_file *file, struct str bytes);
    enum err (*end)(struct request *request, struct http_file *file);
};

struct http_service {
    const char *process;               /* portal, desk */
    const char *cookies[COOKIE_COUNT]; /* names; NULL: there is none */
    const struct route *routes;
    size_t route_count;
    const char *error_page; /* template of errors */
    const char *css, *js;   /* assets of every page */

    struct str host_name, origin; /* origin empty: https://host_name:port */
    const char *address;
    int port;
    const char *run_folder; /* process.port and process.metrics; NULL: none */
    const char *tls_certificate, *tls_key;
    size_t threads, workers, sign_in_workers, connections, address_connections;
    int idle_seconds, stall_seconds;
    int64_t upload_bytes_per_second;

    struct db_pool *db;
    const struct secret *host_secret; /* keys the hashes of addresses */
    const struct tmpl_set *templates;
    struct str service_name, service_phone, service_email, service_hours;
    const struct http_sink *sink; /* NULL: no route has FORM_FILES */
    const char *spool_folder;     /* of spool_sink */
    void *app;

    /* Adds `person` to the view of somebody who is signed in. May be NULL. */
    enum err (*dress)(struct request *request);
    /* OK when requests can be served; on a worker. May be NULL. */
    enum err (*ready)(void *app);
    /* More that /readyz tells, a line each, whether or not it is ready; NULL: nothing. */
    void (*ready_words)(void *app, struct buf *ret_text);
    /* The session of a cookie; NULL: session_find. For tests without a database. */
    enum err (*find_session)(struct request *request, const struct secret *cookie,
                             struct session *ret_session);
};

struct http;

/* Fills in what letterbox.conf says for "portal" or "desk". */
struct conf;
void http_configure(struct http_service *service, const struct conf *conf, const char *section);

/* The service must stay as it is until http_close. */
MUST_CHECK enum err http_open(const struct http_service *service, struct buf *problem,
                              struct http **ret_http);
int http_port(const struct http *http);
/* New certificate and key for handshakes to come; the old ones stay if these are no good. */
MUST_CHECK enum err http_reload_tls(struct http *http, struct buf *problem);
/* Stops accepting, finishes what runs, at most so long; then frees. False: something still ran and
 * nothing was freed; the process should end. */
bool http_close(struct http **http, int drain_seconds);

#endif
