/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The HTTPS service on loopback, asked by libcurl and by bare sockets. Sessions come from a table
 * here; what needs the database is in tests/flow.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/code.h"
#include "core/limits.h"
#include "crypt/token.h"
#include "server/http/http.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"

enum {
    IDLE_SECONDS = 3,
    STALL_SECONDS = 2,
    UPLOAD_LIMIT = 3 * 1024 * 1024,
    MANY = 1000,
    METRICS_BYTES = 1024 * 1024
};

/* ---- the service under test ---- */

static atomic_int handled, sunk_files;
static _Atomic uint64_t sunk_bytes;
static atomic_bool refuse_sink;

static enum err get_page(struct request *request)
{
    handled++;
    return reply_page(request, "test/page");
}

static enum err post_page(struct request *request)
{
    handled++;
    if (form_line(&request->form, "email").len == 0)
        request_problem(request, "email", "email-missing");
    if (request_has_problem(request)) return reply_page(request, "test/page");
    request_then(request, "/items/%s/pages/1", "0000000000ab");
    return reply_then(request, "draft-saved");
}

static enum err get_item(struct request *request)
{
    json_put_int(request->view, "item", request_number(request, 0));
    json_put_int(request->view, "page", request_number(request, 1));
    return reply_page(request, "test/page");
}

static enum err post_upload(struct request *request)
{
    handled++;
    request_check_files(request);
    if (request_has_problem(request)) return reply_page(request, "test/page");
    BUF(text, 4096);
    for (size_t i = 0; i < request->file_count; i++)
        buf_print(&text, "%.*s:%llu;", STR_ARG(request->files[i].name),
                  (unsigned long long)request->files[i].bytes);
    buf_print(&text, "%.*s", STR_ARG(form_get(&request->form, "text")));
    return reply_bytes(request, "text/plain; charset=utf-8", NULL, &text);
}

static enum err get_file(struct request *request)
{
    BUF(bytes, 100);
    buf_add_c(&bytes, "%PDF");
    return reply_bytes(request, "application/pdf", "K7MP-2XQ9.pdf", &bytes);
}

static enum err get_l_TOKEN(struct request *request)
{
    SECRET(token);
    if (!token_get(request->values.token, &token)) return ERR_NOT_FOUND;
    reply_cookie(request, COOKIE_LINK, &token);
    return reply_see(request, "/open", NULL);
}

static enum err get_slow(struct request *request)
{
    struct timespec time = {0, 900 * 1000 * 1000};
    nanosleep(&time, NULL);
    return get_page(request);
}

/* A sign-in that goes on until it is let go. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int inside, most_inside, served;
    bool open;
} sign_in = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0, false};

static enum err get_held(struct request *request)
{
    pthread_mutex_lock(&sign_in.lock);
    sign_in.inside++;
    if (sign_in.inside > sign_in.most_inside) sign_in.most_inside = sign_in.inside;
    pthread_cond_broadcast(&sign_in.changed);
    while (!sign_in.open) pthread_cond_wait(&sign_in.changed, &sign_in.lock);
    sign_in.inside--;
    sign_in.served++;
    pthread_mutex_unlock(&sign_in.lock);
    return get_page(request);
}

static enum err get_broken(struct request *request)
{
    (void)request;
    return ERR_DB;
}

static const struct route routes[] = {
    ROUTE_ROW(get_page, GET, "/", NONE, NONE, 0,
              PAGE) ROUTE_ROW(post_page, POST, "/", NONE, PLAIN, LIMIT_FORM_BYTES,
                              PAGE) ROUTE_ROW(get_page, GET, "/home", PARTY, NONE, 0, PAGE)
        ROUTE_ROW(post_page, POST, "/home", PARTY, PLAIN, LIMIT_FORM_BYTES,
                  PAGE) ROUTE_ROW(post_upload, POST, "/upload", PARTY, FILES, UPLOAD_LIMIT, PAGE)
            ROUTE_ROW(get_item, GET, "/items/:ID/pages/:N", NONE, NONE, 0,
                      PAGE) ROUTE_ROW(get_file, GET, "/file", NONE, NONE, 0, PAGE)
                ROUTE_ROW(get_l_TOKEN, GET, "/l/:TOKEN", NONE, NONE, 0,
                          PAGE) ROUTE_ROW(get_page, GET, "/open", LINK, NONE, 0, PAGE)
                    ROUTE_ROW(get_page, GET, "/open/letter", READER, NONE, 0, PAGE)
                        ROUTE_ROW(get_page, GET, "/manager", MANAGER, NONE, 0, PAGE)
                            ROUTE_ROW(get_slow, GET, "/slow", NONE, NONE, 0, PAGE)
                                ROUTE_ROW(get_held, GET, "/held", NONE, NONE, 0, SIGN_IN)
                                    ROUTE_ROW(get_page, GET, "/quick", NONE, NONE, 0, SIGN_IN)
                                        ROUTE_ROW(get_broken, GET, "/broken", NONE, NONE, 0, PAGE)};

static const char page[] =
    "[{{csrf}}] [{{once}}] {{asset.css}} {{asset.js}} item={{item}} page={{page}} "
    "person={{#person}}{{name}}{{/person}} notice={{#notice}}{{code}}{{/notice}} "
    "problem={{#problem}}{{#list}}{{code}}/{{field}}{{/list}}{{/problem}} "
    "email={{form.email.value}} password={{form.password.value}}";
static const char error_page[] =
    "error={{code}} reference={{reference}} status={{status}} {{message}}";
static const struct embedded_file templates[] = {
    {"test/page.mustache", page, page + sizeof page - 1},
    {"test/error.mustache", error_page, error_page + sizeof error_page - 1},
    {NULL, NULL, NULL},
};

/* A cookie whose first byte is P is a party's, D a coordinator's, R a reader's, X breaks. */
static enum err find_session(struct request *request, const struct secret *cookie,
                             struct session *ret_session)
{
    (void)request;
    TRY(token_session_id(cookie, &ret_session->id));
    switch (cookie->bytes[0]) {
    case 'P': ret_session->kind = SESSION_PORTAL; break;
    case 'D':
        ret_session->kind = SESSION_DESK;
        ret_session->role = ROLE_COORDINATOR;
        break;
    case 'R': ret_session->kind = SESSION_LINK; break;
    case 'X': return ERR_DB_AWAY;
    default: return OK;
    }
    ret_session->stage = STAGE_FULL;
    return OK;
}

static enum err dress(struct request *request)
{
    json_t *person = json_object();
    json_put_str(person, "name", STR("Priya"));
    json_put(request->view, "person", person);
    return OK;
}

static enum err sink_prepare(struct request *request)
{
    return request->session.kind == SESSION_PORTAL ? OK : ERR_FORBIDDEN;
}

static enum err sink_begin(struct request *request, struct http_file *file)
{
    (void)request, (void)file;
    sunk_files++;
    return OK;
}

static enum err sink_take(struct request *request, struct http_file *file, struct str bytes)
{
    (void)request, (void)file;
    sunk_bytes += bytes.len;
    return refuse_sink ? ERR_DISK_FULL : OK;
}

static enum err sink_end(struct request *request, struct http_file *file)
{
    (void)request, (void)file;
    return OK;
}

static const struct http_sink sink = {sink_prepare, sink_begin, sink_take, sink_end};

/* ---- keys, start and stop ---- */

static char folder[64];
static struct http_service service;
static struct http *http;
static struct secret host_secret;
static struct tmpl_set *template_set;

static void path_in(char *ret_path, const char *name)
{
    snprintf(ret_path, 128, "%s/%s", folder, name);
}

static void write_identity(const char *name, gnutls_pk_algorithm_t algorithm, unsigned bits)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(key, algorithm, bits, 0), 0);
    assert_int_equal(gnutls_x509_crt_init(&certificate), 0);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, name, strlen(name));
    gnutls_x509_crt_set_activation_time(certificate, time(NULL) - 3600);
    gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + 3600);
    gnutls_x509_crt_set_dn(certificate, name, NULL);
    gnutls_x509_crt_set_key(certificate, key);
    assert_int_equal(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0), 0);
    gnutls_datum_t pem;
    char path[128], file[64];
    assert_int_equal(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
    snprintf(file, sizeof file, "%s.crt", name + 3);
    path_in(path, file);
    assert_int_equal(file_write(path, (struct str){(char *)pem.data, pem.size}, 0644), OK);
    gnutls_free(pem.data);
    assert_int_equal(
        gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem),
        0);
    snprintf(file, sizeof file, "%s.key", name + 3);
    path_in(path, file);
    assert_int_equal(file_write(path, (struct str){(char *)pem.data, pem.size}, 0600), OK);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}

static char certificate_path[128], key_path[128];

static struct http_service make_service(void)
{
    return (struct http_service){
        .process = "portal",
        .cookies = {"__Host-portal", "__Host-link"},
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .error_page = "test/error",
        .css = "portal.css",
        .js = "portal.js",
        .host_name = STR("portal.localhost"),
        .address = "127.0.0.1",
        .run_folder = folder,
        .tls_certificate = certificate_path,
        .tls_key = key_path,
        .threads = 2,
        .workers = 4,
        .sign_in_workers = 2,
        .connections = MANY + 200,
        .address_connections = MANY + 100,
        .idle_seconds = IDLE_SECONDS,
        .stall_seconds = STALL_SECONDS,
        .upload_bytes_per_second = 0,
        .host_secret = &host_secret,
        .templates = template_set,
        .service_name = STR("Post Desk"),
        .sink = &sink,
        .dress = dress,
        .find_session = find_session,
    };
}

static int start(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/lb-http-XXXXXX");
    if (!mkdtemp(folder) || crypt_init() != OK) return -1;
    log_open("test", LOG_FAIL + 1);
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    write_identity("CN=one", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    write_identity("CN=two", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    write_identity("CN=rsa", GNUTLS_PK_RSA, 2048);
    path_in(certificate_path, "one.crt");
    path_in(key_path, "one.key");
    secret_random(&host_secret);
    BUF(problem, 4096);
    if (tmpl_set_open(templates, STR("test"), TMPL_PAGE, &problem, &template_set) != OK) return -1;
    service = make_service();
    if (http_open(&service, &problem, &http) == OK) return 0;
    fprintf(stderr, "%s\n", problem.at);
    return -1;
}

static int stop(void **state)
{
    (void)state;
    bool closed = http_close(&http, 5);
    tmpl_set_free(&template_set);
    curl_global_cleanup();
    static const char *const files[] = {"one.crt", "one.key", "two.crt",     "two.key",
                                        "rsa.crt", "rsa.key", "portal.port", "portal.metrics"};
    char path[128];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        path_in(path, files[i]);
        unlink(path);
    }
    return closed && rmdir(folder) == 0 ? 0 : -1;
}

/* ---- asking ---- */

struct answer {
    CURLcode curl;
    long status;
    struct buf head, body;
};

struct ask {
    const char *path, *method, *body, *cookie;
    const char *headers[8];
    bool no_origin;
    size_t (*read)(char *, size_t, size_t, void *);
    void *read_context;
    long long upload_length; /* with read: -1 chunked */
    CURL *handle;            /* kept alive by the caller */
    const char *from;        /* network address */
};

static size_t add_to(char *bytes, size_t size, size_t count, void *context)
{
    struct buf *buf = context;
    buf_add_bytes(buf, bytes, size * count);
    return buf->over ? 0 : size * count;
}

static void free_answer(struct answer *answer)
{
    buf_free(&answer->head);
    buf_free(&answer->body);
}
#define ANSWER __attribute__((cleanup(free_answer))) struct answer

static struct answer ask(struct ask ask)
{
    struct answer answer = {.head = buf_new(65536), .body = buf_new(16 * 1024 * 1024)};
    buf_add_c(&answer.head, "");
    buf_add_c(&answer.body, "");
    CURL *curl = ask.handle ? ask.handle : curl_easy_init();
    if (ask.handle) curl_easy_reset(curl);
    char url[300], resolve[100], origin[100];
    int port = http_port(http);
    snprintf(url, sizeof url, "https://portal.localhost:%d%s", port, ask.path);
    snprintf(resolve, sizeof resolve, "portal.localhost:%d:127.0.0.1", port);
    snprintf(origin, sizeof origin, "Origin: https://portal.localhost:%d", port);
    struct curl_slist *names = curl_slist_append(NULL, resolve), *headers = NULL;
    for (size_t i = 0; i < 8 && ask.headers[i]; i++)
        headers = curl_slist_append(headers, ask.headers[i]);
    if (!ask.no_origin) headers = curl_slist_append(headers, origin);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, names);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, add_to);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer.head);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_to);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    if (ask.from) curl_easy_setopt(curl, CURLOPT_INTERFACE, ask.from);
    if (ask.cookie) curl_easy_setopt(curl, CURLOPT_COOKIE, ask.cookie);
    if (ask.body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask.body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(ask.body));
    }
    if (ask.read) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, ask.read);
        curl_easy_setopt(curl, CURLOPT_READDATA, ask.read_context);
        if (ask.upload_length >= 0)
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask.upload_length);
        else
            headers = curl_slist_append(headers, "Transfer-Encoding: chunked");
    }
    if (ask.method && strcmp(ask.method, "HEAD") == 0)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else if (ask.method)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask.method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    answer.curl = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_slist_free_all(headers);
    curl_slist_free_all(names);
    if (!ask.handle) curl_easy_cleanup(curl);
    return answer;
}

static bool has(const struct buf *text, const char *part)
{
    return strcasestr(text->at, part) != NULL;
}

#define assert_has(text, part)                                                      \
    do {                                                                            \
        if (!has((text), (part))) fail_msg("no \"%s\" in: %s", (part), (text)->at); \
    } while (0)

/* A cookie of a kind (see find_session), and the csrf token of its forms. */
static void make_cookie(char kind, const char *name, char ret_cookie[100], char ret_csrf[60])
{
    SECRET(cookie);
    SECRET(csrf);
    secret_random(&cookie);
    cookie.bytes[0] = (unsigned char)kind;
    BUF(text, 100);
    token_put(&text, &cookie);
    snprintf(ret_cookie, 100, "%s=%s", name, text.at);
    assert_int_equal(token_session_csrf(&cookie, &csrf), OK);
    buf_clear(&text);
    token_put(&text, &csrf);
    snprintf(ret_csrf, 60, "%s", text.at);
}

/* ---- pages, headers, cookies ---- */

static void assert_guarded(const struct answer *answer)
{
    assert_has(&answer->head, "Content-Security-Policy: default-src 'none';");
    assert_false(has(&answer->head, "unsafe-"));
    assert_has(&answer->head, "frame-ancestors 'none'");
    assert_has(&answer->head, "Referrer-Policy: no-referrer");
    assert_has(&answer->head, "Strict-Transport-Security: max-age=31536000");
    assert_has(&answer->head, "X-Content-Type-Options: nosniff");
    assert_has(&answer->head, "Cache-Control: ");
}

static void every_reply_is_guarded(void **state)
{
    (void)state;
    static const struct {
        const char *path, *method;
        long status;
    } cases[] = {
        {"/", NULL, 200},
        {"/", "HEAD", 200},
        {"/file", NULL, 200},
        {"/healthz", NULL, 200},
        {"/readyz", NULL, 200},
        {"/gone", NULL, 404},
        {"/", "DELETE", 405},
        {"/", "PUT", 405},
        {"/upload", NULL, 405},
        {"/home", NULL, 303},
        {"/broken", NULL, 500},
        {"/open", NULL, 401},
        {"/open/letter", NULL, 303},
        {"/manager", NULL, 303},
        {"/assets/0/gone.css", NULL, 404},
        {"/items/0000000000AB/pages/1", NULL, 404}, /* upper case is another path */
        {"/items/0000000000ab/pages/0", NULL, 404},
        {"/items/0000000000ab/pages/10000", NULL, 404},
        {"/items/0000000000ab/pages/1", NULL, 200},
        {"/items/0000000000a/pages/1", NULL, 404},
        {"/%2e%2e/etc/passwd", NULL, 404},
        {"/../../etc/passwd", NULL, 404},
        {"//", NULL, 404},
        {"/home/", NULL, 404},
        {"/?a=%zz", NULL, 400},
        {"/?a=%00", NULL, 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ANSWER answer = ask((struct ask){.path = cases[i].path, .method = cases[i].method});
        if (answer.curl != CURLE_OK || answer.status != cases[i].status)
            fail_msg("%s %s: %ld %s", cases[i].method, cases[i].path, answer.status,
                     curl_easy_strerror(answer.curl));
        assert_guarded(&answer);
        assert_has(&answer.head, "Cache-Control: no-store");
        if (answer.status >= 400 && !(cases[i].method && !strcmp(cases[i].method, "HEAD")))
            assert_has(&answer.body, "reference=");
    }
}

static void methods_are_named(void **state)
{
    (void)state;
    ANSWER both = ask((struct ask){.path = "/", .method = "DELETE"});
    assert_has(&both.head, "Allow: GET, HEAD, POST");
    ANSWER one = ask((struct ask){.path = "/upload"});
    assert_has(&one.head, "Allow: POST");
}

static void head_is_get_without_body(void **state)
{
    (void)state;
    ANSWER get = ask((struct ask){.path = "/file"});
    ANSWER head = ask((struct ask){.path = "/file", .method = "HEAD"});
    assert_string_equal(get.body.at, "%PDF");
    assert_has(&head.head, "Content-Length: 4");
    assert_has(&head.head, "Content-Disposition: attachment; filename=\"K7MP-2XQ9.pdf\"");
    assert_int_equal(head.body.len, 0);
}

static void values_of_the_path(void **state)
{
    (void)state;
    ANSWER answer = ask((struct ask){.path = "/items/0000000000ab/pages/17?notice=draft-saved"});
    assert_has(&answer.body, "item=331 page=17");
    assert_has(&answer.body, "notice=draft-saved");
    ANSWER unknown = ask((struct ask){.path = "/?notice=%3Cscript%3E"});
    assert_has(&unknown.body, "notice= ");
}

static void other_hosts(void **state)
{
    (void)state;
    ANSWER other = ask((struct ask){.path = "/", .headers = {"Host: desk.localhost"}});
    assert_int_equal(other.status, 421);
    ANSWER port = ask((struct ask){.path = "/", .headers = {"Host: PORTAL.localhost:1"}});
    assert_int_equal(port.status, 200);
    ANSWER health = ask((struct ask){.path = "/healthz", .headers = {"Host: 10.0.0.1"}});
    assert_int_equal(health.status, 200);
}

static void cookies(void **state)
{
    (void)state;
    ANSWER fresh = ask((struct ask){.path = "/"});
    assert_has(&fresh.head, "Set-Cookie: __Host-portal=");
    assert_has(&fresh.head, "; Path=/; Secure; HttpOnly; SameSite=Lax\r\n");
    char cookie[100], csrf[60];
    make_cookie('A', "__Host-portal", cookie, csrf);
    ANSWER known = ask((struct ask){.path = "/", .cookie = cookie});
    assert_false(has(&known.head, "Set-Cookie"));
    assert_has(&known.body, csrf);
    /* what is no token is no cookie */
    ANSWER odd = ask((struct ask){.path = "/", .cookie = "__Host-portal=abc"});
    assert_has(&odd.head, "Set-Cookie: __Host-portal=");
}

static void links(void **state)
{
    (void)state;
    ANSWER link = ask((struct ask){.path = "/l/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"});
    assert_int_equal(link.status, 303);
    assert_has(&link.head, "Location: /open\r\n");
    assert_has(&link.head, "Set-Cookie: __Host-link=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;");
    char cookie[100], csrf[60];
    make_cookie('A', "__Host-link", cookie, csrf);
    ANSWER open = ask((struct ask){.path = "/open", .cookie = cookie});
    assert_int_equal(open.status, 200);
    assert_has(&open.body, csrf);
    ANSWER letter = ask((struct ask){.path = "/open/letter", .cookie = cookie});
    assert_int_equal(letter.status, 303);
    make_cookie('R', "__Host-link", cookie, csrf);
    ANSWER reader = ask((struct ask){.path = "/open/letter", .cookie = cookie});
    assert_int_equal(reader.status, 200);
    /* a reader's cookie is nobody's at home, and a party's none's at the link */
    ANSWER home = ask((struct ask){.path = "/home", .cookie = cookie});
    assert_has(&home.head, "Location: /sign-in\r\n");
    make_cookie('P', "__Host-link", cookie, csrf);
    ANSWER swapped = ask((struct ask){.path = "/open/letter", .cookie = cookie});
    assert_int_equal(swapped.status, 303);
}

static void who_may(void **state)
{
    (void)state;
    char party[100], desk[100], broken[100], csrf[60];
    make_cookie('P', "__Host-portal", party, csrf);
    make_cookie('D', "__Host-portal", desk, csrf);
    make_cookie('X', "__Host-portal", broken, csrf);
    ANSWER home = ask((struct ask){.path = "/home", .cookie = party});
    assert_int_equal(home.status, 200);
    assert_has(&home.body, "person=Priya");
    ANSWER other = ask((struct ask){.path = "/home", .cookie = desk});
    assert_int_equal(other.status, 303);
    ANSWER role = ask((struct ask){.path = "/manager", .cookie = desk});
    assert_int_equal(role.status, 403);
    assert_has(&role.body, "error=forbidden");
    ANSWER away = ask((struct ask){.path = "/home", .cookie = broken});
    assert_int_equal(away.status, 503);
    assert_has(&away.head, "Retry-After: ");
    ANSWER script = ask((struct ask){.path = "/home", .headers = {"X-Requested-With: fetch"}});
    assert_int_equal(script.status, 401);
}

/* ---- forms ---- */

static void forms_are_guarded(void **state)
{
    (void)state;
    char cookie[100], csrf[60], other_cookie[100], other_csrf[60], body[300], wrong[300];
    make_cookie('P', "__Host-portal", cookie, csrf);
    make_cookie('P', "__Host-portal", other_cookie, other_csrf);
    snprintf(body, sizeof body, "csrf=%s&once=0123456789abcdef&email=a%%40b", csrf);
    snprintf(wrong, sizeof wrong, "csrf=%s&email=a%%40b", other_csrf);
    char origin[100];
    snprintf(origin, sizeof origin, "Origin: https://portal.localhost:%d", http_port(http) + 1);
    const struct {
        struct ask ask;
        long status;
    } cases[] = {
        {{.body = body, .cookie = cookie}, 303},
        {{.body = body}, 401},
        {{.body = "email=a", .cookie = cookie}, 403},
        {{.body = wrong, .cookie = cookie}, 403},
        {{.body = body, .cookie = cookie, .no_origin = true}, 403},
        {{.body = body, .cookie = cookie, .no_origin = true, .headers = {origin}}, 403},
        {{.body = body, .cookie = cookie, .no_origin = true, .headers = {"Origin: null"}}, 403},
        {{.body = body,
          .cookie = cookie,
          .no_origin = true,
          .headers = {"Origin: null", "Sec-Fetch-Site: same-origin"}},
         303},
        {{.body = body,
          .cookie = cookie,
          .no_origin = true,
          .headers = {"Origin: null", "Sec-Fetch-Site: cross-site"}},
         403},
        {{.body = body,
          .cookie = cookie,
          .no_origin = true,
          .headers = {"Origin: https://evil.example", "Sec-Fetch-Site: same-origin"}},
         403},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int before = handled;
        struct ask one = cases[i].ask;
        one.path = "/home";
        ANSWER answer = ask(one);
        if (answer.status != cases[i].status)
            fail_msg("case %zu: %ld %s", i, answer.status, answer.body.at);
        assert_int_equal(handled - before, cases[i].status == 303);
        assert_guarded(&answer);
    }
    ANSWER sent = ask((struct ask){.path = "/home", .body = body, .cookie = cookie});
    assert_has(&sent.head, "Location: /items/0000000000ab/pages/1?notice=draft-saved\r\n");
    /* signed out meanwhile: no form is taken, and it is said */
    make_cookie('A', "__Host-portal", cookie, csrf);
    snprintf(body, sizeof body, "csrf=%s&email=a", csrf);
    ANSWER out = ask((struct ask){.path = "/home", .body = body, .cookie = cookie});
    assert_int_equal(out.status, 401);
    ANSWER anonymous = ask((struct ask){.path = "/", .body = body, .cookie = cookie});
    assert_int_equal(anonymous.status, 303);
}

static void mistakes_are_shown(void **state)
{
    (void)state;
    char cookie[100], csrf[60], body[300];
    make_cookie('P', "__Host-portal", cookie, csrf);
    snprintf(body, sizeof body, "csrf=%s&email=+&password=geheim&email=second", csrf);
    ANSWER answer = ask((struct ask){.path = "/home", .body = body, .cookie = cookie});
    assert_int_equal(answer.status, 422);
    assert_has(&answer.body, "problem=email-missing/email ");
    assert_false(has(&answer.body, "geheim"));
    assert_false(has(&answer.body, "second"));
}

static void too_many_fields(void **state)
{
    (void)state;
    char cookie[100], csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
    BUF(body, 100000);
    buf_print(&body, "csrf=%s", csrf);
    for (int i = 0; i < 10000; i++) buf_add_c(&body, "&a=1");
    int before = handled;
    ANSWER answer = ask((struct ask){.path = "/home", .body = body.at, .cookie = cookie});
    assert_int_equal(answer.status, 413);
    assert_has(&answer.body, "error=too-big");
    assert_int_equal(handled, before);
}

static void damaged_forms(void **state)
{
    (void)state;
    char cookie[100], csrf[60], body[200];
    make_cookie('P', "__Host-portal", cookie, csrf);
    static const struct {
        const char *more, *type;
        long status;
    } cases[] = {
        {"&a=%zz", "Content-Type: application/x-www-form-urlencoded", 400},
        {"&a=%00", "Content-Type: application/x-www-form-urlencoded", 400},
        {"&a=%C3", "Content-Type: application/x-www-form-urlencoded; charset=utf-8", 400},
        {"", "Content-Type: text/plain", 400},
        {"&once=short", "Content-Type: application/x-www-form-urlencoded", 400},
        {"&once=no%20spaces%20here", "Content-Type: application/x-www-form-urlencoded", 400},
        {"&email=a", "Content-Type: APPLICATION/x-www-form-urlencoded ; charset=x", 303},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(body, sizeof body, "csrf=%s%s", csrf, cases[i].more);
        ANSWER answer = ask((struct ask){
            .path = "/home", .body = body, .cookie = cookie, .headers = {cases[i].type}});
        if (answer.status != cases[i].status) fail_msg("case %zu: %ld", i, answer.status);
    }
}

/* ---- uploads ---- */

/* A multipart body of our own making: text, then so many bytes of a file. */
struct sender {
    struct buf head;
    const char *tail;
    uint64_t file_bytes, sent; /* of the whole */
    uint64_t fail_at;          /* abort here; 0: never */
};

static uint64_t sender_length(const struct sender *sender)
{
    return sender->head.len + sender->file_bytes + strlen(sender->tail);
}

static size_t send_some(char *at, size_t size, size_t count, void *context)
{
    struct sender *sender = context;
    size_t room = size * count, done = 0;
    uint64_t length = sender_length(sender);
    if (sender->fail_at && sender->sent >= sender->fail_at) return CURL_READFUNC_ABORT;
    while (done < room && sender->sent < length) {
        uint64_t i = sender->sent++;
        if (i < sender->head.len)
            at[done++] = sender->head.at[i];
        else if (i < sender->head.len + sender->file_bytes)
            at[done++] = (char)('a' + i % 7);
        else
            at[done++] = sender->tail[i - sender->head.len - sender->file_bytes];
    }
    return done;
}

#define MULTIPART "Content-Type: multipart/form-data; boundary=bOuNd"

static struct sender make_sender(const char *csrf, uint64_t file_bytes)
{
    struct sender sender = {
        .head = buf_new(4096), .tail = "\r\n--bOuNd--\r\n", .file_bytes = file_bytes};
    if (csrf)
        buf_print(&sender.head,
                  "--bOuNd\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n", csrf);
    buf_add_c(&sender.head,
              "--bOuNd\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nDear Ann\r\n"
              "--bOuNd\r\nContent-Disposition: form-data; name=\"file\"; "
              "filename=\"C:\\pictures\\us.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n");
    return sender;
}

static struct answer upload(struct sender *sender, const char *cookie, bool chunked,
                            const char *more)
{
    return ask((struct ask){.path = "/upload",
                            .cookie = cookie,
                            .headers = {MULTIPART, more ? more : "Expect:"},
                            .read = send_some,
                            .read_context = sender,
                            .upload_length = chunked ? -1 : (long long)sender_length(sender)});
}

static void uploads(void **state)
{
    (void)state;
    char cookie[100], csrf[60], other[100], other_csrf[60], nobody[100], nobody_csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
    make_cookie('P', "__Host-portal", other, other_csrf);
    make_cookie('A', "__Host-portal", nobody, nobody_csrf);
    const uint64_t fits = 2 * 1024 * 1024, over = UPLOAD_LIMIT + 1;
    const struct {
        const char *name, *cookie, *csrf;
        uint64_t bytes;
        bool chunked;
        long status;
        const char *body;
        uint64_t sunk;
    } cases[] = {
        {"good", cookie, csrf, fits, false, 200, "us.jpg:2097152;Dear Ann", fits},
        {"good, chunked", cookie, csrf, fits, true, 200, "us.jpg:2097152;Dear Ann", fits},
        {"one byte", cookie, csrf, 1, false, 200, "us.jpg:1;Dear Ann", 1},
        {"empty file", cookie, csrf, 0, false, 422, "problem=file-empty/file ", 0},
        {"no token", cookie, NULL, fits, false, 403, "error=csrf", 0},
        {"another's token", cookie, other_csrf, fits, false, 403, "error=csrf", 0},
        {"signed out", nobody, nobody_csrf, fits, false, 401, "error=signed-out", 0},
        {"no cookie", NULL, csrf, fits, false, 401, "error=signed-out", 0},
        {"too long, says so", cookie, csrf, over, false, 413, "error=too-big", 0},
        {"much too long, says so", cookie, csrf, over * 4, false, 413, "error=too-big", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sender sender = make_sender(cases[i].csrf, cases[i].bytes);
        uint64_t before = sunk_bytes;
        ANSWER answer = upload(&sender, cases[i].cookie, cases[i].chunked, NULL);
        buf_free(&sender.head);
        if (answer.curl != CURLE_OK || answer.status != cases[i].status)
            fail_msg("%s: %ld %s", cases[i].name, answer.status, curl_easy_strerror(answer.curl));
        assert_has(&answer.body, cases[i].body);
        assert_guarded(&answer);
        if (sunk_bytes - before != cases[i].sunk)
            fail_msg("%s: %llu bytes kept", cases[i].name,
                     (unsigned long long)(sunk_bytes - before));
    }
}

/* "Expect: 100-continue": refused before a byte of the body is sent. */
static void refused_before_the_body(void **state)
{
    (void)state;
    char cookie[100], csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
    struct sender sender = make_sender(csrf, UPLOAD_LIMIT + 1);
    ANSWER answer = upload(&sender, cookie, false, "Expect: 100-continue");
    assert_int_equal(answer.status, 413);
    assert_int_equal(sender.sent, 0);
    buf_free(&sender.head);
}

static void over_the_limit_in_mid_stream(void **state)
{
    (void)state;
    char cookie[100], csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
    /* the sink refuses in mid-stream: read on, then the page */
    refuse_sink = true;
    struct sender sender = make_sender(csrf, 2 * 1024 * 1024);
    ANSWER answer = upload(&sender, cookie, true, NULL);
    refuse_sink = false;
    buf_free(&sender.head);
    assert_int_equal(answer.status, 503);
    assert_has(&answer.body, "error=disk-full");
    /* without a length, past the whole limit: closed */
    sender = make_sender(csrf, 40 * 1024 * 1024);
    ANSWER closed = upload(&sender, cookie, true, NULL);
    assert_int_not_equal(closed.curl, CURLE_OK);
    assert_true(sender.sent < sender_length(&sender));
    buf_free(&sender.head);
    /* an ordinary form without a length, over its limit: read on, then the page */
    sender = make_sender(csrf, LIMIT_FORM_BYTES + 1);
    ANSWER form = ask((struct ask){.path = "/home",
                                   .cookie = cookie,
                                   .read = send_some,
                                   .read_context = &sender,
                                   .upload_length = -1});
    assert_int_equal(form.status, 413);
    buf_free(&sender.head);
}

static void too_many_files(void **state)
{
    (void)state;
    char cookie[100], csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
    for (int extra = 0; extra <= 1; extra++) {
        struct sender sender = {.head = buf_new(65536), .tail = "--bOuNd--"};
        buf_print(&sender.head,
                  "--bOuNd\r\nContent-Disposition: form-data; name=csrf\r\n\r\n%s\r\n", csrf);
        for (int i = 0; i < LIMIT_FILES + extra; i++)
            buf_add_c(&sender.head, "--bOuNd\r\nContent-Disposition: form-data; name=file; "
                                    "filename=a\r\n\r\nx\r\n");
        /* an input without a file chosen is none */
        buf_add_c(&sender.head, "--bOuNd\r\nContent-Disposition: form-data; name=file; "
                                "filename=\"\"\r\n\r\n\r\n");
        ANSWER answer = upload(&sender, cookie, false, NULL);
        buf_free(&sender.head);
        assert_int_equal(answer.status, extra ? 422 : 200);
        if (extra) assert_has(&answer.body, "problem=files-many/file ");
    }
}

static void truncated_and_damaged_uploads(void **state)
{
    (void)state;
    char cookie[100], csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
    int before = handled;
    struct sender sender = make_sender(csrf, 1024 * 1024);
    sender.fail_at = 300 * 1024;
    ANSWER cut = upload(&sender, cookie, false, NULL);
    assert_int_equal(cut.curl, CURLE_ABORTED_BY_CALLBACK);
    buf_free(&sender.head);
    sender = make_sender(csrf, 1000);
    sender.tail = "\r\n--bOuNd\r\n"; /* ends within */
    ANSWER open = upload(&sender, cookie, false, NULL);
    assert_int_equal(open.status, 400);
    buf_free(&sender.head);
    ANSWER plain = ask((struct ask){.path = "/upload", .cookie = cookie, .body = "csrf=1"});
    assert_int_equal(plain.status, 400);
    assert_int_equal(handled, before);
}

/* ---- slow, idle, many ---- */

static int connect_plain(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)http_port(http))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Milliseconds until the other side closes; fails after 10 s. */
static int64_t wait_closed(int fd)
{
    int64_t from = clock_monotonic_us();
    struct pollfd poller = {fd, POLLIN, 0};
    char bytes[256];
    while (clock_monotonic_us() - from < 10 * UTC_SECOND_US) {
        if (poll(&poller, 1, 100) <= 0) continue;
        if (recv(fd, bytes, sizeof bytes, 0) <= 0) break;
    }
    int64_t ms = (clock_monotonic_us() - from) / 1000;
    assert_true(ms < 10000);
    return ms;
}

/* A connection after its TLS handshake, for bytes of our own. */
static CURL *connect_tls(void)
{
    CURL *curl = curl_easy_init();
    char url[100];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", http_port(http));
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    return curl;
}

static void silent_and_dripping_connections_end(void **state)
{
    (void)state;
    int silent = connect_plain();
    int64_t ms = wait_closed(silent);
    close(silent);
    assert_true(ms > (IDLE_SECONDS - 1) * 1000);

    /* A whole TLS handshake, then a header that never ends: drips don't count as life. */
    CURL *curl = connect_tls();
    size_t sent;
    assert_int_equal(curl_easy_send(curl, "GET / HTTP/1.1\r\nX: ", 19, &sent), CURLE_OK);
    int64_t from = clock_monotonic_us();
    char byte;
    CURLcode code = CURLE_OK;
    while (clock_monotonic_us() - from < 10 * UTC_SECOND_US) {
        struct timespec time = {0, 200 * 1000 * 1000};
        nanosleep(&time, NULL);
        code = curl_easy_send(curl, "x", 1, &sent);
        if (code != CURLE_OK && code != CURLE_AGAIN) break;
        code = curl_easy_recv(curl, &byte, 1, &sent);
        if (code != CURLE_AGAIN) break;
    }
    assert_true(clock_monotonic_us() - from < 8 * UTC_SECOND_US);
    curl_easy_cleanup(curl);
}

static void stalled_uploads_end(void **state)
{
    (void)state;
    char cookie[100], csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
    int before = handled;
    BUF(text, 65536);
    buf_print(&text,
              "POST /upload HTTP/1.1\r\nHost: portal.localhost\r\nCookie: %s\r\n" MULTIPART
              "\r\nContent-Length: 100000\r\nOrigin: https://portal.localhost:%d\r\n\r\n",
              cookie, http_port(http));
    struct sender sender = make_sender(csrf, 0);
    buf_add(&text, buf_str(&sender.head));
    buf_free(&sender.head);
    CURL *curl = connect_tls();
    size_t done = 0, piece;
    while (done < text.len) {
        CURLcode code = curl_easy_send(curl, text.at + done, text.len - done, &piece);
        assert_true(code == CURLE_OK || code == CURLE_AGAIN);
        if (code == CURLE_OK) done += piece;
    }
    int64_t from = clock_monotonic_us();
    char bytes[256];
    CURLcode code = CURLE_AGAIN;
    while (code == CURLE_AGAIN && clock_monotonic_us() - from < 10 * UTC_SECOND_US) {
        struct timespec time = {0, 50 * 1000 * 1000};
        nanosleep(&time, NULL);
        code = curl_easy_recv(curl, bytes, sizeof bytes, &piece);
        if (code == CURLE_OK && piece > 0) fail_msg("%.*s", (int)piece, bytes);
    }
    int64_t ms = (clock_monotonic_us() - from) / 1000;
    curl_easy_cleanup(curl);
    assert_true(ms > (STALL_SECONDS - 1) * 1000 && ms < (STALL_SECONDS + 3) * 1000);
    assert_int_equal(handled, before);
}

/* Sends bytes as they are and gathers what comes until the other side closes or is quiet. */
static void send_raw(struct str bytes, struct buf *ret_answer)
{
    CURL *curl = connect_tls();
    size_t done = 0, piece;
    char got[4096];
    int64_t quiet = clock_monotonic_us();
    bool is_open = true;
    while (is_open && clock_monotonic_us() - quiet < UTC_SECOND_US / 2) {
        if (done < bytes.len) {
            CURLcode code = curl_easy_send(curl, bytes.at + done, bytes.len - done, &piece);
            if (code == CURLE_OK) done += piece;
            if (code != CURLE_OK && code != CURLE_AGAIN) done = bytes.len;
        }
        CURLcode code = curl_easy_recv(curl, got, sizeof got, &piece);
        if (code == CURLE_AGAIN) {
            struct timespec time = {0, 5 * 1000 * 1000};
            nanosleep(&time, NULL);
            continue;
        }
        is_open = code == CURLE_OK && piece > 0;
        if (is_open) buf_add_bytes(ret_answer, got, piece);
        quiet = clock_monotonic_us();
    }
    curl_easy_cleanup(curl);
}

/* Headers that no browser sends: refused or answered, never taken for something else. */
static void odd_requests(void **state)
{
    (void)state;
    int before = handled;
    char cookie[100], csrf[60];
    make_cookie('P', "__Host-portal", cookie, csrf);
#define HOST "Host: portal.localhost\r\n"
    static const struct {
        const char *text, *status; /* NULL: closed without a word, or any 4xx */
    } cases[] = {
        {"GET /file HTTP/1.1\r\n" HOST "\r\nGET /file HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 200"},
        {"GET /file HTTP/1.0\r\n" HOST "\r\n", "200 OK"},
        {"GET https://portal.localhost/file HTTP/1.1\r\n" HOST "\r\n", NULL},
        {"GET /file HTTP/1.1\r\n\r\n", NULL},
        {"GET /file HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421"},
        {"GET /file HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "HTTP/1.1 400"},
        {"get / HTTP/1.1\r\n" HOST "\r\n", NULL},
        {"\r\n\r\n\r\nGARBAGE\r\n\r\n", NULL},
        {"GET / HTTP/9.9\r\n" HOST "\r\n", NULL},
        {"POST /home HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", NULL},
        {"POST /home HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", NULL},
        {"POST /home HTTP/1.1\r\n" HOST "Content-Length: 1x\r\n\r\n", NULL},
        {"POST /home HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
         "zz\r\n",
         NULL},
        {"POST /home HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
         NULL},
        {"POST /home HTTP/1.1\r\n" HOST "\r\n", NULL},
        {"POST /upload HTTP/1.1\r\n" HOST "\r\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        BUF(answer, 65536);
        buf_add_c(&answer, "");
        send_raw(str_from(cases[i].text), &answer);
        bool fits = cases[i].status ? has(&answer, cases[i].status)
                                    : answer.len == 0 || has(&answer, "HTTP/1.1 4") ||
                                          has(&answer, "HTTP/1.1 5");
        if (!fits || (!cases[i].status && has(&answer, " 200 ")))
            fail_msg("case %zu: %.60s", i, answer.at);
    }
    BUF(pair, 65536);
    buf_add_c(&pair, "");
    send_raw(str_from(cases[0].text), &pair);
    size_t first = str_find(buf_str(&pair), STR("%PDF"));
    assert_int_not_equal(first, STR_NONE);
    assert_int_not_equal(str_find(str_from_byte(buf_str(&pair), first + 1), STR("%PDF")), STR_NONE);
    BUF(wide, 100000);
    buf_add_c(&wide, "GET / HTTP/1.1\r\n" HOST "X: ");
    for (int i = 0; i < 60000; i++) buf_add_byte(&wide, 'x');
    buf_add_c(&wide, "\r\n\r\n");
    BUF(answer, 65536);
    buf_add_c(&answer, "");
    send_raw(buf_str(&wide), &answer);
    assert_false(has(&answer, " 200 "));
    assert_int_equal(handled, before);
}

static void keep_alive(void **state)
{
    (void)state;
    CURL *curl = curl_easy_init();
    long connects = 0, total = 0;
    for (int i = 0; i < 20; i++) {
        ANSWER answer = ask((struct ask){.path = i % 2 ? "/" : "/healthz", .handle = curl});
        assert_int_equal(answer.status, 200);
        curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connects);
        total += connects;
    }
    assert_int_equal(total, 1);
    /* Time that the handler takes is not time that the connection idles. */
    struct timespec nearly = {IDLE_SECONDS - 1, 700 * 1000 * 1000};
    nanosleep(&nearly, NULL);
    ANSWER slow = ask((struct ask){.path = "/slow", .handle = curl});
    assert_int_equal(slow.status, 200);
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connects);
    assert_int_equal(connects, 0);
    curl_easy_cleanup(curl);
}

static void idle_crowd(void **state)
{
    (void)state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    static int crowd[MANY];
    for (int i = 0; i < MANY; i++) crowd[i] = connect_plain();
    int64_t from = clock_monotonic_us();
    for (int i = 0; i < 10; i++) {
        ANSWER answer = ask((struct ask){.path = "/"});
        assert_int_equal(answer.status, 200);
    }
    assert_true(clock_monotonic_us() - from < 3 * UTC_SECOND_US);
    for (int i = 0; i < MANY; i++) close(crowd[i]);
}

static void *ask_slow(void *context)
{
    ANSWER answer = ask((struct ask){.path = "/slow"});
    *(long *)context = answer.curl == CURLE_OK ? answer.status : -1;
    return NULL;
}

/* A handler that waits holds up no other request. */
static void slow_handlers_block_nobody(void **state)
{
    (void)state;
    pthread_t threads[3];
    long statuses[3];
    int64_t from = clock_monotonic_us();
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, ask_slow, &statuses[i]);
    for (int i = 0; i < 5; i++) {
        ANSWER answer = ask((struct ask){.path = "/"});
        assert_int_equal(answer.status, 200);
    }
    int64_t quick_ms = (clock_monotonic_us() - from) / 1000;
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    int64_t all_ms = (clock_monotonic_us() - from) / 1000;
    for (int i = 0; i < 3; i++) assert_int_equal(statuses[i], 200);
    assert_true(quick_ms < 850);
    assert_true(all_ms < 2500);
}

static void read_metrics(struct buf *ret_text)
{
    CURL *curl = curl_easy_init();
    char path[128];
    path_in(path, "portal.metrics");
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, path);
    curl_easy_setopt(curl, CURLOPT_URL, "http://localhost/metrics");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_to);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, ret_text);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_cleanup(curl);
}

static void *ask_held(void *context)
{
    ANSWER answer = ask((struct ask){.path = "/held", .from = "127.0.0.2"});
    *(long *)context = answer.curl == CURLE_OK ? answer.status : -1;
    return NULL;
}

static void await_inside(int wanted)
{
    pthread_mutex_lock(&sign_in.lock);
    while (sign_in.inside < wanted) pthread_cond_wait(&sign_in.changed, &sign_in.lock);
    pthread_mutex_unlock(&sign_in.lock);
}

/* The line keeps its own count: asked on the socket for metrics. */
static void await_waiting(int wanted)
{
    char expected[100];
    snprintf(expected, sizeof expected, "letterbox_http_sign_in_waiting %d\n", wanted);
    for (int i = 0; i < 1000; i++) {
        BUF(text, METRICS_BYTES);
        read_metrics(&text);
        if (has(&text, expected)) return;
        usleep(10000);
    }
    fail_msg("there are never %d in line", wanted);
}

/* The line itself is tried in test_line.c; here, that sign-ins stand in it. */
static void a_crowd_of_one_address_keeps_nobody_out(void **state)
{
    (void)state;
    enum { CROWD = 9 }; /* one that runs, eight in line */
    pthread_t threads[CROWD];
    long statuses[CROWD];
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_held, &statuses[i]), 0);
    await_inside(1);
    await_waiting(CROWD - 1);
    ANSWER tenth = ask((struct ask){.path = "/held", .from = "127.0.0.2"});
    assert_int_equal(tenth.status, 503);
    assert_has(&tenth.head, "Retry-After: 5");
    ANSWER other = ask((struct ask){.path = "/quick", .from = "127.0.0.3"});
    assert_int_equal(other.status, 200);
    ANSWER page_of_it = ask((struct ask){.path = "/", .from = "127.0.0.2"});
    assert_int_equal(page_of_it.status, 200);
    pthread_mutex_lock(&sign_in.lock);
    sign_in.open = true;
    pthread_cond_broadcast(&sign_in.changed);
    pthread_mutex_unlock(&sign_in.lock);
    for (int i = 0; i < CROWD; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < CROWD; i++) assert_int_equal(statuses[i], 200);
    assert_int_equal(sign_in.served, CROWD);
    assert_int_equal(sign_in.most_inside, 1);
}

/* ---- assets, metrics, TLS ---- */

static void assets_keep(void **state)
{
    (void)state;
    ANSWER answer = ask((struct ask){.path = "/"});
    char *start_of = strstr(answer.body.at, "/assets/");
    assert_non_null(start_of);
    char css[100], old[100], neighbour[100];
    snprintf(css, sizeof css, "%.*s", (int)strcspn(start_of, " "), start_of);
    assert_true(str_ends(str_from(css), STR("/portal.css")));
    ANSWER sheet = ask((struct ask){.path = css});
    assert_int_equal(sheet.status, 200);
    assert_has(&sheet.head, "Cache-Control: public, max-age=31536000, immutable");
    assert_has(&sheet.head, "Content-Type: text/css; charset=utf-8");
    assert_guarded(&sheet);
    snprintf(neighbour, sizeof neighbour, "%.*s/common.js", (int)strlen(css) - 11, css);
    ANSWER script = ask((struct ask){.path = neighbour});
    assert_int_equal(script.status, 200);
    assert_has(&script.head, "Content-Type: text/javascript; charset=utf-8");
    snprintf(old, sizeof old, "/assets/0000000000000000/portal.css");
    ANSWER stale = ask((struct ask){.path = old});
    assert_int_equal(stale.status, 200);
    assert_has(&stale.head, "Cache-Control: no-store");
}

static void metrics_on_their_socket(void **state)
{
    (void)state;
    ANSWER not_here = ask((struct ask){.path = "/metrics"});
    assert_int_equal(not_here.status, 404);
    BUF(body, METRICS_BYTES);
    read_metrics(&body);
    assert_has(&body, "letterbox_http_requests_total{route=\"get_page\",status=\"2xx\"} ");
    assert_has(&body, "letterbox_http_requests_total{route=\"other\",status=\"4xx\"} ");
    assert_has(&body, "letterbox_http_connections ");
}

static void port_is_noted(void **state)
{
    (void)state;
    char path[128];
    path_in(path, "portal.port");
    BUF(text, 100);
    assert_int_equal(file_read(path, &text), OK);
    assert_int_equal(atoi(text.at), http_port(http));
}

static void subject_of(char ret_subject[64])
{
    CURL *curl = curl_easy_init();
    struct curl_certinfo *info = NULL;
    char url[100], resolve[100];
    snprintf(url, sizeof url, "https://portal.localhost:%d/healthz", http_port(http));
    snprintf(resolve, sizeof resolve, "portal.localhost:%d:127.0.0.1", http_port(http));
    struct curl_slist *names = curl_slist_append(NULL, resolve);
    BUF(body, 100);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, names);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_to);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info);
    assert_true(info && info->num_of_certs == 1);
    ret_subject[0] = 0;
    for (struct curl_slist *line = info->certinfo[0]; line; line = line->next)
        if (strncmp(line->data, "Subject:", 8) == 0)
            snprintf(ret_subject, 64, "%s", line->data + 8);
    curl_easy_cleanup(curl);
    curl_slist_free_all(names);
}

static void certificates_are_read_again(void **state)
{
    (void)state;
    char subject[64];
    BUF(problem, 4096);
    subject_of(subject);
    assert_non_null(strstr(subject, "one"));
    path_in(certificate_path, "two.crt");
    assert_int_equal(http_reload_tls(http, &problem), ERR_CONFIG);
    assert_has(&problem, "is the certificate of another key");
    subject_of(subject);
    assert_non_null(strstr(subject, "one"));
    path_in(key_path, "two.key");
    assert_int_equal(http_reload_tls(http, &problem), OK);
    subject_of(subject);
    assert_non_null(strstr(subject, "two"));
    path_in(certificate_path, "rsa.crt");
    path_in(key_path, "rsa.key");
    buf_clear(&problem);
    assert_int_equal(http_reload_tls(http, &problem), ERR_CONFIG);
    assert_has(&problem, "is no P-256 key");
    path_in(certificate_path, "one.crt");
    path_in(key_path, "one.key");
    chmod(key_path, 0644);
    buf_clear(&problem);
    assert_int_equal(http_reload_tls(http, &problem), ERR_CONFIG);
    assert_has(&problem, "others may read it");
    chmod(key_path, 0600);
    assert_int_equal(http_reload_tls(http, &problem), OK);
}

static void old_tls_is_refused(void **state)
{
    (void)state;
    static const struct {
        long version;
        bool works;
    } cases[] = {
        {CURL_SSLVERSION_TLSv1_1 | CURL_SSLVERSION_MAX_TLSv1_1, false},
        {CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2, true},
        {CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_3, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CURL *curl = curl_easy_init();
        char url[100];
        snprintf(url, sizeof url, "https://127.0.0.1:%d/healthz", http_port(http));
        BUF(body, 100);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, cases[i].version);
        curl_easy_setopt(curl, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_to);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
        assert_int_equal(curl_easy_perform(curl) == CURLE_OK, cases[i].works);
        curl_easy_cleanup(curl);
    }
}

static void bad_settings_are_told(void **state)
{
    (void)state;
    struct http *other = NULL;
    BUF(problem, 4096);
    struct http_service bad = make_service();
    bad.run_folder = NULL;
    bad.port = http_port(http);
    assert_int_not_equal(http_open(&bad, &problem, &other), OK);
    assert_has(&problem, "cannot be listened on: Address already in use; end what listens there");
    bad.port = 0;
    bad.address = "localhost";
    buf_clear(&problem);
    assert_int_equal(http_open(&bad, &problem, &other), ERR_CONFIG);
    assert_has(&problem, "address is no IP address");
    bad.tls_key = "/nonexistent";
    buf_clear(&problem);
    assert_int_equal(http_open(&bad, &problem, &other), ERR_CONFIG);
    assert_has(&problem, "/nonexistent cannot be read");
    assert_null(other);
}

/* Closing waits for what runs, and takes nothing new. */
static void closing_drains(void **state)
{
    (void)state;
    pthread_t thread;
    long status = 0;
    pthread_create(&thread, NULL, ask_slow, &status);
    struct timespec time = {0, 350 * 1000 * 1000};
    nanosleep(&time, NULL);
    int64_t from = clock_monotonic_us();
    assert_true(http_close(&http, 10));
    int64_t ms = (clock_monotonic_us() - from) / 1000;
    pthread_join(thread, NULL);
    assert_int_equal(status, 200);
    assert_true(ms > 50 && ms < 5000);
    BUF(problem, 4096);
    assert_int_equal(http_open(&service, &problem, &http), OK);
    ANSWER answer = ask((struct ask){.path = "/"});
    assert_int_equal(answer.status, 200);
}

enum { KEPT = 24, CLOSINGS = 10 };

static void *ask_on_all(void *context)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: portal.localhost\r\n\r\n";
    CURL **kept = context;
    size_t sent;
    for (int i = 0; i < KEPT; i++) {
        struct timespec time = {0, 50 * 1000};
        nanosleep(&time, NULL);
        (void)curl_easy_send(kept[i], text, sizeof text - 1, &sent);
    }
    return NULL;
}

/* Who has kept a connection and asks while it closes is answered or cut off; nothing else. */
static void closing_while_kept_connections_ask(void **state)
{
    (void)state;
    for (int round = 0; round < CLOSINGS; round++) {
        CURL *kept[KEPT];
        pthread_t thread;
        for (int i = 0; i < KEPT; i++) kept[i] = connect_tls();
        assert_int_equal(pthread_create(&thread, NULL, ask_on_all, kept), 0);
        assert_true(http_close(&http, 10));
        pthread_join(thread, NULL);
        for (int i = 0; i < KEPT; i++) curl_easy_cleanup(kept[i]);
        BUF(problem, 4096);
        assert_int_equal(http_open(&service, &problem, &http), OK);
    }
}

/* One address gets so many connections; when it gives one back it may have another. */
static void an_address_has_its_limit(void **state)
{
    (void)state;
    enum { FEW = 5 };
    BUF(problem, 4096);
    assert_true(http_close(&http, 10));
    service.address_connections = FEW;
    assert_int_equal(http_open(&service, &problem, &http), OK);
    int held[FEW];
    for (int i = 0; i < FEW; i++) held[i] = connect_plain();
    struct timespec time = {0, 100 * 1000 * 1000};
    nanosleep(&time, NULL);
    ANSWER refused = ask((struct ask){.path = "/"});
    assert_int_not_equal(refused.curl, CURLE_OK);
    close(held[0]);
    nanosleep(&time, NULL);
    ANSWER answer = ask((struct ask){.path = "/"});
    assert_int_equal(answer.status, 200);
    for (int i = 1; i < FEW; i++) close(held[i]);
    assert_true(http_close(&http, 10));
    service.address_connections = MANY + 100;
    assert_int_equal(http_open(&service, &problem, &http), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reply_is_guarded),
        cmocka_unit_test(methods_are_named),
        cmocka_unit_test(head_is_get_without_body),
        cmocka_unit_test(values_of_the_path),
        cmocka_unit_test(other_hosts),
        cmocka_unit_test(cookies),
        cmocka_unit_test(links),
        cmocka_unit_test(who_may),
        cmocka_unit_test(forms_are_guarded),
        cmocka_unit_test(mistakes_are_shown),
        cmocka_unit_test(too_many_fields),
        cmocka_unit_test(damaged_forms),
        cmocka_unit_test(uploads),
        cmocka_unit_test(refused_before_the_body),
        cmocka_unit_test(over_the_limit_in_mid_stream),
        cmocka_unit_test(too_many_files),
        cmocka_unit_test(truncated_and_damaged_uploads),
        cmocka_unit_test(silent_and_dripping_connections_end),
        cmocka_unit_test(stalled_uploads_end),
        cmocka_unit_test(odd_requests),
        cmocka_unit_test(keep_alive),
        cmocka_unit_test(idle_crowd),
        cmocka_unit_test(slow_handlers_block_nobody),
        cmocka_unit_test(a_crowd_of_one_address_keeps_nobody_out),
        cmocka_unit_test(assets_keep),
        cmocka_unit_test(metrics_on_their_socket),
        cmocka_unit_test(port_is_noted),
        cmocka_unit_test(certificates_are_read_again),
        cmocka_unit_test(old_tls_is_refused),
        cmocka_unit_test(bad_settings_are_told),
        cmocka_unit_test(closing_drains),
        cmocka_unit_test(closing_while_kept_connections_ask),
        cmocka_unit_test(an_address_has_its_limit),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
