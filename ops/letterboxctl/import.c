/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl import FILE.csv */
#include "ops/letterboxctl/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/csv.h"
#include "core/json.h"
#include "core/num.h"
#include "ops/letterboxctl/command.h"
#include "sys/clock.h"
#include "sys/file.h"

static const char help[] =
    "usage: letterboxctl import FILE.csv [--dry-run [--offline]] [--json] [--map FILE.ini]\n"
    "                           [--skip-rejected] [--sign-in-fd N] [--conf FILE | --run DIR]\n"
    "\n"
    "Reads a spreadsheet of arrangements, saved as CSV, into the register: one row for each\n"
    "arrangement and relative. docs/import.md tells about the columns, docs/import-template.csv "
    "is\n"
    "one to fill in. It signs in a coordinator or manager (e-mail, password, code), says line by\n"
    "line what is wrong and how to put it right, and writes everything or nothing. The same file\n"
    "again changes only what was changed in it; an empty cell changes nothing.\n"
    "\n"
    "  --dry-run          say what would be done, and write nothing\n"
    "  --offline          look at the file alone, without database and sign-in\n"
    "  --json             print the report as JSON\n"
    "  --map FILE.ini     the file's own headings: [columns], then column = heading\n"
    "  --skip-rejected    leave out the rows that are rejected, and write the others\n"
    "  --sign-in-fd N     read your e-mail address, password and code, a line each, from this\n"
    "                     descriptor and not from the terminal\n"
    "  --conf FILE | --run DIR\n"
    "\n"
    "Exit status: 0 done, 1 failed (nothing was written), 2 usage. A dry run that could read the\n"
    "rows is done, whatever it found in them.\n";

struct work {
    struct site site;
    struct site_place place;
    const char *file, *map_file;
    int fd;
    bool is_dry, is_offline, as_json, skips;
};

/* ---- the file ---- */

static int read_whole(const struct work *work, const char *path, struct buf *text)
{
    enum err code = file_read(path, text);
    if (code == ERR_TOO_BIG)
        return site_fail(&work->site, "%s is larger than %zu MiB. Split it into parts.", path,
                         text->max >> 20);
    if (code != OK)
        return site_fail(&work->site, "%s cannot be read. Check the name and your rights to it.",
                         path);
    return COMMAND_DONE;
}

static int read_map(const struct work *work, struct sheet_map *ret_map)
{
    BUF(text, SHEET_MAP_BYTES);
    BUF(problem, 4096);
    sheet_map_plain(ret_map);
    if (!work->map_file) return COMMAND_DONE;
    int status = read_whole(work, work->map_file, &text);
    if (status) return status;
    if (sheet_map_read(buf_str(&text), work->site.arena, &problem, ret_map) == OK)
        return COMMAND_DONE;
    return site_fail(&work->site, "%s: %s", work->map_file,
                     problem.len ? problem.at : "this is no mapping file");
}

static int read_file(const struct work *work, struct import *import)
{
    struct sheet_map map;
    BUF_SECRET(text, CSV_FILE_BYTES);
    int status = read_map(work, &map);
    if (!status) status = read_whole(work, work->file, &text);
    if (status) return status;
    enum err code = import_read(import, arena_str(import->arena, buf_str(&text)), &map);
    if (code == OK) return COMMAND_DONE;
    if (code == ERR_BAD_UTF8)
        return site_fail(&work->site,
                         "%s is not a CSV file in UTF-8 or windows-1252. Open it in the "
                         "spreadsheet program and save it as CSV UTF-8.",
                         work->file);
    return site_failed(&work->site, work->file, code);
}

/* ---- rows to things ---- */

/* Until no further row is rejected: without it others may be right, or lack something. */
static enum err sort_out(struct import *import)
{
    size_t read_warnings = import->warnings.count, before;
    import->is_joining = true;
    do {
        before = import->rejected.count;
        import->warnings.count = read_warnings;
        import_join(import);
        import_fill(import);
        import_sides(import);
        if (arena_over(import->arena)) return ERR_TOO_BIG;
    } while (import->rejected.count != before);
    import_change(import);
    return OK;
}

static bool may_write(const struct work *work, const struct import *import)
{
    return !import->is_unusable && !work->is_dry && (import->rejected.count == 0 || work->skips);
}

/* The report, and after it why nothing was written. */
static int finish(const struct work *work, struct import *import)
{
    import_progress_end(import);
    if (work->as_json)
        import_report_json(import, stdout);
    else
        import_report_words(import, work->is_dry, stdout);
    fflush(stdout);
    if (import->is_unusable)
        return site_fail(&work->site, "No row of %s could be read. Nothing was written.",
                         work->file);
    if (work->is_dry || may_write(work, import)) return COMMAND_DONE;
    return site_fail(&work->site,
                     "Nothing was written, because rows were rejected. Correct them, or leave them "
                     "out with --skip-rejected.");
}

static void end_index(void *index)
{
    json_decref(index);
}

static int offline(const struct work *work, struct import *import)
{
    int status = read_file(work, import);
    if (status) return status;
    enum err code = sort_out(import);
    if (code != OK) return site_failed(&work->site, work->file, code);
    return finish(work, import);
}

/* ---- with the register ---- */

struct online {
    const struct work *work;
    struct import *import;
    struct signed_in who;
};

static int online(void *context)
{
    struct online *online = context;
    const struct work *work = online->work;
    struct import *import = online->import;
    const struct sign_in *session = &online->who.session;
    if (!str_equal(session->role, STR("coordinator")) && !str_equal(session->role, STR("manager")))
        return site_fail(&work->site, "Only a coordinator or manager imports arrangements.");
    if (!sign_in_desk_secret(session)) return sign_in_lacks_key(&work->site);
    import->may_lift = str_equal(session->role, STR("manager"));
    int status = read_file(work, import);
    if (status) return status;
    enum err code = import_load(import, session);
    if (code == OK) code = sort_out(import);
    if (code != OK) return site_failed(&work->site, "reading the register", code);
    if (may_write(work, import)) code = import_write(import, session, online->who.keys);
    if (code == OK) return finish(work, import);
    import_progress_end(import);
    return site_failed(&work->site, "nothing was written", code);
}

static int run(struct work *work)
{
    struct arena *arena = arena_new_secret(IMPORT_BYTES);
    struct import import = {.arena = arena,
                            .today = clock_day(clock_now()),
                            .index = json_object(),
                            .shows_progress = isatty(STDERR_FILENO) == 1};
    int status = COMMAND_DONE;
    arena_on_end(arena, end_index, import.index);
    if (work->is_offline)
        work->site = (struct site){.command = "import", .arena = arena};
    else
        status = site_open("import", &work->place, arena, &work->site);
    import.site = &work->site;
    struct online signing = {work, &import, {.keys = NULL}};
    if (!status)
        status = work->is_offline
                     ? offline(work, &import)
                     : sign_in_act(&work->site, work->fd, &signing.who, online, &signing);
    arena_free(&arena);
    return status;
}

/* ---- the command ---- */

static bool take_flag(struct work *work, const char *word)
{
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"--dry-run", &work->is_dry},
                 {"--offline", &work->is_offline},
                 {"--json", &work->as_json},
                 {"--skip-rejected", &work->skips}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(word, flags[i].name)) return *flags[i].flag = true;
    return false;
}

int command_import(int count, char **words)
{
    struct work work = {.fd = -1};
    const char *fd_text = NULL;
    int64_t fd = -1;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++) {
        if (site_place_option(count, words, &i, &work.place) ||
            site_option(count, words, &i, "--map", &work.map_file) ||
            site_option(count, words, &i, "--sign-in-fd", &fd_text) || take_flag(&work, words[i]))
            continue;
        if (work.file || words[i][0] == '-')
            return command_usage("import", "\"%s\" is not understood", words[i]);
        work.file = words[i];
    }
    if (!work.file) return command_usage("import", "which file?");
    if (work.is_offline && !work.is_dry)
        return command_usage("import", "--offline goes with --dry-run: it writes nothing");
    if (fd_text && !num_parse(str_from(fd_text), 0, 1023, &fd))
        return command_usage("import", "--sign-in-fd takes the number of an open descriptor");
    work.fd = (int)fd;
    clock_zone("Europe/London");
    return run(&work);
}
