/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "core/code.h"
#include "crypt/token.h"
#include "server/http/exchange.h"

void reply_header(struct http_exchange *exchange, const char *name, const char *value)
{
    struct reply *reply = &exchange->reply;
    ASSERT(reply->header_count < REPLY_HEADERS);
    reply->headers[reply->header_count].name = name;
    reply->headers[reply->header_count++].value = value;
}

/*
 * What every reply carries (interfaces.md, HTTP). Pages load style sheets, scripts, images and
 * answers from here and nowhere else, run no script of their own text, stand in no frame, and are
 * kept by nobody.
 */
static const struct {
    const char *name, *value;
} on_all[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
     "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
    {"Referrer-Policy", "no-referrer"},
    {"Strict-Transport-Security", "max-age=31536000"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

/* Begins a reply; one that was begun before is thrown away, but for its cookies and Allow. */
void reply_start(struct http_exchange *exchange, int status, const char *type)
{
    struct reply *reply = &exchange->reply;
    buf_free(&reply->body);
    size_t kept = 0;
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcmp(reply->headers[i].name, "Set-Cookie") == 0 ||
            strcmp(reply->headers[i].name, "Allow") == 0)
            reply->headers[kept++] = reply->headers[i];
    reply->header_count = kept;
    reply->status = status;
    reply->made = true;
    reply->cached = false;
    if (type) reply_header(exchange, "Content-Type", type);
    for (size_t i = 0; i < sizeof on_all / sizeof *on_all; i++)
        reply_header(exchange, on_all[i].name, on_all[i].value);
}

/* ---- cookies ---- */

static void set_cookie(struct http_exchange *exchange, enum http_cookie which, const char *value,
                       const char *more)
{
    const char *name = exchange->request.service->cookies[which];
    ASSERT(name != NULL);
    struct str header =
        arena_print(exchange->request.arena, "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s",
                    name, value, more);
    reply_header(exchange, "Set-Cookie", header.at);
}

void reply_cookie(struct request *request, enum http_cookie which, const struct secret *cookie)
{
    struct http_exchange *exchange = request->exchange;
    BUF_SECRET(value, TOKEN_LETTERS);
    token_put(&value, cookie);
    /* as long as a link lives (LIMIT_LINK_DAYS) */
    set_cookie(exchange, which, value.at, which == COOKIE_READER ? "; Max-Age=2592000" : "");
    exchange->cookies[which] = *cookie;
    exchange->has_cookie[which] = true;
}

void reply_cookie_end(struct request *request, enum http_cookie which)
{
    set_cookie(request->exchange, which, "", "; Max-Age=0");
    request->exchange->has_cookie[which] = false;
}

/* ---- pages ---- */

static void put_service(json_t *view, const struct http_service *service)
{
    json_t *object = json_object();
    json_put_str(object, "name", service->service_name);
    if (service->service_phone.len) json_put_str(object, "phone", service->service_phone);
    if (service->service_email.len) json_put_str(object, "email", service->service_email);
    if (service->service_hours.len) json_put_str(object, "hours", service->service_hours);
    json_put(view, "service", object);
}

static void put_assets(struct request *request)
{
    const struct assets *assets = http_assets(request->exchange->http);
    const struct http_service *service = request->service;
    json_t *object = json_object();
    json_put_str(object, "css", assets_path(assets, str_from(service->css), request->arena));
    json_put_str(object, "js", assets_path(assets, str_from(service->js), request->arena));
    json_put_str(object, "icon", assets_path(assets, STR("icon.svg"), request->arena));
    json_put(request->view, "asset", object);
}

/* The tokens of the page's forms; whoever has no cookie yet gets one, so that they are guarded. */
static enum err put_tokens(struct request *request)
{
    struct http_exchange *exchange = request->exchange;
    if (!exchange->has_cookie[exchange->cookie]) {
        SECRET(fresh);
        secret_random(&fresh);
        reply_cookie(request, exchange->cookie, &fresh);
    }
    SECRET(csrf);
    TRY(exchange_csrf(exchange, &csrf));
    BUF_SECRET(text, TOKEN_LETTERS);
    token_put(&text, &csrf);
    json_put_str(request->view, "csrf", buf_str(&text));
    unsigned char once[16];
    random_bytes(once, sizeof once);
    BUF(key, 2 * sizeof once);
    code_hex_put(&key, once, sizeof once);
    json_put_str(request->view, "once", buf_str(&key));
    return OK;
}

/* "?notice=draft-saved" after a redirect: only what has words is shown. */
static void put_notice(struct request *request)
{
    const struct words *all = http_words(request->exchange->http);
    struct str code = form_get(&request->query, "notice"), words;
    if (!code.len || code.len > 40 || json_object_get(request->view, "notice")) return;
    bool is_done = words_find(all, "notice", code, &words);
    if (!is_done && !words_find(all, "note", code, &words)) return;
    json_t *notice = json_object();
    json_put_str(notice, "code", code);
    json_put_bool(notice, "success", is_done);
    json_put_str(notice, "text", words);
    json_put(request->view, "notice", notice);
}

/* What must not be sent back in a page. */
static bool is_echoed(struct str name)
{
    static const char *const never[] = {"csrf", "once", "code", "pin", "file"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (str_equal(name, str_from(never[i]))) return false;
    return !str_starts(name, STR("password"));
}

/* A form that is shown again has what was typed in it. */
static void put_typed(struct request *request)
{
    const struct form *form = &request->form;
    if (form->count == 0) return;
    json_t *shown = json_object_get(request->view, "form");
    if (!shown) {
        shown = json_object();
        json_put(request->view, "form", shown);
    }
    for (size_t i = form->count; i-- > 0;) {
        const struct form_field *field = &form->fields[i];
        if (!is_echoed(field->name)) continue;
        json_t *entry = json_object_getn(shown, field->name.at, field->name.len);
        if (!entry) {
            entry = json_object();
            json_put(shown, arena_c(request->arena, field->name), entry);
        }
        json_put_str(entry, "value", field->value);
    }
}

static enum err put_common(struct request *request)
{
    json_put_str(request->view, "lang", STR("en"));
    put_service(request->view, request->service);
    put_assets(request);
    put_notice(request);
    if (request_has_problem(request)) put_typed(request);
    TRY(put_tokens(request));
    bool is_full = request->session.stage == STAGE_FULL && request->session.kind != SESSION_LINK;
    if (is_full && request->service->dress) TRY(request->service->dress(request));
    return OK;
}

static enum err render(struct request *request, int status, const char *name)
{
    struct http_exchange *exchange = request->exchange;
    reply_start(exchange, status, "text/html; charset=utf-8");
    exchange->reply.body = buf_new_secret(PAGE_BYTES);
    return tmpl_render(request->service->templates, str_from(name), request->view,
                       &exchange->reply.body);
}

enum err reply_page_status(struct request *request, int status, const char *name)
{
    TRY(put_common(request));
    return render(request, status, name);
}

enum err reply_page(struct request *request, const char *name)
{
    return reply_page_status(request, request_has_problem(request) ? 422 : 200, name);
}

/* ---- others ---- */

enum err reply_see(struct request *request, const char *path, const char *notice)
{
    ASSERT(path[0] == '/' && path[1] != '/');
    struct http_exchange *exchange = request->exchange;
    reply_start(exchange, 303, NULL);
    struct str target = notice ? arena_print(request->arena, "%s%cnotice=%s", path,
                                             strchr(path, '?') ? '&' : '?', notice)
                               : arena_print(request->arena, "%s", path);
    reply_header(exchange, "Location", target.at);
    return OK;
}

enum err reply_then(struct request *request, const char *notice)
{
    ASSERT(request->exchange->then != NULL);
    return reply_see(request, request->exchange->then, notice);
}

enum err reply_bytes(struct request *request, const char *type, const char *file_name,
                     struct buf *bytes)
{
    TRY(buf_done(bytes));
    struct http_exchange *exchange = request->exchange;
    reply_start(exchange, 200, type);
    if (file_name) {
        ASSERT(strspn(file_name,
                      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
               strlen(file_name));
        struct str value = arena_print(request->arena, "attachment; filename=\"%s\"", file_name);
        reply_header(exchange, "Content-Disposition", value.at);
    }
    exchange->reply.body = *bytes;
    *bytes = bytes->secret ? buf_new_secret(bytes->max) : buf_new(bytes->max);
    return OK;
}

enum err reply_nothing(struct request *request)
{
    reply_start(request->exchange, 204, NULL);
    return OK;
}

/* ---- errors ---- */

static int status_of(enum err code)
{
    switch (code) {
    case ERR_BAD_INPUT:
    case ERR_BAD_UTF8:
    case ERR_BAD_JSON: return 400;
    case ERR_SIGNED_OUT: return 401;
    case ERR_FORBIDDEN:
    case ERR_CSRF: return 403;
    case ERR_NOT_FOUND: return 404;
    case ERR_METHOD: return 405;
    case ERR_CONFLICT:
    case ERR_DONE_BEFORE:
    case ERR_DB_REFUSED: return 409;
    case ERR_LENGTH_NEEDED: return 411;
    case ERR_TOO_BIG: return 413;
    case ERR_WRONG_HOST: return 421;
    case ERR_NO_MATCH: return 422;
    case ERR_TOO_MANY_TRIES: return 429;
    case ERR_BUSY:
    case ERR_DB_AWAY:
    case ERR_DISK_FULL: return 503;
    case ERR_TIMEOUT: return 504;
    default: return 500;
    }
}

/* For when even the error's page cannot be made. */
static void reply_plain(struct http_exchange *exchange, int status, const struct err_info *info)
{
    reply_start(exchange, status, "text/plain; charset=utf-8");
    exchange->reply.body = buf_new(1024);
    buf_print(&exchange->reply.body, "%s %s\n", info->message, info->cure);
}

/*
 * Whether the error's page has the menu too: for somebody signed in, of a refusal that leaves the
 * database as able to answer as before, and on a worker, which may ask it.
 */
static bool has_menu(const struct http_exchange *exchange, enum err code)
{
    const struct request *request = &exchange->request;
    bool is_worker = exchange->phase == WORKING || exchange->phase == CHECKING;
    bool is_full = exchange->has_session && request->session.stage == STAGE_FULL &&
                   request->session.kind != SESSION_LINK;
    return is_worker && is_full && request->service->dress &&
           err_info(code)->kind == ERR_KIND_REFUSED && code != ERR_SIGNED_OUT && code != ERR_BUSY &&
           !arena_over(request->arena);
}

static void put_menu(struct request *request)
{
    if (put_tokens(request) != OK || request->service->dress(request) != OK)
        json_object_del(request->view, "person"); /* then without */
}

/* Its cure leads to the start page, which the reader of a link does not have. */
static bool leads_home(enum err code)
{
    return code == ERR_NOT_FOUND || code == ERR_METHOD || code == ERR_FORBIDDEN ||
           code == ERR_DONE_BEFORE;
}

enum err reply_error(struct request *request, enum err code)
{
    struct http_exchange *exchange = request->exchange;
    const struct err_info *info = err_info(code);
    int status = status_of(code);
    exchange->code = code;
    json_object_clear(request->view);
    json_put_str(request->view, "code", str_from(info->name));
    json_put_str(request->view, "message", str_from(info->message));
    json_put_str(request->view, "cure", str_from(info->cure));
    json_put_str(request->view, "reference", str_from(request->reference));
    json_put_bool(request->view, "sign_in", code == ERR_SIGNED_OUT);
    bool are_files = code == ERR_TOO_BIG && request->route && request->route->form == FORM_FILES &&
                     !arena_over(request->arena);
    json_put_bool(request->view, "too_many_files", are_files);
    if (are_files) request_put_limits(request);
    json_put_bool(request->view, "by_link", exchange->cookie == COOKIE_LINK);
    json_put_bool(request->view, "leads_home", leads_home(code));
    json_put_bool(request->view, "forbidden", code == ERR_FORBIDDEN);
    json_put_int(request->view, "status", status);
    json_put_str(request->view, "lang", STR("en"));
    put_service(request->view, request->service);
    put_assets(request);
    if (has_menu(exchange, code)) put_menu(request);
    if (render(request, status, request->service->error_page) != OK)
        reply_plain(exchange, status, info);
    if (status == 503 || status == 429)
        reply_header(exchange, "Retry-After", status == 429 ? "600" : "5");
    return OK;
}
