/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/site.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypt/secret.h"
#include "ops/letterboxctl/command.h"
#include "store/agency.h"
#include "sys/file.h"

static const struct db_gate no_gate = {.kind = DB_GATE_NONE};

/* ---- words ---- */

bool site_option(int count, char **words, int *at, const char *name, const char **ret_value)
{
    if (strcmp(words[*at], name) != 0 || *at + 1 >= count) return false;
    *ret_value = words[++*at];
    return true;
}

bool site_place_option(int count, char **words, int *at, struct site_place *place)
{
    return site_option(count, words, at, "--conf", &place->conf) ||
           site_option(count, words, at, "--run", &place->run);
}

/* The path of the configuration file, in the arena. */
static const char *conf_path(const struct site_place *place, struct arena *arena)
{
    const char *run = place->run ? place->run : getenv("RUN_DIR");
    const char *named = getenv("LETTERBOX_CONF");
    if (place->conf) return place->conf;
    if (place->run || (run && *run))
        return arena_c(arena, arena_print(arena, "%s/letterbox.conf", run));
    return named && *named ? named : "/etc/letterbox/letterbox.conf";
}

bool site_is_there(const struct site_place *place, struct arena *arena)
{
    return file_exists(conf_path(place, arena));
}

int site_fail(const struct site *site, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "letterboxctl %s: ", site->command);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return COMMAND_FAILED;
}

void site_last_words(const char *path, struct buf *text)
{
    enum { END_BYTES = SITE_LAST_WORDS_BYTES - 4 };
    char end[END_BYTES];
    FD(fd, open(path, O_RDONLY | O_CLOEXEC));
    if (fd < 0) return;
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t count =
        size < 0 ? -1 : pread(fd, end, sizeof end, size > END_BYTES ? size - END_BYTES : 0);
    struct str all = str_trim((struct str){end, count > 0 ? (size_t)count : 0});
    struct str rest = all, line = STR("");
    while (str_split(&rest, '\n', &line)) {
    }
    if (size > END_BYTES && line.len == all.len) {
        buf_add(text, STR("…"));
        while (line.len && ((unsigned char)line.at[0] & 0xc0) == 0x80)
            line = str_from_byte(line, 1);
    }
    buf_add(text, line);
}

int site_failed(const struct site *site, const char *doing, enum err code)
{
    const struct err_info *info = err_info(code);
    bool is_database = code == ERR_DB || code == ERR_DB_REFUSED || code == ERR_CONFLICT;
    return site_fail(site, "%s: %s %s%s%s", doing, info->message, info->cure,
                     is_database ? " PostgreSQL: " : "", is_database ? store_refusal() : "");
}

int site_open(const char *command, const struct site_place *place, struct arena *arena,
              struct site *ret_site)
{
    *ret_site = (struct site){.command = command, .arena = arena};
    ret_site->conf_path = conf_path(place, arena);
    BUF(text, CONF_FILE_BYTES);
    BUF(problem, 8192);
    if (file_read(ret_site->conf_path, &text) != OK)
        return site_fail(ret_site,
                         "%s cannot be read. Name the configuration with --conf FILE, or the run "
                         "folder with --run DIR; letterboxctl init makes both.",
                         ret_site->conf_path);
    if (conf_read(buf_str(&text), str_from(ret_site->conf_path), arena, &problem,
                  &ret_site->conf) != OK)
        return site_fail(ret_site, "%s", problem.len ? problem.at : ret_site->conf_path);
    if (crypt_init() != OK) return site_failed(ret_site, "libsodium, OpenSSL", ERR_CRYPTO);
    return COMMAND_DONE;
}

/* ---- database ---- */

int site_connect(const struct site *site, const char *role, struct db_pool **ret_pool)
{
    struct str conninfo =
        arena_print(site->arena, "%.*s user=%s", STR_ARG(site->conf.database_connection), role);
    struct db_pool *pool = NULL;
    enum err code =
        store_db_open(conninfo, 1, (int)site->conf.database_statement_seconds * 1000, &pool);
    struct store_rows rows;
    if (code == OK)
        code = store_db_one(pool, &no_gate, QUERY_migration_table, NO_PARAMS, site->arena, &rows);
    if (code == OK) {
        *ret_pool = pool;
        return COMMAND_DONE;
    }
    store_db_close(&pool);
    return site_fail(site,
                     "PostgreSQL does not let this user in as %s (%.*s). Does it run, and does "
                     "pg_hba.conf let you take that role?",
                     role, STR_ARG(site->conf.database_connection));
}

static enum err read_keys(struct db_pool *pool, struct arena *arena, struct site_agency *agency)
{
    struct store_rows rows;
    TRY(store_db_one(pool, &no_gate, QUERY_agency_keys, PARAMS(P_INT(agency->id)), arena, &rows));
    enum err code =
        store_agency_publics(&rows, agency->press.bytes, agency->desk.bytes, agency->post.bytes);
    agency->has_keys = code == OK;
    if (code == ERR_NO_KEY) return OK;
    TRY(code);
    return seal_key_id(&agency->desk, &agency->desk_key);
}

enum err site_agencies(struct db_pool *pool, struct arena *arena,
                       struct site_agencies *ret_agencies)
{
    struct store_rows rows;
    TRY(store_db_one(pool, &no_gate, QUERY_agency_list, NO_PARAMS, arena, &rows));
    if (rows.count > SITE_AGENCIES) return ERR_TOO_BIG;
    struct site_agencies agencies = {ARENA_MANY(arena, rows.count + 1, struct site_agency),
                                     rows.count};
    for (size_t i = 0; i < rows.count; i++) {
        agencies.at[i] = (struct site_agency){
            .id = rows_int(&rows, i, "agency_id"),
            .slug = rows_str(&rows, i, "slug"),
            .neutral_name = rows_str(&rows, i, "neutral_name"),
            .help_email = rows_str(&rows, i, "help_email"),
            .is_demo = rows_bool(&rows, i, "demo"),
            .is_active = str_equal(rows_str(&rows, i, "state"), STR("active")),
        };
        TRY(read_keys(pool, arena, &agencies.at[i]));
    }
    *ret_agencies = agencies;
    return OK;
}

const struct site_agency *site_agency_find(const struct site_agencies *agencies, struct str slug)
{
    for (size_t i = 0; i < agencies->count; i++)
        if (str_equal(agencies->at[i].slug, slug)) return &agencies->at[i];
    return NULL;
}

/* ---- keys ---- */

int site_keys(const struct site *site, const char *folder, struct keys **ret_keys)
{
    struct stat status;
    BUF(problem, 4096);
    if (stat(folder, &status) != 0)
        return site_fail(site, "The key folder %s is not there. letterboxctl init makes it.",
                         folder);
    bool is_other = geteuid() == 0 && status.st_uid != 0;
    if (is_other && (setegid(status.st_gid) != 0 || seteuid(status.st_uid) != 0))
        return site_fail(site, "The owner of %s cannot be taken on.", folder);
    enum err code = keys_open(folder, &problem, ret_keys);
    if (is_other) ASSERT(seteuid(0) == 0 && setegid(0) == 0);
    if (code == OK) return COMMAND_DONE;
    return problem.len ? site_fail(site, "%s: %s", folder, problem.at)
                       : site_failed(site, folder, code);
}
