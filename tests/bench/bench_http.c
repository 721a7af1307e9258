/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The HTTPS service by itself, without a database: pages a second, uploads into the sealed spool,
 * and what it costs in memory. The server is a child process, so that its memory is its own.
 * Prints `name value unit` a line.
 */
#include <curl/curl.h>
#include <fcntl.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/limits.h"
#include "crypt/seal.h"
#include "crypt/token.h"
#include "server/http/http.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/service.h"

enum {
    CLIENTS = 8,
    SECONDS = 3,
    UPLOAD_BYTES = 20 * 1024 * 1024,
    UPLOADS = 7,
    CROWD = 100,
    CROWD_BYTES = 2 * 1024 * 1024,
};

/* ---- the server ---- */

static char folder[64];
static struct secret host_secret;
static struct seal_pair press;

static enum err get_page(struct request *request)
{
    json_t *list = json_array();
    for (int i = 0; i < 20; i++) {
        json_t *entry = json_object();
        json_put_str(entry, "name", STR("Ann (grandmother)"));
        json_put_int(entry, "number", i);
        json_add(list, entry);
    }
    json_put(request->view, "list", list);
    return reply_page(request, "bench/page");
}

static enum err post_upload(struct request *request)
{
    return reply_nothing(request);
}

static const struct route routes[] = {ROUTE_ROW(get_page, GET, "/", NONE, NONE, 0, PAGE) ROUTE_ROW(
    post_upload, POST, "/upload", PARTY, FILES, LIMIT_UPLOAD_BYTES, PAGE)};

static const char page[] =
    "<!DOCTYPE html><html><head><title>{{service.name}}</title><link href=\"{{asset.css}}\"></head>"
    "<body><form><input name=\"csrf\" value=\"{{csrf}}\"></form><ul>{{#list}}"
    "<li class=\"lb-card\"><a href=\"/letters/{{number}}\">Letter from {{name}}</a></li>{{/list}}"
    "</ul></body></html>";
static const struct embedded_file templates[] = {
    {"bench/page.mustache", page, page + sizeof page - 1},
    {"bench/error.mustache", page, page + sizeof page - 1},
    {NULL, NULL, NULL},
};

static enum err find_session(struct request *request, const struct secret *cookie,
                             struct session *ret_session)
{
    (void)request;
    ret_session->kind = SESSION_PORTAL;
    ret_session->stage = STAGE_FULL;
    return token_session_id(cookie, &ret_session->id);
}

struct spool {
    int file;
    struct arena *arena;
    struct seal_writer *writer;
};

static void end_spool(void *object)
{
    struct spool *spool = object;
    file_close(&spool->file);
    arena_free(&spool->arena);
}

static enum err put_bytes(void *sink, struct str bytes)
{
    return file_write_fd(((struct spool *)sink)->file, bytes);
}

static enum err sink_prepare(struct request *request)
{
    (void)request;
    return OK;
}

static enum err sink_begin(struct request *request, struct http_file *file)
{
    struct spool *spool = ARENA_ONE(request->arena, struct spool);
    spool->file = -1;
    arena_on_end(request->arena, end_spool, spool);
    spool->arena = arena_new_secret((size_t)1024 * 1024);
    file->kept = spool;
    TRY(file_spool(folder, &spool->file));
    struct seal_binding binding = {SEAL_ORIGINAL, 1, "original", 1, 2};
    return seal_writer_open(spool->arena, &binding, &press.public, 1, put_bytes, spool,
                            &spool->writer);
}

static enum err sink_take(struct request *request, struct http_file *file, struct str bytes)
{
    (void)request;
    return seal_writer_add(((struct spool *)file->kept)->writer, bytes);
}

static enum err sink_end(struct request *request, struct http_file *file)
{
    (void)request;
    return seal_writer_finish(((struct spool *)file->kept)->writer);
}

static const struct http_sink sink = {sink_prepare, sink_begin, sink_take, sink_end};

static void write_file(const char *name, gnutls_datum_t *pem, mode_t mode)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    ASSERT(file_write(path, (struct str){(char *)pem->data, pem->size}, mode) == OK);
    gnutls_free(pem->data);
}

static void write_identity(void)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
    gnutls_datum_t pem;
    gnutls_x509_privkey_init(&key);
    gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, "1", 1);
    gnutls_x509_crt_set_activation_time(certificate, time(NULL) - 3600);
    gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + 3600);
    gnutls_x509_crt_set_key(certificate, key);
    gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
    ASSERT(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem) == 0);
    write_file("tls.crt", &pem, 0644);
    ASSERT(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
                                             &pem) == 0);
    write_file("tls.key", &pem, 0600);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}

static _Noreturn void serve(int ready)
{
    char certificate[128], key[128];
    service_start("bench");
    log_open("bench", LOG_FAIL);
    snprintf(certificate, sizeof certificate, "%s/tls.crt", folder);
    snprintf(key, sizeof key, "%s/tls.key", folder);
    write_identity();
    secret_random(&host_secret);
    ASSERT(seal_pair_make(&press) == OK);
    BUF(problem, 4096);
    struct tmpl_set *set = NULL;
    struct http *http = NULL;
    ASSERT(tmpl_set_open(templates, STR("bench"), TMPL_PAGE, &problem, &set) == OK);
    struct http_service service = {
        .process = "portal",
        .cookies = {"__Host-portal", NULL},
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .error_page = "bench/error",
        .css = "portal.css",
        .js = "portal.js",
        .host_name = STR("localhost"),
        .address = "127.0.0.1",
        .run_folder = NULL,
        .tls_certificate = certificate,
        .tls_key = key,
        .threads = 2,
        .workers = 16,
        .sign_in_workers = 2,
        .connections = 1000,
        .address_connections = 1000,
        .idle_seconds = 60,
        .stall_seconds = 60,
        .host_secret = &host_secret,
        .templates = set,
        .service_name = STR("Post Desk"),
        .sink = &sink,
        .find_session = find_session,
    };
    if (http_open(&service, &problem, &http) != OK) service_fail(problem.at);
    int port = http_port(http);
    ASSERT(write(ready, &port, sizeof port) == sizeof port);
    while (service_wait() == SERVICE_RELOAD) continue;
    if (http_close(&http, 5)) tmpl_set_free(&set);
    _exit(0);
}

/* ---- the clients ---- */

static int port;
static char cookie[100], csrf[60];

static size_t ignore(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes, (void)context;
    return size * count;
}

static CURL *client(const char *path)
{
    CURL *curl = curl_easy_init();
    char url[100];
    snprintf(url, sizeof url, "https://localhost:%d%s", port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_COOKIE, cookie);
    return curl;
}

struct pages {
    int64_t until_us;
    size_t count, failed;
    int64_t times[200000];
};

static void *ask_pages(void *context)
{
    struct pages *pages = context;
    CURL *curl = client("/");
    long status;
    while (clock_monotonic_us() < pages->until_us && pages->count < 200000) {
        int64_t from = clock_monotonic_us();
        CURLcode code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status != 200) pages->failed++;
        pages->times[pages->count++] = clock_monotonic_us() - from;
    }
    curl_easy_cleanup(curl);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static void bench_pages(void)
{
    static struct pages all[CLIENTS];
    static int64_t times[CLIENTS * 200000];
    pthread_t threads[CLIENTS];
    size_t count = 0, failed = 0;
    for (int i = 0; i < CLIENTS; i++) {
        all[i].until_us = clock_monotonic_us() + SECONDS * UTC_SECOND_US;
        pthread_create(&threads[i], NULL, ask_pages, &all[i]);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        memcpy(times + count, all[i].times, all[i].count * sizeof *times);
        count += all[i].count;
        failed += all[i].failed;
    }
    ASSERT(failed == 0 && count > 100);
    qsort(times, count, sizeof *times, by_size);
    printf("http_pages %zu requests/s\n", count / SECONDS);
    printf("http_page_p50 %.2f ms\n", (double)times[count / 2] / 1000);
    printf("http_page_p99 %.2f ms\n", (double)times[count * 99 / 100] / 1000);
}

struct body {
    struct buf head;
    size_t bytes, sent;
};

static const char tail[] = "\r\n--b--\r\n";

static size_t send_body(char *at, size_t size, size_t count, void *context)
{
    struct body *body = context;
    size_t total = body->head.len + body->bytes + sizeof tail - 1, room = size * count, done = 0;
    while (done < room && body->sent < total) {
        size_t left;
        if (body->sent < body->head.len) {
            left = body->head.len - body->sent < room - done ? body->head.len - body->sent
                                                             : room - done;
            memcpy(at + done, body->head.at + body->sent, left);
        } else if (body->sent < body->head.len + body->bytes) {
            left = body->head.len + body->bytes - body->sent;
            if (left > room - done) left = room - done;
            memset(at + done, 'j', left);
        } else {
            left = 1;
            at[done] = tail[body->sent - body->head.len - body->bytes];
        }
        done += left;
        body->sent += left;
    }
    return done;
}

static void upload(size_t bytes)
{
    struct body body = {.head = buf_new(4096), .bytes = bytes};
    buf_print(&body.head,
              "--b\r\nContent-Disposition: form-data; name=csrf\r\n\r\n%s\r\n"
              "--b\r\nContent-Disposition: form-data; name=file; filename=a.jpg\r\n\r\n",
              csrf);
    char origin[100];
    snprintf(origin, sizeof origin, "Origin: https://localhost:%d", port);
    struct curl_slist *headers = curl_slist_append(NULL, origin);
    headers = curl_slist_append(headers, "Content-Type: multipart/form-data; boundary=b");
    headers = curl_slist_append(headers, "Expect:");
    CURL *curl = client("/upload");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)(body.head.len + bytes + sizeof tail - 1));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, send_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &body);
    long status = 0;
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 204)
        fprintf(stderr, "upload: %ld %s\n", status, curl_easy_strerror(code));
    ASSERT(code == CURLE_OK && status == 204);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    buf_free(&body.head);
}

static void bench_upload(void)
{
    int64_t times[UPLOADS];
    for (int i = 0; i < UPLOADS; i++) {
        int64_t from = clock_monotonic_us();
        upload(UPLOAD_BYTES);
        times[i] = clock_monotonic_us() - from;
    }
    qsort(times, UPLOADS, sizeof *times, by_size);
    printf("http_upload_20mib %.1f ms\n", (double)times[UPLOADS / 2] / 1000);
    printf("http_upload_rate %.0f MiB/s\n", 20e6 / (double)times[UPLOADS / 2]);
}

static void *upload_one(void *context)
{
    (void)context;
    upload(CROWD_BYTES);
    return NULL;
}

/* KiB: now, or at the most so far. */
static long memory_kib(pid_t server, const char *field)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", server);
    FILE *file = fopen(path, "r");
    long kib = -1;
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, field, strlen(field)) == 0) kib = strtol(line + strlen(field), NULL, 10);
    if (file) fclose(file);
    return kib;
}

static void bench_crowd(pid_t server)
{
    pthread_t threads[CROWD];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)512 * 1024);
    int64_t from = clock_monotonic_us();
    for (int i = 0; i < CROWD; i++) pthread_create(&threads[i], &small, upload_one, NULL);
    for (int i = 0; i < CROWD; i++) pthread_join(threads[i], NULL);
    printf("http_uploads_at_once %d uploads\n", CROWD);
    printf("http_uploads_at_once_rate %.0f MiB/s\n",
           (double)CROWD * 2e6 / (double)(clock_monotonic_us() - from));
    printf("http_memory_peak %ld KiB\n", memory_kib(server, "VmHWM:"));
    printf("http_memory %ld KiB\n", memory_kib(server, "VmRSS:"));
}

static void make_session(void)
{
    SECRET(secret);
    SECRET(token);
    secret_random(&secret);
    BUF(text, 100);
    token_put(&text, &secret);
    snprintf(cookie, sizeof cookie, "__Host-portal=%s", text.at);
    ASSERT(token_session_csrf(&secret, &token) == OK);
    buf_clear(&text);
    token_put(&text, &token);
    snprintf(csrf, sizeof csrf, "%s", text.at);
}

int main(void)
{
    strcpy(folder, "/tmp/lb-bench-XXXXXX");
    ASSERT(mkdtemp(folder) != NULL && crypt_init() == OK);
    int ready[2];
    ASSERT(pipe(ready) == 0);
    pid_t server = fork();
    ASSERT(server >= 0);
    if (server == 0) serve(ready[1]);
    ASSERT(read(ready[0], &port, sizeof port) == sizeof port);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    make_session();
    bench_pages();
    bench_upload();
    bench_crowd(server);
    kill(server, SIGTERM);
    int status;
    ASSERT(waitpid(server, &status, 0) == server && status == 0);
    char path[128];
    snprintf(path, sizeof path, "%s/tls.crt", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/tls.key", folder);
    unlink(path);
    return rmdir(folder) == 0 ? 0 : 1;
}
