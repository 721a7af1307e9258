/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/gnupg.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "sys/fault.h"

/* Every line has its reason in docs or here: what gpg would do without it, and must not. */
static const char gpg_conf[] =
    "# Written by letterboxctl.\n"
    "batch\n"
    "no-greeting\n"
    "no-tty\n"
    /* With it, two processes that share a home wait for each other. */
    "no-random-seed-file\n"
    /* A confined process cannot start the agent: it is there, or there is none. */
    "no-autostart\n"
    /* Keys are pinned by fingerprint in our own records. */
    "trust-model always\n"
    "no-auto-check-trustdb\n"
    "no-auto-key-locate\n"
    "no-auto-key-import\n"
    "no-auto-key-retrieve\n"
    "disable-dirmngr\n"
    "import-options import-minimal,no-repair-pks-subkey-bug\n"
    /* Compressed size tells of the content, and attackers' archives unpack to anything. */
    "compress-level 0\n"
    "no-emit-version\n"
    "no-comments\n"
    "personal-cipher-preferences AES256 AES192 AES\n"
    "personal-digest-preferences SHA512 SHA384 SHA256\n"
    "cert-digest-algo SHA512\n";

static const char agent_conf[] = "# Written by letterboxctl.\n"
                                 "disable-scdaemon\n"
                                 "no-allow-external-cache\n"
                                 "batch\n"
                                 "quiet\n";

static void end_descriptor(int *descriptor)
{
    if (*descriptor >= 0) close(*descriptor);
}

static enum err write_file(const char *home, const char *name, const char *text)
{
    BUF(path, 4096);
    buf_print(&path, "%s/%s", home, name);
    TRY(buf_done(&path));
    __attribute__((cleanup(end_descriptor))) int file =
        open(path.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t length = strlen(text);
    if (file < 0 || FAULT_FAILS(gnupg_write) || write(file, text, length) != (ssize_t)length)
        return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
    return OK;
}

enum err gnupg_home_make(const char *home)
{
    struct stat status;
    if (home[0] != '/') return ERR_BAD_INPUT;
    if (mkdir(home, 0700) != 0 && errno != EEXIST) return ERR_IO;
    if (lstat(home, &status) != 0 || !S_ISDIR(status.st_mode)) return ERR_IO;
    if (chmod(home, 0700) != 0) return ERR_IO;
    TRY(write_file(home, "gpg.conf", gpg_conf));
    return write_file(home, "gpg-agent.conf", agent_conf);
}

/* Runs a program of GnuPG to its end, with nothing of ours but PATH and the locale. */
static enum err run(char *const arguments[], int *ret_status)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) return ERR_MEMORY;
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", locale[] = "LC_ALL=C";
    char *environment[] = {path, locale, NULL};
    pid_t child = 0;
    bool ready = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
                 posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0 &&
                 posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0;
    bool started = ready && !FAULT_FAILS(gnupg_spawn) &&
                   posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environment) == 0;
    posix_spawn_file_actions_destroy(&actions);
    if (!started) return ERR_PGP;
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return ERR_PGP;
    *ret_status = status;
    return OK;
}

static enum err run_for(const char *home, const char *program, const char *option,
                        const char *value)
{
    char *arguments[] = {strdupa(program), strdupa("--homedir"),          strdupa(home),
                         strdupa(option),  value ? strdupa(value) : NULL, NULL};
    int status = 0;
    TRY(run(arguments, &status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OK : ERR_PGP;
}

enum err gnupg_agent_start(const char *home)
{
    /* Without a command gpg-agent only says whether one runs that answers. */
    if (run_for(home, "gpg-agent", "--quiet", NULL) == OK) return OK;
    return run_for(home, "gpg-agent", "--daemon", NULL);
}

enum err gnupg_agent_stop(const char *home)
{
    return run_for(home, "gpgconf", "--kill", "gpg-agent");
}
