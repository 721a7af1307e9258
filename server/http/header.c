/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a request's header says. */
#include <netinet/in.h>
#include <string.h>

#include "core/num.h"
#include "server/http/daemon.h"

/* Addresses of one IPv6 network (its /64) count as one. */
static void read_address(struct http_exchange *exchange)
{
    const struct sockaddr *sender = daemon_sender(exchange);
    if (!sender) return;
    unsigned char *address = exchange->turn.address;
    if (sender->sa_family == AF_INET) {
        const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)(const void *)sender;
        address[10] = address[11] = 0xff;
        memcpy(address + 12, &ipv4->sin_addr, 4);
    } else if (sender->sa_family == AF_INET6) {
        const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)(const void *)sender;
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

bool header_is_health(const struct http_exchange *exchange, const char *path)
{
    return str_equal(exchange->target, str_from(path)) && !exchange_is_post(exchange);
}

enum err header_read(struct http_exchange *exchange, const char *method)
{
    exchange->method = arena_str(exchange->request.arena, str_from(method));
    exchange->content_type = daemon_header(exchange, "Content-Type");
    exchange->origin = daemon_header(exchange, "Origin");
    exchange->fetch_site = daemon_header(exchange, "Sec-Fetch-Site");
    exchange->request.by_script =
        str_equal(daemon_header(exchange, "X-Requested-With"), STR("fetch"));
    read_address(exchange);
    TRY(read_length(exchange, daemon_header(exchange, "Content-Length"),
                    daemon_header(exchange, "Transfer-Encoding")));
    if (header_is_health(exchange, "/healthz") || header_is_health(exchange, "/readyz")) return OK;
    if (!is_our_host(exchange, daemon_header(exchange, "Host"))) return ERR_WRONG_HOST;
    exchange_cookies(exchange, daemon_header(exchange, "Cookie"));
    if (str_starts(exchange->target, STR("/assets/"))) return OK;
    return exchange_route(exchange);
}
