/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_REQUEST_H
#define LETTERBOX_HTTP_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/form.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utc.h"
#include "server/http/route.h"
#include "server/http/session.h"
#include "store/db.h"

/*
 * What a handler sees: one request, already signed in as its route's row asks, its form read and
 * guarded. A handler is `enum err post_letters(struct request *request)` in a file of that name: it
 * reads the form, asks the rules, calls the store, ends with one reply_… and returns what that
 * returns. An error that it returns instead becomes the error page of that code.
 *
 *     enum err get_drafts_ID(struct request *request)
 *     {
 *         struct work work = {request, request_number(request, 0)};
 *         TRY(request_run(request, find_draft, &work));
 *         json_put_str(request->view, "draft", …);
 *         return reply_page(request, "portal/letter_write");
 *     }
 *
 * Handlers run on worker threads, several at once. Nothing here may be kept longer than the
 * request; its arena is a secret one.
 */

/* A file of a form, after the sink has had its bytes. */
struct http_file {
    struct str field; /* the form field's name */
    struct str name;  /* as the person's computer calls it; may be empty; private */
    struct str type;  /* as the browser says; not to be believed */
    uint64_t bytes;
    char head[16]; /* its first bytes; zeros where it has fewer */
    void *kept;    /* what the sink made of it; ends with the arena */
};

struct http_service;

enum http_files_fit { FILES_FIT, FILE_TOO_BIG, FILES_TOO_BIG, FILES_TOO_MANY };

struct request {
    struct arena *arena;
    const struct http_service *service;
    void *app; /* what main made: keys, templates, places */
    struct db_pool *db;
    const struct route *route;
    struct str path;
    struct utc arrived;
    char reference[10]; /* "7Q2M-X9KD": in the log, and on error pages */
    struct route_values values;
    struct form query, form;
    const struct http_file *files;
    size_t file_count;
    enum http_files_fit files_fit;
    void *prepared;         /* what the sink's prepare made */
    struct session session; /* of the cookie that the route's `who` asks for */
    struct db_gate gate;    /* of that session; none without a full one */
    bool clean_address;     /* RATE_SIGN_IN: the network address has had no failure in a day */
    bool by_script;         /* X-Requested-With: fetch */
    json_t *view;           /* of the page to come; ends with the request */
    struct http_exchange *exchange; /* server/http's own */
};

/* The n-th id or number of the path. */
int64_t request_number(const struct request *request, size_t n);

/* ---- the database ---- */

/* A transaction behind the session's gate. */
MUST_CHECK enum err request_run(struct request *request, store_work work, void *context);
/* The same for several queries that are known at the start: one round trip. */
MUST_CHECK enum err request_ask(struct request *request, const struct store_ask *asks,
                                size_t count);
/*
 * The same for a form that must count once: the work runs once for the form's key (session, path,
 * field `once`), and notes with request_then where the answer leads. When the form comes again the
 * work is not run and the first one's answer is there; ERR_CONFLICT when the first led nowhere.
 * End with reply_then.
 */
MUST_CHECK enum err request_run_once(struct request *request, store_work work, void *context);
/* A path of ours, made of names and ids; may be called again when a transaction is tried again. */
__attribute__((format(printf, 2, 3))) void request_then(struct request *request, const char *format,
                                                        ...);

/* ---- mistakes in a form ---- */

/* What stands in templates/words under a section and code; that it is there is our own business. */
struct str request_words(const struct request *request, const char *section, const char *code);
/* False when nothing stands there. */
bool request_words_find(const struct request *request, const char *section, const char *code,
                        struct str *ret_words);

/*
 * Notes a mistake in a field ("" for none in particular) by its code in templates/words/en.ini.
 * reply_page then shows the words, what was typed, and answers 422.
 */
void request_problem(struct request *request, const char *field, const char *code);
/* One that is mended on another page: the place there that its words lead to,
 * "/letters/…#concerns-title". */
void request_problem_elsewhere(struct request *request, struct str path, const char *code);
bool request_has_problem(const struct request *request);
/*
 * Each handler of a form with files asks this first: notes the problem of files that were too large
 * or too many and are therefore thrown away, and that of empty ones. All else of the form is there.
 */
void request_check_files(struct request *request);
/* Puts into the view what a form with files may hold: max_files "10", max_file_size "25 MB",
 * max_total_size "100 MB", and max_file_bytes and max_total_bytes in digits, for the script. */
void request_put_limits(struct request *request);

/* ---- signing in ---- */

/* The cookie itself, for what is derived from it; NULL when none was sent. */
const struct secret *request_cookie(const struct request *request);
/* One by its kind; NULL when it was not sent. */
const struct secret *request_cookie_of(const struct request *request, enum http_cookie which);
/* Gives the browser this cookie with the reply: at every sign-in, join, link and PIN a new one. */
void reply_cookie(struct request *request, enum http_cookie which, const struct secret *cookie);
void reply_cookie_end(struct request *request, enum http_cookie which);

/* Failures are counted by network address, and by what was typed (an account, a code, a link). */
enum rate_scope { RATE_ADDRESS, RATE_ACCOUNT, RATE_SECOND, RATE_JOIN, RATE_LINK };
/* Counts one failure of the address and, unless empty, of what was typed. */
MUST_CHECK enum err rate_failed(struct request *request, enum rate_scope scope, struct str typed);
/* ERR_TOO_MANY_TRIES when what was typed failed 5 times in 10 minutes. */
MUST_CHECK enum err rate_check(struct request *request, enum rate_scope scope, struct str typed);

/* ---- replies: one a request ---- */

/* The page, with what every page has (docs/http.md) added to the view. */
MUST_CHECK enum err reply_page(struct request *request, const char *name);
/* The same with another status than 200 or 422. */
MUST_CHECK enum err reply_page_status(struct request *request, int status, const char *name);
/* 303 to the path, and a notice there by its code in templates/words/en.ini, or NULL. */
MUST_CHECK enum err reply_see(struct request *request, const char *path, const char *notice);
/* 303 to where request_then said. */
MUST_CHECK enum err reply_then(struct request *request, const char *notice);
/*
 * Bytes with their type; the buffer moves into the reply. The file name (letters, digits, dashes,
 * dots) makes it a download; NULL shows it in the browser.
 */
MUST_CHECK enum err reply_bytes(struct request *request, const char *type, const char *file_name,
                                struct buf *bytes);
/* 204 */
MUST_CHECK enum err reply_nothing(struct request *request);
/* The error's page. Returned errors end here too. */
MUST_CHECK enum err reply_error(struct request *request, enum err code);

#endif
