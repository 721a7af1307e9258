/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/service.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"

static const char *service_name = "letterbox";
static int stop_fd = -1, reload_fd = -1, notify_fd = -1;
static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    int saved = errno;
    uint64_t one = 1;
    if (number != SIGHUP) stopping = 1;
    ssize_t written = write(number == SIGHUP ? reload_fd : stop_fd, &one, sizeof one);
    (void)written; /* an eventfd that is full is readable already */
    errno = saved;
}

/* Opened here because a confined process may make no socket; "@" is the abstract name space. */
static int open_notify(void)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || (path[0] != '/' && path[0] != '@')) return -1;
    size_t len = strlen(path);
    if (len >= sizeof address.sun_path) return -1;
    memcpy(address.sun_path, path, len);
    if (path[0] == '@') address.sun_path[0] = 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size) != 0) file_close(&fd);
    return fd;
}

static void notify(const char *state)
{
    if (notify_fd >= 0) (void)!send(notify_fd, state, strlen(state), MSG_NOSIGNAL);
}

void service_start(const char *process)
{
    service_name = process;
    const char *level = getenv("LETTERBOX_LOG");
    log_open(process, level && strcmp(level, "debug") == 0 ? LOG_DEBUG : LOG_INFO);
    clock_zone("Europe/London");
    stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    reload_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ASSERT(stop_fd >= 0 && reload_fd >= 0);
    notify_fd = open_notify();
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    ASSERT(sigaction(SIGTERM, &action, NULL) == 0);
    ASSERT(sigaction(SIGINT, &action, NULL) == 0);
    ASSERT(sigaction(SIGHUP, &action, NULL) == 0);
    ASSERT(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
}

void service_fail(const char *problem)
{
    fprintf(stderr, "letterbox-%s: %s\n", service_name, problem);
    exit(1);
}

static _Noreturn void usage(void)
{
    fprintf(stderr, "usage: letterbox-%s [--conf FILE]\n", service_name);
    exit(2);
}

void service_conf(int argc, char **argv, struct arena *arena, struct conf *ret_conf)
{
    const char *path = getenv("LETTERBOX_CONF");
    if (!path || !*path) path = "/etc/letterbox/letterbox.conf";
    if (argc == 3 && strcmp(argv[1], "--conf") == 0)
        path = argv[2];
    else if (argc != 1)
        usage();
    BUF(text, CONF_FILE_BYTES);
    BUF(problem, 8192);
    enum err code = file_read(path, &text);
    if (code != OK) {
        fprintf(stderr,
                "letterbox-%s: %s cannot be read (%s): check that it is there and may be read\n",
                service_name, path, err_info(code)->name);
        exit(2);
    }
    if (conf_read(buf_str(&text), str_from(path), arena, &problem, ret_conf) != OK) {
        fprintf(stderr, "letterbox-%s: %s\n", service_name, problem.len ? problem.at : path);
        exit(2);
    }
}

void service_ready(void)
{
    notify("READY=1");
    LOG(LOG_INFO, "ready", L_INT("pid", getpid()));
}

void service_stopping(void)
{
    notify("STOPPING=1");
    LOG(LOG_INFO, "stopping", L_INT("pid", getpid()));
}

enum service_event service_wait(void)
{
    for (;;) {
        struct pollfd fds[] = {{stop_fd, POLLIN, 0}, {reload_fd, POLLIN, 0}};
        if (poll(fds, 2, -1) < 0 && errno != EINTR) ASSERT(false);
        if (fds[0].revents) return SERVICE_STOP;
        uint64_t count;
        if (fds[1].revents && read(reload_fd, &count, sizeof count) == sizeof count)
            return SERVICE_RELOAD;
    }
}

int service_stop_fd(void)
{
    return stop_fd;
}

bool service_is_stopping(void)
{
    return stopping != 0;
}
