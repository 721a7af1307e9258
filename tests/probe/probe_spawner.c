/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * probe_spawner MODULE KIND [name=value …] < what to try
 *
 * Opens a spawner with the probe in the place of the modules, starts one sandbox and prints what it
 * answers, then "end started=… out_of_time=… status=… wall_ms=…". Values: wall_ms, memory,
 * tmp, processes, cpu. With `hold` it prints "ready" on standard error and stays until it is
 * killed. MODULE "-" takes the real modules; `probe` asks cleaner_probe and prints its error's
 * name. In the environment: PROBE_FOLDER, where the programs are; PROBE_ABSTRACT, an abstract
 * socket that the probe listens at outside the sandbox (Node pads the names of its own).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/num.h"
#include "sanitise/cleaner.h"
#include "sys/file.h"
#include "sys/spawner.h"
#include "tests/probe/tries.h"

static void set(struct sandbox_limits *limits, const char *word)
{
    const char *equals = strchr(word, '=');
    int64_t value;
    if (!equals || !num_parse(str_from(equals + 1), 0, INT64_MAX, &value)) exit(2);
    if (!strncmp(word, "wall_ms=", 8))
        limits->wall_ms = (uint32_t)value;
    else if (!strncmp(word, "memory=", 7))
        limits->memory_bytes = (uint64_t)value;
    else if (!strncmp(word, "tmp=", 4))
        limits->tmp_bytes = (uint64_t)value;
    else if (!strncmp(word, "processes=", 10))
        limits->processes = (uint32_t)value;
    else if (!strncmp(word, "cpu=", 4))
        limits->cpu_seconds = (uint32_t)value;
    else
        exit(2);
}

static enum sandbox_kind kind_named(const char *name)
{
    return !strcmp(name, "office") ? SANDBOX_OFFICE
           : !strcmp(name, "mail") ? SANDBOX_MAIL
                                   : SANDBOX_IMAGE;
}

static int fail(const char *what, enum err code)
{
    printf("%s %s\n", what, err_info(code)->name);
    return 1;
}

/* Listens, and has been connected to from here, so that a refusal inside means something. */
static bool listen_abstract(const char *name)
{
    struct sockaddr_un address;
    socklen_t len = unix_address(name, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return len && bind(fd, (struct sockaddr *)&address, len) == 0 && listen(fd, 8) == 0 &&
           connect(other, (struct sockaddr *)&address, len) == 0;
}

int main(int count, char **words)
{
    if (count < 3) return 2;
    struct spawner *spawner;
    struct spawner_settings settings = {.module = strcmp(words[1], "-") ? words[1] : NULL,
                                        .folder = getenv("PROBE_FOLDER")};
    enum err code = spawner_open(&settings, &spawner);
    if (code != OK) return fail("spawner", code);
    const char *abstract = getenv("PROBE_ABSTRACT");
    if (abstract && !listen_abstract(abstract)) return fail("abstract", ERR_IO);
    if (!strcmp(words[2], "probe")) return fail("probe", cleaner_probe(spawner));

    struct sandbox_limits limits = sandbox_limits(kind_named(words[2]));
    bool holds = false;
    for (int i = 3; i < count; i++) {
        if (!strcmp(words[i], "hold"))
            holds = true;
        else
            set(&limits, words[i]);
    }
    BUF(tries, 1024 * 1024);
    int document;
    if (file_read_fd(STDIN_FILENO, &tries) != OK ||
        file_memory("tries", buf_str(&tries), &document) != OK)
        return 2;
    struct sandbox sandbox;
    code = sandbox_open(spawner, kind_named(words[2]), &limits, document, &sandbox);
    if (code != OK) return fail("sandbox", code);
    if (holds) {
        char byte[64];
        if (read(sandbox.answer, byte, sizeof byte) < 0) return 1;
        fprintf(stderr, "ready\n");
        for (;;) pause();
    }
    char bytes[4096];
    for (ssize_t got; (got = read(sandbox.answer, bytes, sizeof bytes)) > 0;)
        fwrite(bytes, 1, (size_t)got, stdout);
    struct sandbox_end end;
    code = sandbox_wait(&sandbox, &end);
    if (code != OK) return fail("wait", code);
    printf("\nend started=%d out_of_time=%d status=%d wall_ms=%u\n", end.started, end.out_of_time,
           end.status, end.wall_ms);
    sandbox_close(&sandbox);
    spawner_close(&spawner);
    return 0;
}
