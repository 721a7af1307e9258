/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The only file that knows libmicrohttpd. It calls handle() when a request's header is there, for
 * each piece of its body, and when the body has ended; a reply can be queued in the first call or
 * after the last. A connection that is suspended while a worker has the exchange is called again,
 * at the same point, once it has been resumed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/code.h"
#include "core/conf.h"
#include "core/limits.h"
#include "core/num.h"
#include "server/http/exchange.h"
#include "server/http/keeper.h"
#include "server/http/metrics.h"
#include "server/http/tls.h"
#include "server/http/workers.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"

enum {
    CONNECTION_BYTES = 32 * 1024, /* header and a piece of the body */
    LISTEN_BACKLOG = 1024,
    SPARE_FDS = 256,      /* besides connections: database, spools, libraries */
    SIGN_IN_WAITING = 64, /* in line for a sign-in worker */
    SIGN_IN_WAIT_SECONDS = 5,
    ADDRESS_WAITING = 8, /* of one network address: people behind one router */
    UNCLEAN_PART = 4,    /* one in so many sign-in workers serves unclean addresses */
    METRICS_BYTES = 1024 * 1024,
    DRAIN_LOOK_US = 20 * 1000,
};

struct http {
    const struct http_service *service;
    char origin_text[600];
    struct str origin;
    int port;
    struct MHD_Daemon *daemon, *metrics_daemon;
    struct tls *tls;
    struct keeper *keeper;
    struct workers *workers, *sign_in_workers;
    struct assets *assets;
    struct words *words;
    struct metrics *metrics;
    atomic_size_t active, suspended;
    atomic_bool draining, closed; /* closed: no worker is there any more */
};

/* The certificate of the process's one HTTPS service: GnuTLS hands its callback nothing of ours. */
static _Atomic(struct tls *) tls_in_use;

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

/* ---- the header ---- */

static struct str header(struct MHD_Connection *connection, struct arena *arena, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value ? arena_str(arena, str_from(value)) : (struct str){"", 0};
}

/* Addresses of one IPv6 network (its /64) count as one. */
static void read_address(struct http_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr) return;
    unsigned char *address = exchange->turn.address;
    if (info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *ipv4 =
            (const struct sockaddr_in *)(const void *)info->client_addr;
        address[10] = address[11] = 0xff;
        memcpy(address + 12, &ipv4->sin_addr, 4);
    } else if (info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *ipv6 =
            (const struct sockaddr_in6 *)(const void *)info->client_addr;
        bool is_mapped = IN6_IS_ADDR_V4MAPPED(&ipv6->sin6_addr);
        memcpy(address, &ipv6->sin6_addr, is_mapped ? 16 : 8);
    }
}

static enum err read_length(struct http_exchange *exchange, struct str length, struct str encoding)
{
    exchange->has_body = encoding.len > 0;
    if (encoding.len || !length.len) return OK;
    int64_t number;
    if (!num_parse(length, 0, INT64_MAX, &number)) return ERR_BAD_INPUT;
    exchange->length = (uint64_t)number;
    exchange->has_length = true;
    exchange->has_body = number > 0;
    return OK;
}

/* The name without the port: a proxy may have another. */
static bool is_our_host(const struct http_exchange *exchange, struct str host)
{
    size_t colon = str_find_byte(host, ':');
    return str_same(str_slice(host, 0, colon == STR_NONE ? host.len : colon),
                    exchange->request.service->host_name);
}

static bool is_health(const struct http_exchange *exchange, const char *path)
{
    return str_equal(exchange->target, str_from(path)) && !exchange_is_post(exchange);
}

static enum err read_header(struct http_exchange *exchange, const char *method)
{
    struct MHD_Connection *connection = exchange->connection;
    struct arena *arena = exchange->request.arena;
    exchange->method = arena_str(arena, str_from(method));
    exchange->content_type = header(connection, arena, "Content-Type");
    exchange->origin = header(connection, arena, "Origin");
    exchange->fetch_site = header(connection, arena, "Sec-Fetch-Site");
    exchange->request.by_script =
        str_equal(header(connection, arena, "X-Requested-With"), STR("fetch"));
    read_address(exchange);
    TRY(read_length(exchange, header(connection, arena, "Content-Length"),
                    header(connection, arena, "Transfer-Encoding")));
    if (is_health(exchange, "/healthz") || is_health(exchange, "/readyz")) return OK;
    if (!is_our_host(exchange, header(connection, arena, "Host"))) return ERR_WRONG_HOST;
    exchange_cookies(exchange, header(connection, arena, "Cookie"));
    if (str_starts(exchange->target, STR("/assets/"))) return OK;
    return exchange_route(exchange);
}

/* ---- on the workers ---- */

static void finish(struct http_exchange *exchange, enum err code)
{
    if (code != OK) {
        enum err failed = reply_error(&exchange->request, code);
        ASSERT(failed == OK);
    }
    exchange->phase = READY;
}

/* The event thread has the exchange from here on, and may end it at once. */
static void hand_back(struct http_exchange *exchange)
{
    struct MHD_Connection *connection = exchange->connection;
    exchange->http->suspended--;
    MHD_resume_connection(connection);
}

static void check(struct http_exchange *exchange)
{
    enum err code = exchange_check(exchange);
    if (code == OK && !exchange->reply.made) code = upload_begin(exchange);
    if (code != OK || exchange->reply.made)
        finish(exchange, code);
    else
        exchange->phase = BODY;
}

static void answer_ready(struct http_exchange *exchange)
{
    const struct http_service *service = exchange->http->service;
    enum err code = service->ready ? service->ready(service->app) : OK;
    reply_start(exchange, code == OK ? 200 : 503, "text/plain; charset=utf-8");
    exchange->reply.body = buf_new(64);
    buf_print(&exchange->reply.body, "%s\n", log_err(code));
    exchange->code = code;
    exchange->phase = READY;
}

/* Whoever may try stands in line with the other addresses: true, and it is gone. */
static bool admit(struct http_exchange *exchange)
{
    enum err code = exchange_check(exchange);
    if (code == OK && !exchange->reply.made) {
        exchange->phase = WORKING;
        exchange->turn.clean = exchange->request.clean_address;
        code = workers_add(exchange->http->sign_in_workers, exchange);
        if (code == OK) return true;
    }
    finish(exchange, code);
    return false;
}

/* For a page no address is worse than another. */
static bool run_page(struct http_exchange *exchange)
{
    if (exchange->phase == ADMITTING && admit(exchange)) return true;
    if (exchange->phase == CHECKING)
        check(exchange);
    else if (exchange->phase == WORKING && exchange->request.route)
        finish(exchange, exchange_work(exchange));
    else if (exchange->phase == WORKING)
        answer_ready(exchange);
    hand_back(exchange);
    return true;
}

static bool run_sign_in(struct http_exchange *exchange)
{
    finish(exchange, exchange_work(exchange));
    bool clean = exchange->request.clean_address;
    hand_back(exchange);
    return clean;
}

static void turn_away(struct http_exchange *exchange)
{
    finish(exchange, ERR_BUSY);
    hand_back(exchange);
}

/* Gives the exchange to a worker; the connection waits. */
static enum MHD_Result hand_over(struct http_exchange *exchange, enum phase phase)
{
    struct http *http = exchange->http;
    exchange->phase = phase;
    exchange->turn.owner = exchange;
    exchange->turn.clean = true;
    if (exchange->link) link_reply(exchange->link);
    http->suspended++; /* before closed is read: http_close looks in the other order */
    if (http->closed) {
        http->suspended--;
        return MHD_NO;
    }
    MHD_suspend_connection(exchange->connection);
    if (workers_add(http->workers, exchange) != OK) turn_away(exchange);
    return MHD_YES;
}

/* To its handler. */
static enum MHD_Result hand_over_work(struct http_exchange *exchange)
{
    const struct route *route = exchange->request.route;
    return hand_over(exchange, route && route->rate == RATE_SIGN_IN ? ADMITTING : WORKING);
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

static enum MHD_Result begin_body(struct http_exchange *exchange)
{
    exchange->phase = BODY;
    exchange->body_begun = true;
    if (exchange->link) link_body(exchange->link);
    return MHD_YES;
}

static enum MHD_Result on_header(struct http_exchange *exchange, const char *method)
{
    exchange->code = read_header(exchange, method);
    const struct route *route = exchange->request.route;
    if (!exchange->has_body) {
        exchange->phase = ASKED;
        return MHD_YES;
    }
    if (exchange->code == OK && (!route || !exchange_is_post(exchange)))
        exchange->code = ERR_BAD_INPUT;
    if (exchange->code != OK) {
        finish(exchange, exchange->code);
        return send_early(exchange);
    }
    if (route->form == FORM_FILES) return hand_over(exchange, CHECKING);
    exchange->body = buf_new_secret(route->body_limit);
    return begin_body(exchange);
}

/* A request without a body. */
static enum MHD_Result on_asked(struct http_exchange *exchange)
{
    enum err code = exchange->code;
    const struct route *route = exchange->request.route;
    if (code == OK && route && route->form == FORM_FILES) code = ERR_BAD_INPUT;
    if (code == OK && (route || is_health(exchange, "/readyz"))) return hand_over_work(exchange);
    if (code == OK && is_health(exchange, "/healthz")) {
        reply_start(exchange, 200, "text/plain; charset=utf-8");
        exchange->reply.body = buf_new(8);
        buf_add_c(&exchange->reply.body, "ok\n");
    } else if (code == OK) {
        exchange->request.path = exchange->target;
        code = assets_reply(exchange->http->assets, exchange);
    }
    finish(exchange, code);
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
        return hand_over_work(exchange);
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

/* ---- metrics, on a socket of their own ---- */

static enum MHD_Result handle_metrics(void *context, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *bytes, size_t *len, void **slot)
{
    (void)version, (void)bytes, (void)len, (void)slot;
    struct http *http = context;
    BUF(text, METRICS_BYTES);
    bool found = strcmp(url, "/metrics") == 0 && strcmp(method, "GET") == 0;
    if (found) {
        struct metrics_now now = {.connections = keeper_links(http->keeper)};
        workers_count(http->workers, &now.waiting, &now.running);
        workers_count(http->sign_in_workers, &now.sign_in_waiting, &now.sign_in_running);
        metrics_put(http->metrics, &now, &text);
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(text.len, text.at, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    enum MHD_Result result =
        MHD_queue_response(connection, found ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND, response);
    MHD_destroy_response(response);
    return result;
}

static enum err fail(struct buf *problem, const char *what)
{
    buf_print(problem, "%s: %s", what, strerror(errno));
    return ERR_IO;
}

static enum err open_metrics(struct http *http, struct buf *problem)
{
    const char *folder = http->service->run_folder;
    if (!folder) return OK;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.metrics", folder,
                       http->service->process);
    if (len < 0 || (size_t)len >= sizeof address.sun_path) {
        buf_print(problem, "run_folder is too long for a socket: at most 90 bytes");
        return ERR_CONFIG;
    }
    (void)unlink(address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 16) != 0) {
        enum err code = fail(problem, address.sun_path);
        file_close(&fd);
        return code;
    }
    http->metrics_daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
        handle_metrics, http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, 16u,
        MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_END);
    if (http->metrics_daemon) return OK;
    file_close(&fd);
    buf_add_c(problem, "the listener for metrics does not start");
    return ERR_IO;
}

/* ---- start ---- */

static enum err make_address(const struct http_service *service, struct sockaddr_storage *address,
                             socklen_t *ret_size, struct buf *problem)
{
    memset(address, 0, sizeof *address);
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)(void *)address;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)(void *)address;
    if (inet_pton(AF_INET, service->address, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons((uint16_t)service->port);
        *ret_size = sizeof *ipv4;
        return OK;
    }
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET6, service->address, &ipv6->sin6_addr) == 1) {
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = htons((uint16_t)service->port);
        *ret_size = sizeof *ipv6;
        return OK;
    }
    buf_print(problem, "address is no IP address: write 127.0.0.1, :: or another");
    return ERR_CONFIG;
}

static enum err listen_on(struct http *http, struct buf *problem, int *ret_fd)
{
    const struct http_service *service = http->service;
    struct sockaddr_storage address;
    socklen_t size;
    TRY(make_address(service, &address, &size, problem));
    int one = 1, zero = 0;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool listens = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0;
    if (listens && address.ss_family == AF_INET6)
        listens = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero) == 0;
    listens = listens && bind(fd, (struct sockaddr *)&address, size) == 0 &&
              listen(fd, LISTEN_BACKLOG) == 0 &&
              getsockname(fd, (struct sockaddr *)&address, &size) == 0;
    if (!listens) {
        buf_print(problem, "%s port %d cannot be listened on: %s", service->address, service->port,
                  strerror(errno));
        if (errno == EADDRINUSE)
            buf_print(problem, "; end what listens there, or choose another port in [%s]",
                      service->process);
        file_close(&fd);
        return ERR_IO;
    }
    http->port =
        ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)(void *)&address)->sin_port
                                           : ((struct sockaddr_in6 *)(void *)&address)->sin6_port);
    *ret_fd = fd;
    return OK;
}

static enum err write_port(const struct http *http, struct buf *problem)
{
    const char *folder = http->service->run_folder;
    if (!folder) return OK;
    BUF(path, 4096);
    BUF(text, 16);
    buf_print(&path, "%s/%s.port", folder, http->service->process);
    buf_print(&text, "%d\n", http->port);
    if (file_write(path.at, buf_str(&text), 0644) == OK) return OK;
    buf_print(problem, "%s cannot be written: check that run_folder is there and ours", path.at);
    return ERR_CONFIG;
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

static enum err allow_fds(const struct http_service *service, struct buf *problem)
{
    struct rlimit limit;
    size_t wanted = service->connections + SPARE_FDS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return fail(problem, "the limit of open files");
    if (limit.rlim_cur >= wanted) return OK;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (limit.rlim_cur >= wanted && setrlimit(RLIMIT_NOFILE, &limit) == 0) return OK;
    buf_print(problem,
              "%zu connections need %zu open files: lower connections, or raise LimitNOFILE",
              service->connections, wanted);
    return ERR_CONFIG;
}

static enum err start_daemon(struct http *http, int fd, struct buf *problem)
{
    const struct http_service *service = http->service;
    unsigned backstop =
        (unsigned)(service->idle_seconds > service->stall_seconds ? service->idle_seconds
                                                                  : service->stall_seconds) +
        5;
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

/* Everybody may wait for a page, in turns; a sign-in costs too much for that. */
static enum err open_workers(struct http *http)
{
    static const struct workers_do page = {run_page, turn_away}, sign_in = {run_sign_in, turn_away};
    const struct http_service *service = http->service;
    struct line_limits pages = {
        .running = service->workers,
        .waiting = service->connections,
        .address_running = service->workers,
        .address_waiting = service->connections,
        .unclean_running = service->workers,
    };
    struct line_limits sign_ins = {
        .running = service->sign_in_workers,
        .waiting = SIGN_IN_WAITING,
        .address_running = 1,
        .address_waiting = ADDRESS_WAITING,
        .unclean_running = (service->sign_in_workers + UNCLEAN_PART - 1) / UNCLEAN_PART,
        .wait_us = SIGN_IN_WAIT_SECONDS * UTC_SECOND_US,
    };
    TRY(workers_open(&pages, &page, &http->workers));
    return workers_open(&sign_ins, &sign_in, &http->sign_in_workers);
}

static enum err open_parts(struct http *http, struct buf *problem)
{
    const struct http_service *service = http->service;
    TRY(allow_fds(service, problem));
    TRY(assets_open(embedded_assets, &http->assets));
    TRY(words_open(embedded_templates, &http->words));
    TRY(metrics_open(service->routes, service->route_count, &http->metrics));
    TRY(tls_open(service->tls_certificate, service->tls_key, problem, &http->tls));
    struct keeper_limits limits = {service->idle_seconds, service->stall_seconds,
                                   service->upload_bytes_per_second, LIMIT_UPLOAD_BYTES * 2ull};
    TRY(keeper_open(&limits, &http->keeper));
    return open_workers(http);
}

static enum err open_listeners(struct http *http, struct buf *problem)
{
    int fd;
    TRY(listen_on(http, problem, &fd));
    make_origin(http);
    tls_in_use = http->tls;
    enum err code = start_daemon(http, fd, problem);
    if (code != OK) {
        file_close(&fd);
        return code;
    }
    TRY(open_metrics(http, problem));
    return write_port(http, problem);
}

static void free_parts(struct http *http)
{
    if (http->metrics_daemon) MHD_stop_daemon(http->metrics_daemon);
    workers_close(&http->workers);
    workers_close(&http->sign_in_workers);
    if (http->daemon) MHD_stop_daemon(http->daemon);
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
    MHD_socket listener = MHD_quiesce_daemon(http->daemon);
    if (listener != MHD_INVALID_SOCKET) close(listener);
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
