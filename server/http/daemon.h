/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_DAEMON_H
#define LETTERBOX_HTTP_DAEMON_H

#include <netinet/in.h>
#include <stdatomic.h>

#include "server/http/exchange.h"
#include "server/http/metrics.h"
#include "server/http/tls.h"
#include "server/http/workers.h"

/*
 * Inside server/http: the service as a whole, and what takes a request from the wire to a worker
 * and back.
 *
 *   service.c       opens and closes it
 *   listener.c      its sockets
 *   daemon.c        libmicrohttpd's calls
 *   header.c        what a request's header says
 *   turn.c          an exchange goes to a worker and comes back
 *   metrics_door.c  metrics on their own socket
 *
 * Only daemon.c and metrics_door.c know libmicrohttpd.
 */
struct MHD_Daemon;

struct http {
    const struct http_service *service;
    char origin_text[600];
    struct str origin;
    int port;
    struct MHD_Daemon *daemon, *metrics_daemon;
    int quiesced; /* the listening descriptor once nobody is accepted, else -1 */
    struct tls *tls;
    struct keeper *keeper;
    struct workers *workers, *sign_in_workers;
    struct assets *assets;
    struct words *words;
    struct metrics *metrics;
    atomic_size_t active; /* exchanges */
    /*
     * An exchange that goes to a worker counts as suspended before it reads `closed`; http_close
     * sets `closed` before it reads how many are suspended. So none is missed by both.
     */
    atomic_size_t suspended;
    atomic_bool draining, closed; /* closed: no worker is there any more */
};

/* ---- daemon.c ---- */

/* Serves what comes in on fd, which is its own from here on if it starts. */
MUST_CHECK enum err daemon_start(struct http *http, int fd, struct buf *problem);
/* Accepts nobody any more. */
void daemon_quiesce(struct http *http);
void daemon_stop(struct http *http);
/* The connection waits until it is resumed; whoever resumes has the exchange no longer. */
void daemon_suspend(struct http_exchange *exchange);
void daemon_resume(struct http_exchange *exchange);
/* A header's value in the exchange's arena, empty if there is none. */
struct str daemon_header(struct http_exchange *exchange, const char *name);
/* NULL if it isn't known. */
const struct sockaddr *daemon_sender(const struct http_exchange *exchange);

/* ---- header.c ---- */

/* Reads what all need to know, and finds the route; the error is the answer. */
MUST_CHECK enum err header_read(struct http_exchange *exchange, const char *method);
/* Does it ask for this path of /healthz and /readyz? */
bool header_is_health(const struct http_exchange *exchange, const char *path);

/* ---- turn.c ---- */

/* The reply is ready: the handler's, or the page of the error. */
void turn_finish(struct http_exchange *exchange, enum err code);
/* Gives the exchange to a worker, and the connection waits; false: there are none any more. */
MUST_CHECK bool turn_hand_over(struct http_exchange *exchange, enum phase phase);
/* To its handler. */
MUST_CHECK bool turn_hand_over_work(struct http_exchange *exchange);
MUST_CHECK enum err turn_open_workers(struct http *http);

/* ---- listener.c ---- */

MUST_CHECK enum err listener_open(const struct http_service *service, struct buf *problem,
                                  int *ret_fd, int *ret_port);
/* The unix socket PROCESS.metrics in run_folder, which must be there. */
MUST_CHECK enum err listener_open_metrics(const struct http_service *service, struct buf *problem,
                                          int *ret_fd);
/* Writes PROCESS.port into run_folder, if there is one. */
MUST_CHECK enum err listener_note_port(const struct http_service *service, int port,
                                       struct buf *problem);
/* Sees that the process may have as many files open as there can be connections. */
MUST_CHECK enum err listener_allow_fds(const struct http_service *service, struct buf *problem);

/* ---- metrics_door.c ---- */

/* Opens it if there is a run_folder. */
MUST_CHECK enum err metrics_door_open(struct http *http, struct buf *problem);
void metrics_door_close(struct http *http);

#endif
