/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A cleaner's module that has been taken over: it stands in the place of the real one, in the real
 * sandbox, and tries what it should not be able to. The document is a list of what to try:
 *
 *   read PATH · write FOLDER · program PATH · unix NAME · process PID    see tries.h
 *   sockets · kernel · folders
 *   forks     children until there can be no more; says how many there were
 *   fill      /tmp until it is full; says how many MiB
 *   memory    address space until there is no more; says how many MiB
 *   sleep     does nothing for a long time
 *   leave     leaves a child behind, called "probe-left", and ends
 *   spin      burns processor time
 *
 * The answer is text, which no reader of answers takes for one. Built twice: as a module like any,
 * and as one that leaves the last walls open, as LibreOffice's does.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "core/num.h"
#include "tests/probe/tries.h"
#include "worker/cleaner/module.h"

#ifndef PROBE_KEEPS_WALLS_OPEN
#define PROBE_KEEPS_WALLS_OPEN 0
#endif

enum { FORKS_MAX = 5000, MEGA = 1024 * 1024, MEGAS_MAX = 16 * 1024, LONG_SECONDS = 600 };

static void list_folder(struct buf *out, const char *path)
{
    DIR *folder = opendir(path);
    buf_print(out, "list:%s", path);
    if (!folder) {
        buf_print(out, " refused %d\n", errno);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.') buf_print(out, " %s", entry->d_name);
    buf_print(out, "\n");
    closedir(folder);
}

static void rest(void)
{
    for (int i = 0; i < LONG_SECONDS; i++) {
        struct timespec second = {1, 0};
        nanosleep(&second, NULL);
    }
}

static void try_forks(struct buf *out)
{
    int count = 0;
    while (count < FORKS_MAX) {
        pid_t child = fork();
        if (child < 0) break;
        if (child == 0) {
            rest();
            _exit(0);
        }
        count++;
    }
    buf_print(out, "forks %d %d\n", count, errno);
}

static void try_fill(struct buf *out)
{
    static char block[MEGA];
    int megas = 0, fd = open("/tmp/filled", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    signal(SIGXFSZ, SIG_IGN);
    while (fd >= 0 && megas < MEGAS_MAX && write(fd, block, sizeof block) == (ssize_t)sizeof block)
        megas++;
    buf_print(out, "fill %d %d\n", megas, errno);
}

static void try_memory(struct buf *out)
{
    int megas = 0;
    while (megas < MEGAS_MAX && mmap(NULL, MEGA, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        megas++;
    buf_print(out, "memory %d %d\n", megas, errno);
}

static void leave_child(struct buf *out)
{
    pid_t child = fork();
    said(out, "leave", child >= 0);
    if (child != 0) return;
    setsid();
    if (fork() != 0) _exit(0);
    prctl(PR_SET_NAME, "probe-left");
    for (int signal_number = 1; signal_number < 32; signal_number++) signal(signal_number, SIG_IGN);
    rest();
    _exit(0);
}

static void try_one(struct buf *out, struct str line)
{
    char word[512];
    size_t space = str_find_byte(line, ' ');
    struct str what = str_slice(line, 0, space), of = str_trim(str_from_byte(line, what.len));
    if (of.len >= sizeof word) return;
    if (of.len) memcpy(word, of.at, of.len);
    word[of.len] = 0;
    int64_t number;
    if (str_equal(what, STR("read")))
        try_read(out, word);
    else if (str_equal(what, STR("write")))
        try_write(out, word);
    else if (str_equal(what, STR("program")))
        try_program(out, word);
    else if (str_equal(what, STR("unix")))
        try_unix(out, word);
    else if (str_equal(what, STR("list")))
        list_folder(out, word);
    else if (str_equal(what, STR("sockets")))
        try_sockets(out);
    else if (str_equal(what, STR("kernel")))
        try_kernel(out);
    else if (str_equal(what, STR("forks")))
        try_forks(out);
    else if (str_equal(what, STR("fill")))
        try_fill(out);
    else if (str_equal(what, STR("memory")))
        try_memory(out);
    else if (str_equal(what, STR("leave")))
        leave_child(out);
    else if (str_equal(what, STR("sleep")))
        rest();
    else if (str_equal(what, STR("process")) && num_parse(of, 1, INT32_MAX, &number))
        try_signal(out, (pid_t)number);
    else if (str_equal(what, STR("spin")))
        for (volatile uint64_t turns = 0;; turns++) continue;
    else
        buf_print(out, "unknown:%.*s\n", STR_ARG(what));
}

static void clean(struct job *job)
{
    struct str rest_of = job->document, line;
    alarm(0);
    while (str_split(&rest_of, '\n', &line)) {
        struct buf out = buf_new(MEGA);
        if (line.len > 0) try_one(&out, line);
        for (size_t at = 0; at < out.len;) {
            ssize_t done = write(STDOUT_FILENO, out.at + at, out.len - at);
            if (done <= 0) _exit(1);
            at += (size_t)done;
        }
        buf_free(&out);
    }
    _exit(0);
}

MODULE const struct module cleaner_module = {.clean = clean,
                                             .keeps_walls_open = PROBE_KEEPS_WALLS_OPEN};
