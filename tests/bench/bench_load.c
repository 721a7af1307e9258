/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A client that costs little, so that what is measured is the server.
 *
 *   bench_load pages HOST PORT PATH COOKIE CONNECTIONS SECONDS
 *       each connection asks for the page again as soon as it has it: requests a second, the median
 *       and the slowest hundredth, and the client's own processor time a request.
 *   bench_load send PORT FILE…
 *       each file is one whole request, sent on a connection of its own, one after the other:
 *       `status milliseconds` a line, from the first byte sent to the last byte of the answer.
 *   bench_load crowd PORT FILE…
 *       the same, all at once.
 *
 * TLS 1.3 as GnuTLS chooses; certificates of this loopback are not looked at.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "sys/clock.h"

enum {
    ANSWER_BYTES = 256 * 1024,
    PIECE_BYTES = 64 * 1024,
    PAGES_MOST = 400000,
    CLIENTS_MOST = 256,
    SMALL_STACK = 1024 * 1024,
};

static const char *host = "localhost";
static int port;
static gnutls_certificate_credentials_t credentials;

static _Noreturn void stop(const char *what, const char *why)
{
    fprintf(stderr, "bench_load: %s: %s\n", what, why);
    exit(1);
}

/* ---- a connection ---- */

struct line {
    int fd;
    gnutls_session_t session;
    char answer[ANSWER_BYTES];
};

static struct line *line_open(void)
{
    struct line *line = calloc(1, sizeof *line);
    ASSERT(line != NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    if (line->fd < 0 || connect(line->fd, (struct sockaddr *)(void *)&address, sizeof address) != 0)
        stop("connect", strerror(errno));
    (void)setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    ASSERT(gnutls_init(&line->session, GNUTLS_CLIENT) == 0);
    ASSERT(gnutls_set_default_priority(line->session) == 0);
    ASSERT(gnutls_credentials_set(line->session, GNUTLS_CRD_CERTIFICATE, credentials) == 0);
    ASSERT(gnutls_server_name_set(line->session, GNUTLS_NAME_DNS, host, strlen(host)) == 0);
    gnutls_transport_set_int(line->session, line->fd);
    int code;
    do code = gnutls_handshake(line->session);
    while (code < 0 && !gnutls_error_is_fatal(code));
    if (code < 0) stop("handshake", gnutls_strerror(code));
    return line;
}

static void line_close(struct line *line)
{
    gnutls_deinit(line->session);
    close(line->fd);
    free(line);
}

static bool line_send(struct line *line, const char *at, size_t len)
{
    while (len) {
        ssize_t sent = gnutls_record_send(line->session, at, len < PIECE_BYTES ? len : PIECE_BYTES);
        if (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED) continue;
        if (sent < 0) return false; /* the answer says why */
        at += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* Reads one answer, whose length its header says; 0: there was none. */
static int line_answer(struct line *line)
{
    size_t have = 0, want = 0;
    while (want == 0 || have < want) {
        if (have + 1 >= sizeof line->answer) stop("answer", "is longer than expected");
        ssize_t got =
            gnutls_record_recv(line->session, line->answer + have, sizeof line->answer - have - 1);
        if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED) continue;
        if (got <= 0) return 0;
        have += (size_t)got;
        line->answer[have] = 0;
        const char *end = want ? NULL : strstr(line->answer, "\r\n\r\n");
        if (!end) continue;
        const char *length = strcasestr(line->answer, "\r\nContent-Length:");
        want = (size_t)(end - line->answer) + 4;
        if (length && length < end) want += strtoul(length + 17, NULL, 10);
    }
    return (int)strtol(line->answer + 9, NULL, 10);
}

/* ---- pages ---- */

static char request[8192];
static size_t request_bytes;
static int64_t until_us;

struct asker {
    pthread_t thread;
    struct line *line;
    int64_t *times;
    size_t count, failed;
};

static void *ask(void *context)
{
    struct asker *asker = context;
    int64_t now = clock_monotonic_us();
    while (now < until_us && asker->count < PAGES_MOST) {
        bool sent = line_send(asker->line, request, request_bytes);
        int status = sent ? line_answer(asker->line) : 0;
        int64_t then = clock_monotonic_us();
        asker->times[asker->count++] = then - now;
        now = then;
        if (status == 200) continue;
        if (asker->failed++ == 0) fprintf(stderr, "bench_load: status %d\n", status);
        if (status == 0) {
            line_close(asker->line);
            asker->line = line_open();
        }
    }
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static void pages(const char *path, const char *cookie, size_t clients, int seconds)
{
    ASSERT(clients >= 1 && clients <= CLIENTS_MOST && seconds >= 1);
    static struct asker askers[CLIENTS_MOST];
    int len =
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s:%d\r\nCookie: %s\r\n\r\n",
                 path, host, port, cookie);
    ASSERT(len > 0 && (size_t)len < sizeof request);
    request_bytes = (size_t)len;
    for (size_t i = 0; i < clients; i++) {
        askers[i].line = line_open();
        askers[i].times = malloc(PAGES_MOST * sizeof(int64_t));
        ASSERT(askers[i].times != NULL);
    }
    int64_t from = clock_monotonic_us();
    until_us = from + seconds * UTC_SECOND_US;
    for (size_t i = 0; i < clients; i++)
        ASSERT(pthread_create(&askers[i].thread, NULL, ask, &askers[i]) == 0);
    size_t count = 0, failed = 0;
    for (size_t i = 0; i < clients; i++) {
        pthread_join(askers[i].thread, NULL);
        count += askers[i].count;
        failed += askers[i].failed;
    }
    double took = (double)(clock_monotonic_us() - from);
    int64_t *all = malloc(count * sizeof *all);
    ASSERT(all != NULL && count > 0);
    size_t at = 0;
    for (size_t i = 0; i < clients; i++) {
        memcpy(all + at, askers[i].times, askers[i].count * sizeof *all);
        at += askers[i].count;
        free(askers[i].times);
        line_close(askers[i].line);
    }
    qsort(all, count, sizeof *all, by_size);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    printf("requests %zu\nfailed %zu\nrate %.1f\np50 %.3f\np95 %.3f\np99 %.3f\nmost %.3f\n"
           "client_us %.1f\n",
           count, failed, (double)count * 1e6 / took, (double)all[count / 2] / 1000,
           (double)all[count * 95 / 100] / 1000, (double)all[count * 99 / 100] / 1000,
           (double)all[count - 1] / 1000, cpu / (double)count);
    free(all);
}

/* ---- whole requests from files ---- */

struct sender {
    pthread_t thread;
    const char *path;
    int status;
    double ms;
};

static void *send_file(void *context)
{
    struct sender *sender = context;
    int fd = open(sender->path, O_RDONLY | O_CLOEXEC);
    struct stat stat;
    if (fd < 0 || fstat(fd, &stat) != 0) stop(sender->path, strerror(errno));
    size_t bytes = (size_t)stat.st_size;
    char *content = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (content == MAP_FAILED) stop(sender->path, strerror(errno));
    struct line *line = line_open();
    int64_t from = clock_monotonic_us();
    (void)line_send(line, content, bytes);
    sender->status = line_answer(line);
    sender->ms = (double)(clock_monotonic_us() - from) / 1000;
    line_close(line);
    munmap(content, bytes);
    close(fd);
    return NULL;
}

static void send_files(char **paths, size_t count, bool at_once)
{
    struct sender *senders = calloc(count, sizeof *senders);
    ASSERT(senders != NULL);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, SMALL_STACK);
    for (size_t i = 0; i < count; i++) {
        senders[i].path = paths[i];
        ASSERT(pthread_create(&senders[i].thread, &small, send_file, &senders[i]) == 0);
        if (!at_once) pthread_join(senders[i].thread, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        if (at_once) pthread_join(senders[i].thread, NULL);
        printf("%d %.3f\n", senders[i].status, senders[i].ms);
    }
    pthread_attr_destroy(&small);
    free(senders);
}

int main(int count, char **words)
{
    ASSERT(gnutls_certificate_allocate_credentials(&credentials) == 0);
    if (count == 8 && strcmp(words[1], "pages") == 0) {
        host = words[2];
        port = atoi(words[3]);
        pages(words[4], words[5], (size_t)atoi(words[6]), atoi(words[7]));
    } else if (count > 3 && strcmp(words[1], "send") == 0) {
        port = atoi(words[2]);
        send_files(words + 3, (size_t)count - 3, false);
    } else if (count > 3 && strcmp(words[1], "crowd") == 0) {
        port = atoi(words[2]);
        send_files(words + 3, (size_t)count - 3, true);
    } else {
        stop("usage", "pages HOST PORT PATH COOKIE CONNECTIONS SECONDS | send PORT FILE… | "
                      "crowd PORT FILE…");
    }
    gnutls_certificate_free_credentials(credentials);
    return 0;
}
