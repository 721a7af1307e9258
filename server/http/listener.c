/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sockets, ports and how many files may be open: what libmicrohttpd is given. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/http/daemon.h"
#include "sys/file.h"

enum {
    LISTEN_BACKLOG = 1024,
    METRICS_BACKLOG = 16,
    SPARE_FDS = 256, /* besides connections: database, spools, libraries */
};

static enum err fail(struct buf *problem, const char *what)
{
    buf_print(problem, "%s: %s", what, strerror(errno));
    return ERR_IO;
}

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

enum err listener_open(const struct http_service *service, struct buf *problem, int *ret_fd,
                       int *ret_port)
{
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
        int why = errno;
        buf_print(problem, "%s port %d cannot be listened on: %s", service->address, service->port,
                  strerror(why));
        if (why == EADDRINUSE)
            buf_print(problem, "; end what listens there, or choose another port in [%s]",
                      service->process);
        file_close(&fd);
        return ERR_IO;
    }
    *ret_port =
        ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)(void *)&address)->sin_port
                                           : ((struct sockaddr_in6 *)(void *)&address)->sin6_port);
    *ret_fd = fd;
    return OK;
}

enum err listener_open_metrics(const struct http_service *service, struct buf *problem, int *ret_fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.metrics",
                       service->run_folder, service->process);
    if (len < 0 || (size_t)len >= sizeof address.sun_path) {
        buf_print(problem, "run_folder is too long for a socket: at most 90 bytes");
        return ERR_CONFIG;
    }
    (void)unlink(address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, METRICS_BACKLOG) != 0) {
        enum err code = fail(problem, address.sun_path);
        file_close(&fd);
        return code;
    }
    *ret_fd = fd;
    return OK;
}

enum err listener_note_port(const struct http_service *service, int port, struct buf *problem)
{
    const char *folder = service->run_folder;
    if (!folder) return OK;
    BUF(path, 4096);
    BUF(text, 16);
    buf_print(&path, "%s/%s.port", folder, service->process);
    buf_print(&text, "%d\n", port);
    if (file_write(path.at, buf_str(&text), 0644) == OK) return OK;
    buf_print(problem, "%s cannot be written: check that run_folder is there and ours", path.at);
    return ERR_CONFIG;
}

enum err listener_allow_fds(const struct http_service *service, struct buf *problem)
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
