/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * DOCX documents: stripped here, made a PDF by LibreOffice inside this sandbox, then read as any
 * PDF. LibreOffice is gone, and so are the system calls it needs, before the PDF is looked at.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/limits.h"
#include "sanitise/kind.h"
#include "sys/confine.h"
#include "sys/file.h"
#include "worker/cleaner/document_pdf.h"
#include "worker/cleaner/module.h"
#include "worker/cleaner/office_docx.h"

#define OFFICE "/usr/lib/libreoffice/program/soffice.bin"
#define VERSION "/usr/lib/libreoffice/program/versionrc"
#define PROFILE "/tmp/profile"
#define USER PROFILE "/user"
#define SETTINGS USER "/registrymodifications.xcu"
#define EXTENSIONS USER "/extensions"
#define BUILD_ID EXTENSIONS "/buildid"
#define IN "/tmp/letter.docx"
#define OUT "/tmp/letter.pdf"

enum {
    ARENA_BYTES = 512 * 1024 * 1024,
    PDF_BYTES_MAX = 128 * 1024 * 1024,
    STATUS_AGAIN = 81, /* LibreOffice has made its profile and wants to be started again */
    STARTS_MAX = 3,
    EXIT_NO_OFFICE = 114,
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

_Noreturn static void become_office(void)
{
    static char *const words[] = {OFFICE,
                                  "--headless",
                                  "--norestore",
                                  "--nolockcheck",
                                  "--nodefault",
                                  "--nofirststartwizard",
                                  "-env:UserInstallation=file:///tmp/profile",
                                  "--convert-to",
                                  "pdf:writer_pdf_Export",
                                  "--outdir",
                                  "/tmp",
                                  IN,
                                  NULL};
    static char *const environment[] = {"HOME=/tmp", "LC_ALL=C.UTF-8", "TZ=UTC",
                                        "SAL_USE_VCLPLUGIN=svp", NULL};
    /* Standard output is the answer: LibreOffice must not write there. */
    if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0) _exit(EXIT_NO_OFFICE);
    execve(OFFICE, words, environment);
    _exit(EXIT_NO_OFFICE);
}

static int run_office(void)
{
    pid_t office = fork();
    if (office == 0) become_office();
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

static void make_pdf(struct job *job, struct str docx)
{
    if (mkdir(PROFILE, 0700) || mkdir(USER, 0700) ||
        file_write(SETTINGS, str_from(settings), 0600) != OK || file_write(IN, docx, 0600) != OK)
        _exit(EXIT_NO_OFFICE);
    put_build_id();
    alarm(0); /* the limit of the whole document holds */
    int status = STATUS_AGAIN;
    for (int i = 0; i < STARTS_MAX && status == STATUS_AGAIN; i++) status = run_office();
    end_others();
    if (status == EXIT_NO_OFFICE) _exit(EXIT_NO_OFFICE);
    if (status != 0 || !file_exists(OUT)) job_refuse(job, REFUSAL_MALFORMED);
}

static void clean(struct job *job)
{
    if (kind_of(job->document) != KIND_DOCX) job_refuse(job, REFUSAL_TYPE);
    struct arena *arena = arena_new(ARENA_BYTES);
    struct zip zip;
    enum err code = zip_read(job->document, arena, &zip);
    if (code != OK) job_refuse(job, code == ERR_TOO_BIG ? REFUSAL_TOO_BIG : REFUSAL_MALFORMED);
    struct docx docx;
    docx_strip(&zip, arena, &docx);
    struct buf plain = buf_new(ZIP_BYTES_MAX + LIMIT_DOCUMENT_BYTES);
    zip_write(&zip, &plain);
    if (buf_done(&plain) != OK || buf_done(&docx.hidden) != OK) job_refuse(job, REFUSAL_TOO_BIG);
    make_pdf(job, buf_str(&plain));
    buf_free(&plain);

    struct buf pdf = buf_new(PDF_BYTES_MAX);
    if (file_read(OUT, &pdf) != OK) job_refuse(job, REFUSAL_TOO_BIG);
    if (confine_calls(CONFINE_CLEANER, false) != OK) _exit(EXIT_NO_OFFICE);
    document_pdf(job, buf_str(&pdf), docx.has);
    if (docx.hidden.len > 0) {
        answer_hidden(job->answer, 0, buf_str(&docx.hidden));
        answer_warning(job->answer, 0, WARNING_HIDDEN_TEXT, 0);
    }
}

MODULE const struct module cleaner_module = {.clean = clean, .keeps_walls_open = 1};
