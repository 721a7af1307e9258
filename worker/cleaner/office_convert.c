/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_convert.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "sys/file.h"

#define OFFICE "/usr/lib/libreoffice/program/soffice.bin"
#define VERSION "/usr/lib/libreoffice/program/versionrc"
#define PROFILE "/tmp/profile"
#define USER PROFILE "/user"
#define SETTINGS USER "/registrymodifications.xcu"
#define EXTENSIONS USER "/extensions"
#define BUILD_ID EXTENSIONS "/buildid"

enum {
    ARENA_BYTES = 64 * 1024,
    STATUS_AGAIN = 81, /* LibreOffice has made its profile and wants to be started again */
    STARTS_MAX = 3,
    EXIT_NO_OFFICE = 114,
};

/* Paths and filters of one call. */
struct conversion {
    char *in, *out, *reader, *writer;
};

/* No macros, no links followed, no recovery, no locks. */
static const char settings[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\""
    " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\""
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\"><prop"
    " oor:name=\"DisableMacrosExecution\" oor:op=\"fuse\"><value>true</value></prop></item>\n"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\"><prop"
    " oor:name=\"MacroSecurityLevel\" oor:op=\"fuse\"><value>3</value></prop></item>\n"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\"><prop"
    " oor:name=\"BlockUntrustedRefererLinks\" oor:op=\"fuse\"><value>true</value></prop></item>\n"
    "<item oor:path=\"/org.openoffice.Office.Writer/Content/Update\"><prop oor:name=\"Link\""
    " oor:op=\"fuse\"><value>2</value></prop></item>\n"
    "<item oor:path=\"/org.openoffice.Office.Common/Misc\"><prop oor:name=\"UseLocking\""
    " oor:op=\"fuse\"><value>false</value></prop></item>\n"
    "</oor:items>\n";

_Noreturn static void become_office(const struct conversion *conversion)
{
    char *words[] = {OFFICE,
                     "--headless",
                     "--norestore",
                     "--nolockcheck",
                     "--nodefault",
                     "--nofirststartwizard",
                     "-env:UserInstallation=file:///tmp/profile",
                     "--convert-to",
                     conversion->writer,
                     "--outdir",
                     "/tmp",
                     conversion->in,
                     conversion->reader,
                     NULL};
    /* It asks for 64 MiB again and again, and writes all of it: see settle_heap in main.c. */
    static char *const environment[] = {
        "HOME=/tmp",
        "LC_ALL=C.UTF-8",
        "TZ=UTC",
        "SAL_USE_VCLPLUGIN=svp",
        "GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=134217728:"
        "glibc.malloc.trim_threshold=1073741824:glibc.malloc.top_pad=67108864",
        NULL,
    };
    /* Standard output is the answer: LibreOffice must not write there. */
    if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0) _exit(EXIT_NO_OFFICE);
    execve(OFFICE, words, environment);
    _exit(EXIT_NO_OFFICE);
}

static int run_office(const struct conversion *conversion)
{
    pid_t office = fork();
    if (office == 0) become_office(conversion);
    int status = 0;
    while (office > 0 && waitpid(office, &status, 0) < 0 && errno == EINTR) {
    }
    return office > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Whatever it left behind. */
static void end_others(void)
{
    kill(-1, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
}

/*
 * LibreOffice that finds its own build's number in the profile takes its extensions as known. If
 * not it searches for them, ends with STATUS_AGAIN and does its work in a second start.
 */
static void put_build_id(void)
{
    BUF(version, 64 * 1024);
    if (file_read(VERSION, &version) != OK) return;
    struct str rest = buf_str(&version), line;
    while (str_split(&rest, '\n', &line)) {
        if (!str_starts(line, STR("buildid="))) continue;
        if (mkdir(EXTENSIONS, 0700) ||
            file_write(BUILD_ID, str_trim(str_from_byte(line, 8)), 0600) != OK)
            _exit(EXIT_NO_OFFICE);
    }
}

/* Once; a second call finds it warm. */
static void make_profile(void)
{
    if (file_exists(SETTINGS)) return;
    if (mkdir(PROFILE, 0700) || mkdir(USER, 0700) ||
        file_write(SETTINGS, str_from(settings), 0600) != OK)
        _exit(EXIT_NO_OFFICE);
    put_build_id();
}

static char *words(struct arena *arena, const char *first, const char *second)
{
    return (char *)(uintptr_t)arena_print(arena, "%s%s", first, second).at;
}

void office_convert(struct job *job, struct str document, const char *from, const char *reader,
                    const char *to, const char *writer, struct buf *ret_file)
{
    ARENA(arena, ARENA_BYTES);
    struct conversion conversion = {
        .in = words(arena, "/tmp/letter.", from),
        .out = words(arena, "/tmp/letter.", to),
        .reader = reader ? words(arena, "--infilter=", reader) : NULL,
        .writer = words(arena, arena_print(arena, "%s:", to).at, writer),
    };
    make_profile();
    if (file_write(conversion.in, document, 0600) != OK) _exit(EXIT_NO_OFFICE);
    alarm(0); /* the limit of the whole document holds */
    int status = STATUS_AGAIN;
    for (int i = 0; i < STARTS_MAX && status == STATUS_AGAIN; i++) status = run_office(&conversion);
    end_others();
    if (status == EXIT_NO_OFFICE || unlink(conversion.in)) _exit(EXIT_NO_OFFICE);
    if (status != 0 || !file_exists(conversion.out)) job_refuse(job, REFUSAL_MALFORMED);
    if (file_read(conversion.out, ret_file) != OK) job_refuse(job, REFUSAL_TOO_BIG);
    if (unlink(conversion.out)) _exit(EXIT_NO_OFFICE);
}
