/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each case is a child process: what it prints, tells its supervisor, and how it ends. */
#include "sys/service.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static int supervisor(char path[100])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(path, 100, "%s/notify", folder);
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void expect(int fd, const char *wanted)
{
    struct pollfd poller = {fd, POLLIN, 0};
    char text[100];
    assert_int_equal(poll(&poller, 1, 5000), 1);
    ssize_t got = recv(fd, text, sizeof text - 1, 0);
    assert_true(got > 0);
    text[got] = 0;
    assert_string_equal(text, wanted);
}

static void serve(void)
{
    int reloads = 0;
    service_start("test");
    service_ready();
    while (service_wait() == SERVICE_RELOAD) reloads++;
    struct pollfd poller = {service_stop_fd(), POLLIN, 0};
    bool is_readable = poll(&poller, 1, 0) == 1 && poll(&poller, 1, 0) == 1;
    service_stopping();
    _exit(service_is_stopping() && is_readable ? 10 + reloads : 1);
}

static void signals_and_supervisor(void **state)
{
    (void)state;
    char path[100];
    int fd = supervisor(path);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("NOTIFY_SOCKET", path, 1);
        if (!freopen("/dev/null", "w", stderr)) _exit(1);
        serve();
    }
    expect(fd, "READY=1");
    kill(child, SIGPIPE);
    kill(child, SIGHUP);
    usleep(200 * 1000);
    kill(child, SIGHUP);
    usleep(200 * 1000);
    kill(child, SIGTERM);
    expect(fd, "STOPPING=1");
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 12);
    close(fd);
    unlink(path);
}

static int run_conf(char **argv, const char *variable, char *ret_text, size_t room)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int argc = 0;
    while (argv[argc]) argc++;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        if (variable) setenv("LETTERBOX_CONF", variable, 1);
        struct arena *arena = arena_new(65536);
        struct conf conf;
        service_start("test");
        service_conf(argc, argv, arena, &conf);
        _exit(conf.portal_port == 1234 ? 0 : 9);
    }
    close(ends[1]);
    size_t done = 0;
    ssize_t got;
    while ((got = read(ends[0], ret_text + done, room - 1 - done)) > 0) done += (size_t)got;
    ret_text[done] = 0;
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void configuration(void **state)
{
    (void)state;
    char good[100], bad[100], text[4096];
    snprintf(good, sizeof good, "%s/good.conf", folder);
    snprintf(bad, sizeof bad, "%s/bad.conf", folder);
    FILE *file = fopen(good, "w");
    fputs("[portal]\nport = 1234\n", file);
    fclose(file);
    file = fopen(bad, "w");
    fputs("[portal]\nport = many\n", file);
    fclose(file);
    char *by_option[] = {"x", "--conf", good, NULL}, *wrong[] = {"x", "--conf", bad, NULL};
    char *nothing[] = {"x", NULL}, *odd[] = {"x", "--port", "1", NULL};
    assert_int_equal(run_conf(by_option, NULL, text, sizeof text), 0);
    assert_int_equal(run_conf(nothing, good, text, sizeof text), 0);
    assert_int_equal(run_conf(wrong, good, text, sizeof text), 2);
    assert_non_null(strstr(text, "bad.conf:2: port must be a whole number from 0 to 65535"));
    assert_int_equal(run_conf(odd, good, text, sizeof text), 2);
    assert_string_equal(text, "usage: letterbox-test [--conf FILE]\n");
    assert_int_equal(run_conf(nothing, "/nonexistent/x.conf", text, sizeof text), 2);
    assert_non_null(strstr(text, "/nonexistent/x.conf cannot be read (not-found)"));
    unlink(good);
    unlink(bad);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/lb-service-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_and_supervisor),
        cmocka_unit_test(configuration),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
