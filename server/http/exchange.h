/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_EXCHANGE_H
#define LETTERBOX_HTTP_EXCHANGE_H

#include <stdatomic.h>

#include "server/http/http.h"
#include "server/http/line.h"
#include "server/http/multipart.h"

/*
 * Inside server/http: one exchange of request and reply. It is made when the request's first line
 * is read and ends when the reply has been sent or the connection is gone. At any moment one thread
 * has it: the event thread of its connection, or the worker while the connection is suspended.
 *
 *   ARRIVED ──▶ CHECKING ──▶ BODY ──▶ WORKING ──▶ READY    files: the session before the body
 *   ARRIVED ──────────────▶ BODY ──▶ WORKING ──▶ READY    another form
 *   ARRIVED ──▶ ASKED ─────────────▶ WORKING ──▶ READY    without a body
 *
 * In place of WORKING a sign-in (RATE_SIGN_IN) goes ADMITTING ──▶ WORKING: an ordinary worker asks
 * first whether its network address may try at all, and only then it stands in the line for a
 * sign-in worker.
 *
 * What is refused goes straight to READY. libmicrohttpd 0.9.75 ends a connection whose reply is
 * queued in the call for the header, so without a body the reply waits for the next call.
 */
enum phase { ARRIVED, ASKED, CHECKING, BODY, ADMITTING, WORKING, READY };

enum { REPLY_HEADERS = 24, ARENA_BYTES = 16 * 1024 * 1024, PAGE_BYTES = 8 * 1024 * 1024 };

struct reply {
    bool made;
    int status;
    struct buf body;
    struct {
        const char *name;
        const char *value;
    } headers[REPLY_HEADERS];
    size_t header_count;
    bool cached; /* an asset: may be kept by browsers for ever */
};

struct upload {
    struct multipart *multipart;
    bool guarded; /* the first part was the right csrf token */
    size_t parts;
    struct buf text;     /* of the field that is being read */
    size_t text_bytes;   /* of all fields */
    uint64_t file_bytes; /* of all files */
    struct str name;     /* of the field that is being read */
    bool in_file, begun;
    struct http_file *file;
};

struct link;

struct http_exchange {
    struct request request;
    struct http *http;
    void *connection; /* struct MHD_Connection */
    struct link *link;
    enum phase phase;
    struct line_item turn; /* for a worker; its address is the network's: IPv4 mapped, IPv6 cut
                              to its /64 */

    struct str method, target; /* as sent */
    struct str content_type, origin, fetch_site, once;
    uint64_t length; /* Content-Length */
    bool has_length, has_body;
    bool body_begun;

    bool has_cookie[COOKIE_COUNT];
    struct secret cookies[COOKIE_COUNT];
    enum http_cookie cookie; /* which one the route asks for */
    bool has_session;        /* it was looked up */

    uint64_t received;     /* bytes of the body */
    struct buf body;       /* FORM_PLAIN */
    struct upload *upload; /* FORM_FILES */
    struct http_file *files;
    enum err refused; /* found while the body comes in: read on, then its page */

    const char *then; /* request_then */
    struct reply reply;
    enum err code; /* for the log */
    int64_t started_us;
};

/* ---- pieces of server/http ---- */

/* request.c: reads path, query and cookies; the route, or the error that is the answer. */
MUST_CHECK enum err exchange_route(struct http_exchange *exchange);
/*
 * On a worker: whose request it is, whether it may, and the sink's preparation. A sign-in is asked
 * again when its turn comes whether its address may try: others may have failed meanwhile.
 */
MUST_CHECK enum err exchange_check(struct http_exchange *exchange);
/* On a worker, after the body: reads the form, guards it, calls the handler. */
MUST_CHECK enum err exchange_work(struct http_exchange *exchange);
void exchange_cookies(struct http_exchange *exchange, struct str header);
bool exchange_is_post(const struct http_exchange *exchange);
/* The token that the forms of this cookie carry. */
MUST_CHECK enum err exchange_csrf(const struct http_exchange *exchange, struct secret *ret_csrf);

/* upload.c */
MUST_CHECK enum err upload_begin(struct http_exchange *exchange);
void upload_take(struct http_exchange *exchange, struct str bytes);
void upload_finish(struct http_exchange *exchange);

/* reply.c: headers' values must live as long as the exchange. */
void reply_header(struct http_exchange *exchange, const char *name, const char *value);
void reply_start(struct http_exchange *exchange, int status, const char *type);

/* rate.c */
MUST_CHECK enum err rate_admit(struct http_exchange *exchange);

/* asset.c */
struct assets;
MUST_CHECK enum err assets_open(const struct embedded_file *files, struct assets **ret_assets);
void assets_free(struct assets **assets);
/* "/assets/HASH/name" for a page, in the arena. */
struct str assets_path(const struct assets *assets, struct str name, struct arena *arena);
MUST_CHECK enum err assets_reply(const struct assets *assets, struct http_exchange *exchange);

/* words.c: the words of notices and mistakes by their codes. */
struct words;
MUST_CHECK enum err words_open(const struct embedded_file *files, struct words **ret_words);
void words_free(struct words **words);
/* False when there are none. */
bool words_find(const struct words *words, const char *section, struct str code,
                struct str *ret_text);

const struct assets *http_assets(const struct http *http);
const struct words *http_words(const struct http *http);
struct str http_origin(const struct http *http);

#endif
