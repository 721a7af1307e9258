/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl init */
#include <ctype.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/num.h"
#include "mail/addr.h"
#include "ops/letterboxctl/cluster.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/demo_site.h"
#include "ops/letterboxctl/found.h"
#include "ops/letterboxctl/migrate.h"
#include "ops/letterboxctl/sign_in.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ARENA_BYTES = 32 * 1024 * 1024, PASSWORD_LEAST = 10 };

static const char help[] =
    "usage: letterboxctl init --agency SLUG --name NAME --neutral-name NAME\n"
    "                         --archive-key FILE --archive-key FILE\n"
    "                         --admin-name NAME --admin-email E-MAIL\n"
    "                         [--recovery DIR] [--sign-in-fd N] [--conf FILE | --run DIR]\n"
    "       letterboxctl init --demo [--run DIR] [--set SECTION.KEY=VALUE …]\n"
    "\n"
    "Makes an agency: roles and tables in the database, every key in the folder of the process "
    "that\n"
    "holds it, the mail key, and the first administrator, whose password and authenticator app "
    "are\n"
    "set up on the terminal. Run it again with another SLUG for another agency.\n"
    "\n"
    "  --agency SLUG         short name: small letters, digits, dashes\n"
    "  --name NAME           the agency's name, for its staff and signed-in families\n"
    "  --neutral-name NAME   what notices and pages before sign-in call the service: no word of\n"
    "                        adoption, children or letters\n"
    "  --archive-key FILE    an OpenPGP public key of the archive; at least two, whose secret "
    "halves\n"
    "                        are kept in two places and never on a server\n"
    "  --admin-name, --admin-email   the first administrator\n"
    "  --recovery DIR        where recovery-SLUG.pgp goes, every key encrypted to the archive "
    "keys\n"
    "                        (else beside the configuration); keep it with the archive keys\n"
    "  --sign-in-fd N        read the administrator's password (a line) from this descriptor; the\n"
    "                        TOTP secret is printed\n"
    "  --keys DIR            make the key folders DIR/portal, DIR/desk, DIR/press and DIR/post, "
    "where the\n"
    "                        configuration names what systemd makes of them (LoadCredential)\n"
    "  --kind live|test      what the database is for (live); the clock of a test can be moved\n"
    "\n"
    "  --demo                everything for a demo in the run folder (--run, $RUN_DIR or ./run):\n"
    "                        a configuration, a PostgreSQL cluster, two agencies with throw-away\n"
    "                        archive keys, administrators whose sign-ins stand in\n"
    "                        demo-sign-ins.txt. With --conf: in that installation instead.\n"
    "                        What is there already is kept.\n"
    "  --set SECTION.KEY=VALUE   a line for the demo's letterbox.conf\n"
    "  --one-user            everything belongs to the user who runs this, also as root\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

struct words {
    struct site_place place;
    const char *slug, *name, *neutral_name, *admin_name, *admin_email, *recovery, *sign_in_fd,
        *kind, *keys;
    const char *archive[FOUND_ARCHIVE_KEYS];
    size_t archive_count;
    struct demo_settings settings;
    bool is_demo, is_one_user;
};

/* ---- database ---- */

static int mark_cluster(const struct site *site, const char *kind)
{
    struct db_pool *owner = NULL;
    struct store_rows rows;
    int status = site_connect(site, "lb_owner", &owner);
    if (status) return status;
    enum err code = store_db_one(owner, NULL, QUERY_clock_state, NO_PARAMS, site->arena, &rows);
    if (code == OK && rows_null(&rows, 0, "kind"))
        code = store_db_one(owner, NULL, QUERY_cluster_init, PARAMS(P_TEXT(str_from(kind))),
                            site->arena, &rows);
    else if (code == OK && !str_equal(rows_str(&rows, 0, "kind"), str_from(kind)))
        status = site_fail(site,
                           "This database is marked %.*s and stays so; a %s one needs a "
                           "database of its own.",
                           STR_ARG(rows_str(&rows, 0, "kind")), kind);
    store_db_close(&owner);
    return code == OK ? status : site_failed(site, "cluster", code);
}

static int list_agencies(const struct site *site, struct site_agencies *ret_agencies)
{
    struct db_pool *owner = NULL;
    int status = site_connect(site, "lb_owner", &owner);
    if (status) return status;
    enum err code = site_agencies(owner, site->arena, ret_agencies);
    store_db_close(&owner);
    return code == OK ? COMMAND_DONE : site_failed(site, "agencies", code);
}

/* ---- a real agency ---- */

static int read_archive_keys(const struct site *site, const struct words *words,
                             struct found_agency *agency)
{
    for (size_t i = 0; i < words->archive_count; i++) {
        BUF(key, FOUND_KEY_BYTES);
        enum err code = file_read(words->archive[i], &key);
        if (code != OK) return site_failed(site, words->archive[i], code);
        agency->archive[i] = arena_str(site->arena, buf_str(&key));
    }
    agency->archive_count = words->archive_count;
    return COMMAND_DONE;
}

static int ask_password(const struct site *site, int fd, struct buf *password)
{
    BUF_SECRET(again, SIGN_IN_LINE_BYTES);
    int status = sign_in_line(site, fd, "A password for the administrator (10 characters or more)",
                              false, password);
    if (status) return status;
    if (password->len < PASSWORD_LEAST)
        return site_fail(site, "A password has at least %d characters.", PASSWORD_LEAST);
    if (fd >= 0) return COMMAND_DONE;
    status = sign_in_line(site, fd, "The same again", false, &again);
    if (!status && !str_equal(buf_str(&again), buf_str(password)))
        return site_fail(site, "The two are not the same.");
    return status;
}

/* Shows the secret; on a terminal a first code proves that the app has it. */
static int show_totp(const struct site *site, int fd, const struct found_agency *agency)
{
    const struct enrol_who *who = &agency->administrator;
    struct str secret = {(const char *)who->totp, sizeof who->totp};
    BUF_SECRET(text, 200);
    BUF_SECRET(uri, 2000);
    BUF_SECRET(code, SIGN_IN_LINE_BYTES);
    int64_t step;
    if (totp_secret_text(secret, &text) != OK ||
        totp_uri(secret, agency->neutral_name, who->email, &uri) != OK)
        return site_failed(site, "TOTP", ERR_CRYPTO);
    printf("For the administrator's authenticator app:\n\n    %s\n    %s\n\n", text.at, uri.at);
    fflush(stdout);
    while (fd < 0) {
        int status = sign_in_line(site, fd, "The code that the app shows now", true, &code);
        if (status) return status;
        if (totp_check(secret, buf_str(&code), clock_now(), 0, &step) == OK) break;
        printf("That is not the code. Check the secret in the app and this machine's clock.\n");
    }
    return COMMAND_DONE;
}

static bool is_slug(const char *slug)
{
    size_t length = strlen(slug);
    if (length < 2 || length > 40 || !islower((unsigned char)slug[0])) return false;
    return strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static int init_agency(const struct site *site, const struct owners *owners,
                       const struct words *words)
{
    struct arena *arena = site->arena;
    struct str plain, admin = str_from(words->admin_email);
    int64_t fd = -1;
    if (!is_slug(words->slug))
        return site_fail(site, "\"%s\" is no slug: 2 to 40 small letters, digits and dashes.",
                         words->slug);
    if (mail_addr_canonical(admin, arena, &plain) != OK)
        return site_fail(site, "\"%s\" is no e-mail address.", words->admin_email);
    if (words->sign_in_fd && !num_parse(str_from(words->sign_in_fd), 0, 1023, &fd))
        return site_fail(site, "--sign-in-fd takes the number of an open descriptor.");
    struct found_agency agency = {
        .slug = str_from(words->slug),
        .name = str_from(words->name),
        .neutral_name = str_from(words->neutral_name),
        .mail_user = arena_print(arena, "%s", words->neutral_name),
        .recovery_folder = words->recovery ? words->recovery : dirname(strdupa(site->conf_path)),
        .administrator = {.name = str_from(words->admin_name),
                          .role = STR("administrator"),
                          .email = admin},
    };
    if (words->archive_count < 2)
        return site_fail(site, "The archive needs two OpenPGP keys, kept in two places: one alone "
                               "can be lost. Give --archive-key FILE twice.");
    BUF_SECRET(password, SIGN_IN_LINE_BYTES);
    int status = read_archive_keys(site, words, &agency);
    if (!status) status = ask_password(site, (int)fd, &password);
    agency.administrator.password = buf_str(&password);
    totp_make(agency.administrator.totp);
    if (!status) status = show_totp(site, (int)fd, &agency);
    if (!status) status = found_agency(site, owners, &agency);
    explicit_bzero(agency.administrator.totp, sizeof agency.administrator.totp);
    return status;
}

/* ---- all of it ---- */

static int init_agencies(const struct site *site, const struct owners *owners,
                         const struct words *words)
{
    struct site_agencies there;
    int status = list_agencies(site, &there);
    if (status) return status;
    if (!words->is_demo) {
        if (site_agency_find(&there, str_from(words->slug)))
            return site_fail(site, "The agency \"%s\" is there already.", words->slug);
        status = init_agency(site, owners, words);
        if (!status) printf("Agency %s is made.\n", words->slug);
        return status;
    }
    for (size_t i = 0; i < DEMO_AGENCIES && !status; i++) {
        const struct demo_agency *agency = &demo_agencies[i];
        if (site_agency_find(&there, str_from(agency->slug))) {
            printf("Agency %s is there.\n", agency->slug);
            continue;
        }
        status = demo_site_agency(site, owners, agency);
        if (!status) printf("Agency %s is made.\n", agency->slug);
        fflush(stdout);
    }
    return status;
}

static int init_site(const struct site *site, const struct owners *owners,
                     const struct words *words)
{
    pid_t postgres = 0;
    int status = found_folders(site, owners);
    bool is_ours = *site->conf.database_cluster_folder != 0;
    if (!status && is_ours) {
        struct str log =
            arena_print(site->arena, "%s/log/postgres.log", site->conf.service_run_folder);
        FD(log_fd, open(log.at, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
        if (log_fd < 0) return site_fail(site, "%s cannot be written.", log.at);
        status = cluster_make(site, owners, log_fd);
        if (!status) status = cluster_start(site, owners, log_fd, &postgres);
        if (!status) status = cluster_database(site, owners, log_fd);
    }
    if (!status) status = migrate_all(site);
    if (!status) status = mark_cluster(site, words->is_demo ? "demo" : words->kind);
    if (!status) status = init_agencies(site, owners, words);
    cluster_stop(postgres);
    return status;
}

static int set_keys(struct site *site, const char *folder)
{
    if (folder[0] != '/') return site_fail(site, "--keys takes an absolute path.");
    const struct {
        const char **path, *name;
    } folders[] = {
        {&site->conf.portal_key_folder, "portal"},
        {&site->conf.desk_key_folder, "desk"},
        {&site->conf.press_key_folder, "press"},
        {&site->conf.post_key_folder, "post"},
    };
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        *folders[i].path =
            arena_c(site->arena, arena_print(site->arena, "%s/%s", folder, folders[i].name));
    return COMMAND_DONE;
}

static bool take_word(int count, char **all, int *at, struct words *words)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {
        {"--agency", &words->slug},
        {"--name", &words->name},
        {"--neutral-name", &words->neutral_name},
        {"--admin-name", &words->admin_name},
        {"--admin-email", &words->admin_email},
        {"--recovery", &words->recovery},
        {"--sign-in-fd", &words->sign_in_fd},
        {"--keys", &words->keys},
        {"--kind", &words->kind},
    };
    const char *value;
    if (site_place_option(count, all, at, &words->place)) return true;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (site_option(count, all, at, options[i].name, options[i].value)) return true;
    if (words->archive_count < FOUND_ARCHIVE_KEYS &&
        site_option(count, all, at, "--archive-key", &value)) {
        words->archive[words->archive_count++] = value;
        return true;
    }
    if (words->settings.count < DEMO_SETTINGS_MAX && site_option(count, all, at, "--set", &value)) {
        words->settings.at[words->settings.count++] = value;
        return true;
    }
    if (!strcmp(all[*at], "--one-user")) return words->is_one_user = true;
    if (strcmp(all[*at], "--demo") != 0) return false;
    return words->is_demo = true;
}

int command_init(int count, char **all)
{
    struct words words = {.kind = "live"};
    struct owners owners;
    struct site site;
    int status = COMMAND_DONE;
    if (command_wants_help(count, all)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++)
        if (!take_word(count, all, &i, &words))
            return command_usage("init", "\"%s\" is not understood", all[i]);
    if (!words.is_demo && (!words.slug || !words.name || !words.neutral_name || !words.admin_name ||
                           !words.admin_email))
        return command_usage("init", "--agency, --name, --neutral-name, --admin-name and "
                                     "--admin-email are needed (or --demo)");
    if (strcmp(words.kind, "live") != 0 && strcmp(words.kind, "test") != 0)
        return command_usage("init", "--kind is live or test");
    ARENA(arena, ARENA_BYTES);
    if (owners_find(words.is_one_user, &owners) != OK) return command_failed("init", ERR_IO);
    if (words.is_demo && !words.place.conf) {
        status = demo_site_folder("init", &words.place, &owners, arena, &words.place.run);
        if (!status)
            status = demo_site_write("init", words.place.run, &owners, &words.settings, arena);
    }
    if (!status) status = site_open("init", &words.place, arena, &site);
    if (!status && words.keys) status = set_keys(&site, words.keys);
    return status ? status : init_site(&site, &owners, &words);
}
