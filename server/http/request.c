/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/code.h"
#include "core/limits.h"
#include "crypt/kdf.h"
#include "crypt/token.h"
#include "server/http/exchange.h"

enum { QUERY_FIELDS = 50, TARGET_BYTES = 4096, THEN_BYTES = 400, ONCE_LEAST = 8, ONCE_MOST = 64 };

int64_t request_number(const struct request *request, size_t n)
{
    ASSERT(n < request->values.count);
    return request->values.numbers[n];
}

bool exchange_is_post(const struct http_exchange *exchange)
{
    return str_equal(exchange->method, STR("POST"));
}

/* ---- what was asked ---- */

/* "a=1; b=2": the cookies that are ours and are whole tokens. */
void exchange_cookies(struct http_exchange *exchange, struct str header)
{
    struct str pair;
    while (str_split(&header, ';', &pair)) {
        pair = str_trim(pair);
        size_t equals = str_find_byte(pair, '=');
        if (equals == STR_NONE) continue;
        for (size_t i = 0; i < COOKIE_COUNT; i++) {
            const char *name = exchange->request.service->cookies[i];
            if (!name || !str_equal(str_slice(pair, 0, equals), str_from(name))) continue;
            if (!exchange->has_cookie[i])
                exchange->has_cookie[i] =
                    token_get(str_from_byte(pair, equals + 1), &exchange->cookies[i]);
        }
    }
}

static enum err split_target(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    struct str target = exchange->target;
    if (target.len == 0 || target.len > TARGET_BYTES || target.at[0] != '/') return ERR_NOT_FOUND;
    size_t mark = str_find_byte(target, '?');
    request->path = str_slice(target, 0, mark == STR_NONE ? target.len : mark);
    if (mark == STR_NONE) return OK;
    return form_read(str_from_byte(target, mark + 1), QUERY_FIELDS, request->arena,
                     &request->query);
}

static void allow_methods(struct http_exchange *exchange, unsigned allowed)
{
    bool get = allowed & 1u << HTTP_GET, post = allowed & 1u << HTTP_POST;
    reply_header(exchange, "Allow", get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : "POST");
}

/* A POST comes from a page of ours: its Origin says so, or, where a browser keeps that to itself
 * (pages are sent with Referrer-Policy: no-referrer), Sec-Fetch-Site. */
static bool is_from_us(const struct http_exchange *exchange)
{
    if (str_equal(exchange->origin, http_origin(exchange->http))) return true;
    bool is_silent = exchange->origin.len == 0 || str_equal(exchange->origin, STR("null"));
    return is_silent && str_equal(exchange->fetch_site, STR("same-origin"));
}

enum err exchange_route(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    const struct http_service *service = request->service;
    TRY(split_target(exchange));
    unsigned allowed = 0;
    enum err code = route_find(service->routes, service->route_count, exchange->method,
                               request->path, &request->values, &request->route, &allowed);
    if (code == ERR_METHOD) allow_methods(exchange, allowed);
    TRY(code);
    exchange->cookie = session_rule(request->route->who)->cookie;
    if (!exchange_is_post(exchange)) return OK;
    if (!is_from_us(exchange)) return ERR_CSRF;
    if (exchange->has_length && exchange->length > request->route->body_limit) return ERR_TOO_BIG;
    return OK;
}

/* ---- whose it is ---- */

static enum err look_up(struct http_exchange *exchange, enum http_cookie which,
                        struct session *ret_session)
{
    struct request *request = &exchange->request;
    memset(ret_session, 0, sizeof *ret_session);
    if (!exchange->has_cookie[which]) return OK;
    const struct secret *cookie = &exchange->cookies[which];
    if (request->service->find_session)
        return request->service->find_session(request, cookie, ret_session);
    return session_find(request->db, cookie, request->arena, ret_session);
}

/* A visitor is whoever of the two is signed in. */
static enum err find_session(struct http_exchange *exchange, const struct session_rule *rule)
{
    struct request *request = &exchange->request;
    TRY(look_up(exchange, exchange->cookie, &request->session));
    if (request->route->who == WHO_VISITOR && !session_fits(rule, &request->session)) {
        exchange->cookie = COOKIE_LINK;
        TRY(look_up(exchange, exchange->cookie, &request->session));
    }
    exchange->has_session = true;
    if (request->session.stage == STAGE_FULL) {
        request->gate.kind = DB_GATE_SESSION;
        memcpy(request->gate.value, request->session.id.bytes, DB_GATE_BYTES);
    }
    return OK;
}

/* Somebody signed in, but not as this page asks, may know that it is there. */
static enum err turn_away(struct http_exchange *exchange, const struct session_rule *rule)
{
    struct request *request = &exchange->request;
    const struct session *session = &request->session;
    bool is_known = session->stage == STAGE_FULL && (rule->stages & 1u << STAGE_FULL) != 0 &&
                    (rule->kinds & 1u << session->kind) != 0;
    if (is_known) return ERR_FORBIDDEN;
    if (rule->away && !exchange_is_post(exchange) && !request->by_script)
        return reply_see(request, rule->away, NULL);
    return ERR_SIGNED_OUT;
}

enum err exchange_check(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    const struct session_rule *rule = session_rule(request->route->who);
    if (!exchange->has_session) {
        TRY(find_session(exchange, rule));
        if (request->route->who == WHO_LINK && !exchange->has_cookie[COOKIE_LINK])
            return ERR_SIGNED_OUT;
        if (!session_fits(rule, &request->session)) return turn_away(exchange, rule);
    }
    TRY(rate_admit(exchange));
    if (request->route->form == FORM_FILES && exchange->phase == CHECKING)
        return request->service->sink->prepare(request);
    return OK;
}

enum err exchange_csrf(const struct http_exchange *exchange, struct secret *ret_csrf)
{
    if (!exchange->has_cookie[exchange->cookie]) return ERR_CSRF;
    return token_session_csrf(&exchange->cookies[exchange->cookie], ret_csrf);
}

static enum err guard_form(const struct http_exchange *exchange)
{
    SECRET(expected);
    SECRET(given);
    TRY(exchange_csrf(exchange, &expected));
    if (!token_get(form_get(&exchange->request.form, "csrf"), &given) ||
        !secret_equal(&expected, &given))
        return ERR_CSRF;
    return OK;
}

static enum err read_form(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    if (request->route->form == FORM_FILES) return exchange->refused;
    if (exchange->refused != OK) return exchange->refused;
    if (request->route->form == FORM_NONE) return OK;
    size_t kind = str_find_byte(exchange->content_type, ';');
    struct str type = str_trim(
        str_slice(exchange->content_type, 0, kind == STR_NONE ? exchange->content_type.len : kind));
    if (exchange->body.len && !str_same(type, STR("application/x-www-form-urlencoded")))
        return ERR_BAD_INPUT;
    return form_read(buf_str(&exchange->body), LIMIT_FORM_FIELDS, request->arena, &request->form);
}

static enum err add_to_mac(struct kdf_mac_stream *stream, struct str text)
{
    BUF(length, 8);
    buf_add_u64(&length, text.len);
    TRY(kdf_mac_add(stream, buf_str(&length)));
    return kdf_mac_add(stream, text);
}

static enum err add_field(struct kdf_mac_stream *stream, const struct form_field *field)
{
    if (str_equal(field->name, STR("csrf"))) return OK;
    TRY(add_to_mac(stream, field->name));
    return add_to_mac(stream, field->value);
}

static enum err add_file(struct kdf_mac_stream *stream, const struct http_file *file)
{
    BUF(bytes, 8);
    buf_add_u64(&bytes, file->bytes);
    TRY(add_to_mac(stream, file->field));
    TRY(add_to_mac(stream, file->name));
    return add_to_mac(stream, buf_str(&bytes));
}

/*
 * The form's key together with all that was filled in, as a digest under a key of the session's. A
 * browser may bring back a page with the form that was sent, key and all: what is written there
 * then is not what was sent before, and must not get its receipt.
 */
static enum err bind_once(struct http_exchange *exchange, struct str once)
{
    const struct request *request = &exchange->request;
    unsigned char mac[KDF_MAC_BYTES];
    SECRET(key);
    TRY(exchange_csrf(exchange, &key));
    struct kdf_mac_stream *stream __attribute__((cleanup(kdf_mac_free))) = NULL;
    TRY(kdf_mac_open(&key, MAC_SESSION_ONCE, &stream));
    TRY(add_to_mac(stream, once));
    for (size_t i = 0; i < request->form.count; i++)
        TRY(add_field(stream, &request->form.fields[i]));
    for (size_t i = 0; i < request->file_count; i++) TRY(add_file(stream, &request->files[i]));
    TRY(kdf_mac_finish(stream, mac));
    BUF(text, ONCE_MOST);
    code_hex_put(&text, mac, sizeof mac);
    exchange->once = arena_str(request->arena, buf_str(&text));
    return OK;
}

/* Every form has a key of its own; one that is missing counts as sent for the first time. */
static enum err read_once(struct http_exchange *exchange)
{
    struct str once = form_get(&exchange->request.form, "once");
    if (once.len && (once.len < ONCE_LEAST || once.len > ONCE_MOST)) return ERR_BAD_INPUT;
    for (size_t i = 0; i < once.len; i++) {
        char c = once.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              c == '-' || c == '_'))
            return ERR_BAD_INPUT;
    }
    return once.len ? bind_once(exchange, once) : OK;
}

enum err exchange_work(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    TRY(exchange_check(exchange));
    if (exchange->reply.made) return OK;
    if (exchange_is_post(exchange)) {
        TRY(read_form(exchange));
        TRY(guard_form(exchange));
        TRY(read_once(exchange));
    }
    if (arena_over(request->arena)) return ERR_TOO_BIG;
    enum err code = request->route->handle(request);
    ASSERT(code != OK || exchange->reply.made); /* a handler ends with a reply */
    return code;
}

/* ---- the database ---- */

enum err request_run(struct request *request, store_work work, void *context)
{
    return store_db_run(request->db, &request->gate, work, context);
}

enum err request_ask(struct request *request, const struct store_ask *asks, size_t count)
{
    return store_db_all(request->db, &request->gate, asks, count, request->arena);
}

struct once_work {
    struct request *request;
    store_work work;
    void *context;
    bool again;
};

static enum err run_once(struct store *store, void *context)
{
    struct once_work *once = context;
    struct request *request = once->request;
    struct http_exchange *exchange = request->exchange;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_idempotency_claim,
                        PARAMS(P_TEXT(request->path), P_TEXT(exchange->once)), request->arena,
                        &rows));
    once->again = !rows_bool(&rows, 0, "fresh");
    if (once->again) {
        struct str answer = rows_str(&rows, 0, "answer");
        exchange->then = answer.len ? arena_c(request->arena, answer) : NULL;
        return OK;
    }
    exchange->then = NULL;
    TRY(once->work(store, once->context));
    if (!exchange->then) return OK;
    return store_do(
        store, QUERY_idempotency_answer,
        PARAMS(P_TEXT(request->path), P_TEXT(exchange->once), P_TEXT(str_from(exchange->then))));
}

enum err request_run_once(struct request *request, store_work work, void *context)
{
    if (request->exchange->once.len == 0) return request_run(request, work, context);
    struct once_work once = {request, work, context, false};
    TRY(request_run(request, run_once, &once));
    return once.again && !request->exchange->then ? ERR_DONE_BEFORE : OK;
}

void request_then(struct request *request, const char *format, ...)
{
    char path[THEN_BYTES + 1];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    ASSERT(len > 0 && len <= THEN_BYTES && path[0] == '/');
    request->exchange->then = arena_c(request->arena, str_from(path));
}

/* ---- mistakes in a form ---- */

/* Adds it to the summary on top of the page; "field" or "elsewhere" is where its link leads. */
static struct str list_problem(struct request *request, const char *key, struct str place,
                               const char *code)
{
    struct str words;
    if (!words_find(http_words(request->exchange->http), "problem", str_from(code), &words))
        words = str_from(err_info(ERR_BAD_INPUT)->message);
    json_t *problem = json_object_get(request->view, "problem");
    if (!problem) {
        problem = json_object();
        json_put(request->view, "problem", problem);
        json_put(problem, "list", json_array());
    }
    json_t *entry = json_object();
    json_put_str(entry, "code", str_from(code));
    json_put_str(entry, "text", words);
    if (place.len) json_put_str(entry, key, place);
    json_add(json_object_get(problem, "list"), entry);
    return words;
}

void request_problem_elsewhere(struct request *request, struct str path, const char *code)
{
    (void)list_problem(request, "elsewhere", path, code);
}

struct str request_words(const struct request *request, const char *section, const char *code)
{
    struct str words = {"", 0};
    ASSERT(words_find(http_words(request->exchange->http), section, str_from(code), &words));
    return words;
}

bool request_words_find(const struct request *request, const char *section, const char *code,
                        struct str *ret_words)
{
    return words_find(http_words(request->exchange->http), section, str_from(code), ret_words);
}

void request_problem(struct request *request, const char *field, const char *code)
{
    struct str words = list_problem(request, "field", str_from(field), code);
    if (!*field) return;
    json_t *form = json_object_get(request->view, "form");
    if (!form) {
        form = json_object();
        json_put(request->view, "form", form);
    }
    json_t *shown = json_object_get(form, field);
    if (!shown) {
        shown = json_object();
        json_put(form, field, shown);
    }
    if (json_object_get(shown, "error")) return; /* a field shows its first mistake */
    json_t *error = json_object();
    json_put_str(error, "code", str_from(code));
    json_put_str(error, "text", words);
    json_put(shown, "error", error);
}

bool request_has_problem(const struct request *request)
{
    return json_object_get(request->view, "problem") != NULL;
}

void request_put_limits(struct request *request)
{
    enum { MIB = 1024 * 1024 };
    json_t *view = request->view;
    struct arena *arena = request->arena;
    json_put_str(view, "max_files", arena_print(arena, "%d", LIMIT_FILES));
    json_put_str(view, "max_file_bytes", arena_print(arena, "%d", LIMIT_FILE_BYTES));
    json_put_str(view, "max_total_bytes", arena_print(arena, "%d", LIMIT_UPLOAD_BYTES));
    json_put_str(view, "max_file_size", arena_print(arena, "%d MB", LIMIT_FILE_BYTES / MIB));
    json_put_str(view, "max_total_size", arena_print(arena, "%d MB", LIMIT_UPLOAD_BYTES / MIB));
}

void request_check_files(struct request *request)
{
    switch (request->files_fit) {
    case FILES_FIT: break;
    case FILE_TOO_BIG: request_problem(request, "file", "file-too-big"); break;
    case FILES_TOO_BIG: request_problem(request, "file", "files-too-big"); break;
    case FILES_TOO_MANY: request_problem(request, "file", "files-many"); break;
    }
    bool some_empty = false;
    for (size_t i = 0; i < request->file_count; i++)
        some_empty = some_empty || request->files[i].bytes == 0;
    if (some_empty) request_problem(request, "file", "file-empty");
}

/* ---- signing in ---- */

const struct secret *request_cookie(const struct request *request)
{
    const struct http_exchange *exchange = request->exchange;
    return exchange->has_cookie[exchange->cookie] ? &exchange->cookies[exchange->cookie] : NULL;
}

const struct secret *request_cookie_of(const struct request *request, enum http_cookie which)
{
    const struct http_exchange *exchange = request->exchange;
    return exchange->has_cookie[which] ? &exchange->cookies[which] : NULL;
}
