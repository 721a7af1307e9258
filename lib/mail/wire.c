/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail/wire.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/buf.h"
#include "sys/clock.h"

enum {
    SAID_BYTES_MAX = 1024 * 1024, /* while signing in */
    URL_BYTES = 400,
    SECOND_US = 1000000,
};

struct mail_wire {
    CURL *model; /* what each connection is made like */
    CURL *curl;  /* of the connection; NULL: none */
    curl_socket_t socket;
    size_t said_bytes;
    int64_t silence_us, whole_us;
    int64_t until_us;                  /* of the operation */
    int64_t window_us;                 /* the silence is counted from then … */
    size_t window_bytes, window_least; /* … and fewer bytes than the least are silence */
    const char *code;
};

/* The server's lines while libcurl signs in: only counted. */
static size_t hear(char *at, size_t size, size_t count, void *context)
{
    (void)at;
    struct mail_wire *wire = context;
    wire->said_bytes += size * count;
    return wire->said_bytes > SAID_BYTES_MAX ? 0 : size * count;
}

static enum err set_up(struct mail_wire *wire, const struct mail_server *server)
{
    TRY(mail_server_apply(server, wire->model));
    BUF(url, URL_BYTES);
    bool colon = strchr(server->host, ':') != NULL;
    buf_print(&url, "%s://%s%s%s/", server->tls == MAIL_TLS_IMPLICIT ? "imaps" : "imap",
              colon ? "[" : "", server->host, colon ? "]" : "");
    TRY(buf_done(&url));
    bool ok = true;
    ok &= !curl_easy_setopt(wire->model, CURLOPT_URL, url.at);
    ok &= !curl_easy_setopt(wire->model, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    ok &= !curl_easy_setopt(wire->model, CURLOPT_CONNECT_ONLY, 1L);
    ok &= !curl_easy_setopt(wire->model, CURLOPT_HEADERFUNCTION, hear);
    ok &= !curl_easy_setopt(wire->model, CURLOPT_HEADERDATA, wire);
    ok &= !curl_easy_setopt(wire->model, CURLOPT_WRITEFUNCTION, hear);
    ok &= !curl_easy_setopt(wire->model, CURLOPT_WRITEDATA, wire);
    struct mail_server_limits limits = mail_server_limits(server);
    wire->silence_us = limits.silence_seconds * (int64_t)SECOND_US;
    wire->whole_us = limits.whole_seconds * (int64_t)SECOND_US;
    wire->window_least = (size_t)limits.silence_seconds * (size_t)limits.bytes_a_second;
    return ok ? OK : ERR_NET;
}

enum err mail_wire_new(const struct mail_server *server, struct mail_wire **ret_wire)
{
    struct mail_wire *wire = calloc(1, sizeof *wire);
    if (!wire) return ERR_MEMORY;
    *wire = (struct mail_wire){.model = curl_easy_init(), .code = ""};
    enum err code = wire->model ? set_up(wire, server) : ERR_MEMORY;
    if (code != OK)
        mail_wire_free(&wire);
    else
        *ret_wire = wire;
    return code;
}

void mail_wire_free(struct mail_wire **slot)
{
    struct mail_wire *wire = *slot;
    if (!wire) return;
    mail_wire_hang_up(wire, true);
    curl_easy_cleanup(wire->model);
    free(wire);
    *slot = NULL;
}

const char *mail_wire_code(const struct mail_wire *wire)
{
    return wire->code;
}

bool mail_wire_is_up(const struct mail_wire *wire)
{
    return wire->curl != NULL;
}

void mail_wire_hang_up(struct mail_wire *wire, bool says_so)
{
    if (!wire->curl) return;
    /* libcurl says LOGOUT while it cleans up, and waits for an answer if there can be one */
    if (!says_so) shutdown(wire->socket, SHUT_RDWR);
    wire->said_bytes = 0;
    curl_easy_cleanup(wire->curl);
    wire->curl = NULL;
}

static enum err fail(struct mail_wire *wire, const char *code)
{
    wire->code = code;
    mail_wire_hang_up(wire, false);
    return ERR_NET;
}

enum err mail_wire_connect(struct mail_wire *wire)
{
    mail_wire_hang_up(wire, false);
    wire->said_bytes = 0;
    wire->code = "";
    CURL *curl = curl_easy_duphandle(wire->model);
    if (!curl) return ERR_MEMORY;
    CURLcode done = curl_easy_perform(curl);
    if (!done) done = curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &wire->socket);
    if (!done && wire->socket == CURL_SOCKET_BAD) done = CURLE_COULDNT_CONNECT;
    if (!done) {
        wire->curl = curl;
        return OK;
    }
    wire->code = done == CURLE_WRITE_ERROR ? "answer" : mail_server_code((int)done);
    curl_easy_cleanup(curl);
    return ERR_NET;
}

/* ---- bytes ---- */

void mail_wire_begin(struct mail_wire *wire)
{
    wire->window_us = clock_monotonic_us();
    wire->window_bytes = 0;
    wire->until_us = wire->window_us + wire->whole_us;
}

static enum err await(struct mail_wire *wire, short events)
{
    int64_t now = clock_monotonic_us();
    if (now - wire->window_us >= wire->silence_us) {
        if (wire->window_bytes < wire->window_least) return fail(wire, "timeout");
        wire->window_us = now;
        wire->window_bytes = 0;
    }
    int64_t until = wire->window_us + wire->silence_us;
    if (until > wire->until_us) until = wire->until_us;
    if (now >= until) return fail(wire, "timeout");
    struct pollfd one = {.fd = wire->socket, .events = events};
    int ready = poll(&one, 1, (int)((until - now) / 1000) + 1);
    return ready < 0 && errno != EINTR ? fail(wire, "lost") : OK;
}

enum err mail_wire_send(struct mail_wire *wire, struct str bytes)
{
    if (!wire->curl) return ERR_NET;
    while (bytes.len) {
        size_t sent = 0;
        CURLcode done = curl_easy_send(wire->curl, bytes.at, bytes.len, &sent);
        if (done != CURLE_OK && done != CURLE_AGAIN) return fail(wire, "lost");
        bytes = str_from_byte(bytes, sent);
        if (done == CURLE_AGAIN) TRY(await(wire, POLLOUT));
    }
    return OK;
}

enum err mail_wire_read(struct mail_wire *wire, char *at, size_t room, size_t *ret_len)
{
    if (!wire->curl) return ERR_NET;
    for (;;) {
        size_t len = 0;
        if (clock_monotonic_us() >= wire->until_us) return fail(wire, "timeout");
        CURLcode done = curl_easy_recv(wire->curl, at, room, &len);
        if (done == CURLE_OK && len > 0) {
            wire->window_bytes += len;
            *ret_len = len;
            return OK;
        }
        if (done != CURLE_AGAIN) return fail(wire, "lost");
        TRY(await(wire, POLLIN));
    }
}
