/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * probe_confine PROFILE [unix] [inet] [memory=BYTES] [r=PATH | w=PATH | x=PATH]… -- TRY…
 *
 * Confines itself as that process does, then tries: the words of module_probe.c as "WORD=VALUE",
 * and `self` (its own limits and flags), `thread`, `connect=PORT`, `listen`, `memory`.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "core/num.h"
#include "sys/confine.h"
#include "tests/probe/tries.h"

enum { PATHS_MAX = 20, MEGA = 1024 * 1024, MEGAS_MAX = 64 * 1024 };

static const char *const profile_names[CONFINE_PROFILES] = {
#define PROFILE(NAME, name, groups) [CONFINE_##NAME] = name,
#define GROUP(NAME, calls)
#include "sys/confine.def"
#undef GROUP
#undef PROFILE
};

static void *do_nothing(void *nothing)
{
    return nothing;
}

static void try_thread(struct buf *out)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, do_nothing, NULL);
    said(out, "thread", errno == 0);
    if (errno == 0) pthread_join(thread, NULL);
}

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void try_connect(struct buf *out, const char *port)
{
    struct sockaddr_in to = loopback((uint16_t)atoi(port));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    said(out, "connect", fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
}

static void try_listen(struct buf *out)
{
    struct sockaddr_in at = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    said(out, "listen",
         fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0);
}

static void tell_self(struct buf *out, const struct confine_report *report)
{
    struct rlimit core = {1, 1};
    getrlimit(RLIMIT_CORE, &core);
    buf_print(out, "self core=%llu dumpable=%d no_new_privs=%d landlock=%d\n",
              (unsigned long long)core.rlim_max, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0),
              (int)syscall(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), report->landlock_abi);
}

static void try_memory(struct buf *out)
{
    int megas = 0;
    while (megas < MEGAS_MAX && mmap(NULL, MEGA, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        megas++;
    buf_print(out, "memory %d %d\n", megas, errno);
}

static void try_one(struct buf *out, const char *word, const struct confine_report *report)
{
    const char *equals = strchr(word, '='), *of = equals ? equals + 1 : "";
    struct str what = {word, equals ? (size_t)(equals - word) : strlen(word)};
    if (str_equal(what, STR("read")))
        try_read(out, of);
    else if (str_equal(what, STR("write")))
        try_write(out, of);
    else if (str_equal(what, STR("program")))
        try_program(out, of);
    else if (str_equal(what, STR("unix")))
        try_unix(out, of);
    else if (str_equal(what, STR("process")))
        try_signal(out, (pid_t)atoi(of));
    else if (str_equal(what, STR("sockets")))
        try_sockets(out);
    else if (str_equal(what, STR("kernel")))
        try_kernel(out);
    else if (str_equal(what, STR("thread")))
        try_thread(out);
    else if (str_equal(what, STR("connect")))
        try_connect(out, of);
    else if (str_equal(what, STR("listen")))
        try_listen(out);
    else if (str_equal(what, STR("memory")))
        try_memory(out);
    else if (str_equal(what, STR("self")))
        tell_self(out, report);
    else
        buf_print(out, "unknown:%s\n", word);
}

static unsigned access_of(char letter)
{
    return letter == 'w'   ? CONFINE_READ | CONFINE_WRITE
           : letter == 'x' ? CONFINE_READ | CONFINE_EXECUTE
                           : CONFINE_READ;
}

static enum confine_profile profile_named(const char *name)
{
    for (int i = 0; i < CONFINE_PROFILES; i++)
        if (!strcmp(name, profile_names[i])) return (enum confine_profile)i;
    exit(2);
}

int main(int count, char **words)
{
    struct confine_path paths[PATHS_MAX];
    if (count < 3) return 2;
    struct confine confine = {.profile = profile_named(words[1]), .paths = paths};
    int i = 2;
    for (; i < count && strcmp(words[i], "--"); i++) {
        int64_t number;
        if (!strcmp(words[i], "unix"))
            confine.unix_sockets = true;
        else if (!strcmp(words[i], "inet"))
            confine.inet_sockets = true;
        else if (!strncmp(words[i], "memory=", 7) &&
                 num_parse(str_from(words[i] + 7), 1, INT64_MAX, &number))
            confine.memory_bytes = (size_t)number;
        else if (words[i][1] == '=' && confine.path_count < PATHS_MAX)
            paths[confine.path_count++] =
                (struct confine_path){words[i] + 2, access_of(words[i][0])};
        else
            return 2;
    }
    struct confine_report report;
    enum err code = confine_self(&confine, &report);
    if (code != OK) {
        printf("confine %s\n", err_info(code)->name);
        return 1;
    }
    for (i++; i < count; i++) {
        BUF(out, MEGA);
        try_one(&out, words[i], &report);
        if (write(STDOUT_FILENO, out.at, out.len) < 0) return 1;
    }
    _exit(0);
}
