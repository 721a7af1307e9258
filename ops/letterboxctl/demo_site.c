/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/demo_site.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/num.h"
#include "crypt/gnupg.h"
#include "crypt/pgp.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/found.h"
#include "ops/letterboxctl/sign_ins.h"
#include "ops/letterboxctl/tls.h"
#include "sys/file.h"

enum {
    RUN_PATH_MAX = 60, /* sockets stand below it, whose paths end at 107 bytes */
    RUN_MODE = 01775,
    CONF_BYTES = 64 * 1024,
    PGP_ARENA_BYTES = 4 * 1024 * 1024,
};

const struct demo_agency demo_agencies[DEMO_AGENCIES] = {
    {"fernshire", "Fernshire Council", "Fernshire Post Desk", "01632 960100"},
    {"brackendale", "Brackendale Council", "Brackendale Post Desk", "01632 960200"},
};

static const char conf_mark[] = "# Written by letterboxctl init --demo";

static int fail(const char *command, const char *path, const char *words)
{
    fprintf(stderr, "letterboxctl %s: %s: %s\n", command, path, words);
    return COMMAND_FAILED;
}

/* ---- the folder ---- */

int demo_site_folder(const char *command, const struct site_place *place,
                     const struct owners *owners, struct arena *arena, const char **ret_run)
{
    const char *run = place->run ? place->run : getenv("RUN_DIR");
    char real[PATH_MAX];
    if (!run || !*run) run = "run";
    if (mkdir(run, 0755) != 0 && errno != EEXIST) return fail(command, run, strerror(errno));
    if (!realpath(run, real)) return fail(command, run, strerror(errno));
    if (strlen(real) > RUN_PATH_MAX)
        return fail(command, real,
                    "the run folder's path is longer than 60 characters, and unix sockets stand in "
                    "it. Name a shorter one with --run or RUN_DIR.");
    /* Each process notes its port here; nobody may remove another's. */
    if (owners->has_walls && (chown(real, 0, owners->group) != 0 || chmod(real, RUN_MODE) != 0))
        return fail(command, real, strerror(errno));
    *ret_run = arena_c(arena, str_from(real));
    return COMMAND_DONE;
}

/* ---- the configuration ---- */

static const char *port_of(const char *variable, const char *otherwise)
{
    int64_t port;
    const char *value = getenv(variable);
    return value && num_parse(str_from(value), 0, 65535, &port) ? value : otherwise;
}

/* One section's lines: what is ours, then what --set says, which wins by taking its place. */
static bool is_set(const struct demo_settings *settings, const char *section, const char *key)
{
    BUF(start, 200);
    buf_print(&start, "%s.%s=", section, key);
    for (size_t i = 0; i < settings->count; i++)
        if (!strncmp(settings->at[i], start.at, start.len)) return true;
    return false;
}

struct conf_writer {
    struct buf *text;
    const struct demo_settings *settings;
    const char *section;
};

static void put_section(struct conf_writer *writer, const char *section)
{
    writer->section = section;
    buf_print(writer->text, "\n[%s]\n", section);
    size_t length = strlen(section);
    for (size_t i = 0; i < writer->settings->count; i++) {
        const char *setting = writer->settings->at[i];
        const char *equal = strchr(setting, '=');
        if (strncmp(setting, section, length) != 0 || setting[length] != '.') continue;
        buf_print(writer->text, "%.*s = %s\n", (int)(equal - setting - (ptrdiff_t)length - 1),
                  setting + length + 1, equal + 1);
    }
}

__attribute__((format(printf, 3, 4))) static void put(struct conf_writer *writer, const char *key,
                                                      const char *format, ...)
{
    char value[SITE_PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    if (!is_set(writer->settings, writer->section, key))
        buf_print(writer->text, "%s = %s\n", key, value);
}

/* The settings of sections that the demo itself says nothing of. */
static void put_others(struct buf *text, const struct demo_settings *settings)
{
    static const char *const ours[] = {"service", "database", "portal", "desk",
                                       "press",   "post",     "diary"};
    for (size_t i = 0; i < settings->count; i++) {
        struct str setting = str_from(settings->at[i]);
        struct str section = str_slice(setting, 0, str_find_byte(setting, '.'));
        size_t equal = str_find_byte(setting, '=');
        bool is_ours = false;
        for (size_t j = 0; j < sizeof ours / sizeof *ours; j++)
            is_ours = is_ours || str_equal(section, str_from(ours[j]));
        if (is_ours) continue;
        struct str key = str_slice(setting, section.len + 1, equal);
        buf_print(text, "\n[%.*s]\n%.*s = %.*s\n", STR_ARG(section), STR_ARG(key),
                  STR_ARG(str_from_byte(setting, equal + 1)));
    }
}

static void put_front(struct conf_writer *writer, const char *name, const char *port,
                      const char *run)
{
    put_section(writer, name);
    put(writer, "host_name", "%s.localhost", name);
    put(writer, "port", "%s", port);
    put(writer, "tls_certificate", "%s/tls/%s/certificate.pem", run, name);
    put(writer, "tls_key", "%s/tls/%s/key.pem", run, name);
    put(writer, "key_folder", "%s/keys/%s", run, name);
    put(writer, "spool_folder", "%s/spool/%s", run, name);
}

static void put_conf(struct buf *text, const char *run, const struct demo_settings *settings)
{
    struct conf_writer writer = {text, settings, ""};
    buf_print(text, "%s, each time. Change nothing here; use --set.\n", conf_mark);
    put_section(&writer, "service");
    put(&writer, "name", "Post Desk");
    put(&writer, "phone", "01632 960100");
    put(&writer, "hours", "Monday to Friday, 9am to 5pm");
    put(&writer, "run_folder", "%s", run);
    put_section(&writer, "database");
    put(&writer, "connection", "host=%s/postgres dbname=letterbox", run);
    put(&writer, "cluster_folder", "%s/postgres/data", run);
    put_front(&writer, "portal", port_of("PORTAL_PORT", "8443"), run);
    put_front(&writer, "desk", port_of("DESK_PORT", "8444"), run);
    put_section(&writer, "press");
    put(&writer, "key_folder", "%s/keys/press", run);
    put(&writer, "gnupg_home", "%s/gnupg", run);
    put_section(&writer, "post");
    put(&writer, "key_folder", "%s/keys/post", run);
    put_section(&writer, "diary");
    put_others(text, settings);
}

static enum err write_conf(const char *run, const struct demo_settings *settings,
                           struct arena *arena)
{
    BUF(before, CONF_BYTES);
    BUF(text, CONF_BYTES);
    const char *path = arena_c(arena, arena_print(arena, "%s/letterbox.conf", run));
    enum err code = file_read(path, &before);
    if (code == OK && !str_starts(buf_str(&before), STR("# Written by letterboxctl init --demo")))
        return ERR_CONFLICT;
    if (code != OK && code != ERR_NOT_FOUND) return code;
    put_conf(&text, run, settings);
    TRY(buf_done(&text));
    return file_write(path, buf_str(&text), 0644);
}

/* Each server has a certificate and a key of its own, in a folder of its own user. */
static enum err write_tls(const char *run, const struct owners *owners, enum owner_name name,
                          struct arena *arena)
{
    const struct owner *owner = &owners->at[name];
    const char *folder = arena_c(arena, arena_print(arena, "%s/tls/%s", run, owner_word(name)));
    const char *certificate_path = arena_c(arena, arena_print(arena, "%s/certificate.pem", folder));
    const char *key_path = arena_c(arena, arena_print(arena, "%s/key.pem", folder));
    const char *host = arena_c(arena, arena_print(arena, "%s.localhost", owner_word(name)));
    const char *const hosts[] = {host, "localhost"};
    BUF(certificate, 16 * 1024);
    BUF_SECRET(key, 16 * 1024);
    TRY(owner_folder(owner, folder, 0700));
    if (file_exists(key_path)) return OK;
    TRY(tls_make(hosts, 2, &certificate, &key));
    TRY(file_write(certificate_path, buf_str(&certificate), 0644));
    TRY(file_write(key_path, buf_str(&key), 0600));
    if (!owners->has_walls) return OK;
    bool given = chown(certificate_path, owner->uid, owner->gid) == 0 &&
                 chown(key_path, owner->uid, owner->gid) == 0;
    return given ? OK : ERR_IO;
}

int demo_site_write(const char *command, const char *run, const struct owners *owners,
                    const struct demo_settings *settings, struct arena *arena)
{
    static const char *const folders[] = {"keys", "spool", "log", "tls"};
    for (size_t i = 0; i < settings->count; i++) {
        const char *equal = strchr(settings->at[i], '='), *dot = strchr(settings->at[i], '.');
        if (!equal || !dot || dot > equal)
            return fail(command, settings->at[i], "a setting is written section.key=value");
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *path = arena_c(arena, arena_print(arena, "%s/%s", run, folders[i]));
        if (mkdir(path, 0755) != 0 && errno != EEXIST) return fail(command, path, strerror(errno));
    }
    enum err code = write_tls(run, owners, OWNER_PORTAL, arena);
    if (code == OK) code = write_tls(run, owners, OWNER_DESK, arena);
    if (code == OK) code = write_conf(run, settings, arena);
    if (code == ERR_CONFLICT)
        return fail(command, run, "letterbox.conf was not written by init --demo: this is no demo");
    return code == OK ? COMMAND_DONE : fail(command, run, err_info(code)->message);
}

/* ---- archive keys and agencies ---- */

static enum err make_archive_key(struct pgp *pgp, struct str user, struct arena *arena,
                                 struct str *ret_public)
{
    struct pgp_fingerprint fingerprint;
    BUF(key, FOUND_KEY_BYTES);
    TRY(pgp_key_make(pgp, user.at, 0, &fingerprint));
    TRY(pgp_key_export(pgp, &fingerprint, true, &key));
    *ret_public = arena_str(arena, buf_str(&key));
    return OK;
}

/* One of the two places: a GNUPGHOME of its own with a key for each agency. */
static enum err archive_place(const struct site *site, const char *name, struct str slug,
                              struct str *ret_public)
{
    struct str home = arena_print(site->arena, "%s/archive-keys-of-the-demo/%s",
                                  site->conf.service_run_folder, name);
    struct str user = arena_print(site->arena, "Archive of %.*s, demo key %s <%s@archive.example>",
                                  STR_ARG(slug), name, name);
    ARENA(arena, PGP_ARENA_BYTES);
    struct pgp *pgp;
    TRY(gnupg_home_make(home.at));
    TRY(gnupg_agent_start(home.at));
    enum err code = pgp_init();
    if (code == OK) code = pgp_open(arena, home.at, &pgp);
    if (code == OK) code = make_archive_key(pgp, user, site->arena, ret_public);
    arena_free(&arena);
    if (gnupg_agent_stop(home.at) != OK && code == OK) code = ERR_PGP;
    return code;
}

static int make_archive_keys(const struct site *site, struct found_agency *agency)
{
    static const char *const places[] = {"one", "two"};
    struct str folder =
        arena_print(site->arena, "%s/archive-keys-of-the-demo", site->conf.service_run_folder);
    if (mkdir(folder.at, 0700) != 0 && errno != EEXIST)
        return site_failed(site, folder.at, file_error(errno));
    for (size_t i = 0; i < 2; i++) {
        enum err code = archive_place(site, places[i], agency->slug, &agency->archive[i]);
        if (code != OK) return site_failed(site, "archive keys of the demo", code);
    }
    agency->archive_count = 2;
    return COMMAND_DONE;
}

static enum err note_administrator(const struct site *site, const struct found_agency *agency)
{
    const struct enrol_who *who = &agency->administrator;
    struct sign_ins rows;
    BUF_SECRET(spaced, 100);
    BUF_SECRET(totp, 100);
    TRY(sign_ins_read(site, &rows));
    if (rows.count == SIGN_INS_MAX) return ERR_TOO_BIG;
    TRY(totp_secret_text((struct str){(const char *)who->totp, sizeof who->totp}, &spaced));
    for (size_t i = 0; i < spaced.len; i++)
        if (spaced.at[i] != ' ') buf_add_byte(&totp, spaced.at[i]);
    rows.at[rows.count++] = (struct sign_ins_row){STR("administrator"), agency->slug, who->email,
                                                  who->password, buf_str(&totp)};
    return sign_ins_write(site, &rows);
}

int demo_site_agency(const struct site *site, const struct owners *owners,
                     const struct demo_agency *demo)
{
    struct arena *arena = site->arena;
    struct found_agency agency = {
        .slug = str_from(demo->slug),
        .name = str_from(demo->name),
        .neutral_name = str_from(demo->neutral_name),
        .help_phone = str_from(demo->phone),
        .mail_user = arena_print(arena, "%s <post@%s.example>", demo->neutral_name, demo->slug),
        .is_demo = true,
        .recovery_folder = site->conf.service_run_folder,
        .administrator = {.name = STR("Alex Morgan"),
                          .role = STR("administrator"),
                          .email = arena_print(arena, "admin@%s.example", demo->slug),
                          .password = sign_ins_password(arena)},
    };
    totp_make(agency.administrator.totp);
    int status = make_archive_keys(site, &agency);
    if (!status) status = found_agency(site, owners, &agency);
    if (status) return status;
    enum err code = note_administrator(site, &agency);
    return code == OK ? COMMAND_DONE : site_failed(site, sign_ins_path(site), code);
}
