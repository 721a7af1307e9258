/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The requests as libmicrohttpd tells of them. It calls handle() when a request's header is there,
 * for each piece of its body, and when the body has ended; a reply can be queued in the first call
 * or after the last. A connection that is suspended while a worker has the exchange is called
 * again, at the same point, once it has been resumed.
 */
#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/code.h"
#include "core/limits.h"
#include "server/http/daemon.h"
#include "server/http/keeper.h"
#include "sys/clock.h"
#include "sys/log.h"

enum { CONNECTION_BYTES = 32 * 1024 }; /* header and a piece of the body */

/* The certificate of the process's one HTTPS service: GnuTLS hands its callback nothing of ours. */
static _Atomic(struct tls *) tls_in_use;

static int choose_certificate(gnutls_session_t session, const gnutls_datum_t *authorities,
                              int authority_count, const gnutls_pk_algorithm_t *algorithms,
                              int algorithm_count, gnutls_pcert_st **ret_chain, unsigned *ret_count,
                              gnutls_privkey_t *ret_key)
{
    (void)session, (void)authorities, (void)authority_count, (void)algorithms;
    (void)algorithm_count;
    tls_newest(tls_in_use, ret_chain, ret_count, ret_key);
    return 0;
}

/* ---- an exchange's life ---- */

static void make_reference(char ret_reference[10])
{
    unsigned char random[5];
    random_bytes(random, sizeof random);
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof random; i++) bits = bits << 8 | random[i];
    for (size_t i = 0; i < 9; i++) {
        if (i == 4) {
            ret_reference[i] = '-';
            continue;
        }
        ret_reference[i] = CODE_LETTERS[bits & 31];
        bits >>= 5;
    }
    ret_reference[9] = 0;
}

static struct link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Called when the first line of a request has been read; the target is as sent, nothing unescaped.
 */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http *http = context;
    struct http_exchange *exchange = calloc(1, sizeof *exchange);
    ASSERT(exchange != NULL);
    struct request *request = &exchange->request;
    exchange->http = http;
    exchange->connection = connection;
    exchange->link = link_of(connection);
    exchange->started_us = clock_monotonic_us();
    request->arena = arena_new_secret(ARENA_BYTES);
    request->service = http->service;
    request->app = http->service->app;
    request->db = http->service->db;
    request->arrived = clock_now();
    request->view = json_object();
    request->exchange = exchange;
    ASSERT(request->view != NULL);
    make_reference(request->reference);
    exchange->target = arena_str(request->arena, str_from(target));
    exchange->body = buf_new_secret(0);
    http->active++;
    return exchange;
}

static void exchange_free(struct http_exchange *exchange)
{
    struct http *http = exchange->http;
    json_decref(exchange->request.view);
    buf_free(&exchange->reply.body);
    buf_free(&exchange->body);
    arena_free(&exchange->request.arena);
    explicit_bzero(exchange, sizeof *exchange);
    free(exchange);
    http->active--;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode how)
{
    (void)connection;
    struct http *http = context;
    struct http_exchange *exchange = *slot;
    *slot = NULL;
    if (!exchange) return;
    bool sent = how == MHD_REQUEST_TERMINATED_COMPLETED_OK;
    int status = exchange->reply.made && sent ? exchange->reply.status : 0;
    int64_t us = clock_monotonic_us() - exchange->started_us;
    const struct route *route = exchange->request.route;
    metrics_count(http->metrics, route, status, us, exchange->received, exchange->reply.body.len);
    LOG(status >= 500 ? LOG_FAIL : LOG_INFO, "request", L_WORD("id", exchange->request.reference),
        L_WORD("route", route ? route->name : "other"), L_INT("status", status),
        L_INT("ms", us / 1000), L_INT("in", exchange->received),
        L_INT("bytes", exchange->reply.body.len),
        L_WORD("err", sent ? log_err(exchange->code) : "closed"));
    if (exchange->link) link_idle(exchange->link);
    exchange_free(exchange);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http *http = context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*slot) link_end(*slot);
        *slot = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    ASSERT(info != NULL);
    int one = 1;
    (void)setsockopt(info->connect_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    *slot = link_new(http->keeper, info->connect_fd);
}

/* ---- replies ---- */

static bool add_headers(struct http_exchange *exchange, struct MHD_Response *response)
{
    const struct reply *reply = &exchange->reply;
    bool added = true;
    for (size_t i = 0; i < reply->header_count; i++)
        added = added && MHD_add_response_header(response, reply->headers[i].name,
                                                 reply->headers[i].value) == MHD_YES;
    const char *cache = reply->cached ? "public, max-age=31536000, immutable" : "no-store";
    added = added && MHD_add_response_header(response, "Cache-Control", cache) == MHD_YES;
    if (exchange->http->draining)
        added = added && MHD_add_response_header(response, "Connection", "close") == MHD_YES;
    return added;
}

/* The body stays the exchange's, which ends after the reply has been sent. */
static enum MHD_Result send_reply(struct http_exchange *exchange)
{
    struct buf *body = &exchange->reply.body;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body->len, body->at, MHD_RESPMEM_PERSISTENT);
    if (!response) return MHD_NO;
    enum MHD_Result result = MHD_NO;
    if (exchange->link) link_reply(exchange->link);
    if (add_headers(exchange, response))
        result =
            MHD_queue_response(exchange->connection, (unsigned)exchange->reply.status, response);
    MHD_destroy_response(response);
    return result;
}

/*
 * A reply in the first call, with the body still to come: libmicrohttpd ends the connection after
 * it, and what is still sent must be read by somebody.
 */
static enum MHD_Result send_early(struct http_exchange *exchange)
{
    if (exchange->link) link_refused(exchange->link);
    return send_reply(exchange);
}

/* ---- the calls ---- */

static enum MHD_Result result_of(bool goes_on)
{
    return goes_on ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin_body(struct http_exchange *exchange)
{
    exchange->phase = BODY;
    exchange->body_begun = true;
    if (exchange->link) link_body(exchange->link);
    return MHD_YES;
}

static enum MHD_Result on_header(struct http_exchange *exchange, const char *method)
{
    exchange->code = header_read(exchange, method);
    const struct route *route = exchange->request.route;
    if (!exchange->has_body) {
        exchange->phase = ASKED;
        return MHD_YES;
    }
    if (exchange->code == OK && (!route || !exchange_is_post(exchange)))
        exchange->code = ERR_BAD_INPUT;
    if (exchange->code != OK) {
        turn_finish(exchange, exchange->code);
        return send_early(exchange);
    }
    if (route->form == FORM_FILES) return result_of(turn_hand_over(exchange, CHECKING));
    exchange->body = buf_new_secret(route->body_limit);
    return begin_body(exchange);
}

/* A request without a body. */
static enum MHD_Result on_asked(struct http_exchange *exchange)
{
    enum err code = exchange->code;
    const struct route *route = exchange->request.route;
    if (code == OK && route && route->form == FORM_FILES) code = ERR_BAD_INPUT;
    if (code == OK && (route || header_is_health(exchange, "/readyz")))
        return result_of(turn_hand_over_work(exchange));
    if (code == OK && header_is_health(exchange, "/healthz")) {
        reply_start(exchange, 200, "text/plain; charset=utf-8");
        exchange->reply.body = buf_new(8);
        buf_add_c(&exchange->reply.body, "ok\n");
    } else if (code == OK) {
        exchange->request.path = exchange->target;
        code = assets_reply(exchange->http->assets, exchange);
    }
    turn_finish(exchange, code);
    return send_reply(exchange);
}

/* A body without a length, or longer than it said: past the limit nobody listens any more. */
static enum MHD_Result on_bytes(struct http_exchange *exchange, struct str bytes)
{
    exchange->received += bytes.len;
    if (exchange->link) link_bytes(exchange->link, bytes.len);
    size_t limit = exchange->request.route->body_limit;
    if (exchange->upload) {
        if (exchange->received > limit) return MHD_NO;
        upload_take(exchange, bytes);
        return MHD_YES;
    }
    if (exchange->received > (uint64_t)limit * 4 + LIMIT_FORM_BYTES) return MHD_NO;
    if (exchange->refused != OK) return MHD_YES;
    buf_add(&exchange->body, bytes);
    exchange->refused = buf_done(&exchange->body);
    return MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *bytes,
                              size_t *len, void **slot)
{
    (void)context, (void)connection, (void)url, (void)version;
    struct http_exchange *exchange = *slot;
    ASSERT(exchange != NULL);
    switch (exchange->phase) {
    case ARRIVED: return on_header(exchange, method);
    case ASKED: return on_asked(exchange);
    case BODY:
        /* After the session was found good, called again at the header. */
        if (!exchange->body_begun) return begin_body(exchange);
        if (*len) {
            struct str piece = {bytes, *len};
            *len = 0;
            return on_bytes(exchange, piece);
        }
        if (exchange->upload) upload_finish(exchange);
        return result_of(turn_hand_over_work(exchange));
    case READY:
        return exchange->has_body && !exchange->body_begun ? send_early(exchange)
                                                           : send_reply(exchange);
    case CHECKING:
    case ADMITTING:
    case WORKING: return MHD_YES;
    }
    return MHD_NO;
}

/* Paths and queries are taken apart by request.c, from what was sent. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection;
    return strlen(text);
}

/* ---- for the rest of the room ---- */

struct str daemon_header(struct http_exchange *exchange, const char *name)
{
    const char *value = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
    return value ? arena_str(exchange->request.arena, str_from(value)) : (struct str){"", 0};
}

const struct sockaddr *daemon_sender(const struct http_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

void daemon_suspend(struct http_exchange *exchange)
{
    MHD_suspend_connection(exchange->connection);
}

void daemon_resume(struct http_exchange *exchange)
{
    MHD_resume_connection(exchange->connection);
}

enum err daemon_start(struct http *http, int fd, struct buf *problem)
{
    const struct http_service *service = http->service;
    unsigned backstop =
        (unsigned)(service->idle_seconds > service->stall_seconds ? service->idle_seconds
                                                                  : service->stall_seconds) +
        5;
    tls_in_use = http->tls;
    http->quiesced = MHD_INVALID_SOCKET;
    struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)service->threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS |
            MHD_ALLOW_SUSPEND_RESUME,
        0, NULL, NULL, handle, http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_HTTPS_CERT_CALLBACK,
        choose_certificate, MHD_OPTION_HTTPS_PRIORITIES, TLS_PRIORITIES,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, http, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped,
        NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, http, MHD_OPTION_CONNECTION_LIMIT, (unsigned)service->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)service->address_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, backstop, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, service->threads > 1 ? pool : pool + 1,
        MHD_OPTION_END);
    if (http->daemon) return OK;
    buf_add_c(problem, "the HTTPS listener does not start: check threads and connections");
    return ERR_IO;
}

/* The descriptor is closed with the daemon: its threads take it out of their epoll sets meanwhile,
 * and end the process if it is gone. */
void daemon_quiesce(struct http *http)
{
    http->quiesced = MHD_quiesce_daemon(http->daemon);
    if (http->quiesced != MHD_INVALID_SOCKET) (void)shutdown(http->quiesced, SHUT_RDWR);
}

void daemon_stop(struct http *http)
{
    if (!http->daemon) return;
    MHD_stop_daemon(http->daemon);
    http->daemon = NULL;
    if (http->quiesced != MHD_INVALID_SOCKET) close(http->quiesced);
}
