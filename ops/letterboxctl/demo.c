/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl demo */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crypt/totp.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/demo_load.h"
#include "ops/letterboxctl/demo_moves.h"
#include "ops/letterboxctl/demo_site.h"
#include "ops/letterboxctl/enrol.h"
#include "ops/letterboxctl/sign_ins.h"
#include "sys/clock.h"
#include "sys/file.h"

enum {
    ARENA_BYTES = 32 * 1024 * 1024,
    FAMILY_ARENA_BYTES = 1024 * 1024,
    ACCOUNTS = 3, /* ready family accounts in each agency */
    SMALL = 6,
    BAR = 40,
    ADDRESSES_BYTES = 1024 * 1024,
};

static const char help[] =
    "usage: letterboxctl demo [--small] [--conf FILE | --run DIR]\n"
    "       letterboxctl demo --code E-MAIL [--conf FILE | --run DIR]\n"
    "\n"
    "Loads made-up people into the two agencies that letterboxctl init --demo made: 560 "
    "arrangements\n"
    "and 40, from a fixed seed; members of staff; accounts of some families. Who can sign in, and\n"
    "with what, is printed and stands in demo-sign-ins.txt in the run folder. What is there "
    "already\n"
    "is kept, and an interrupted run goes on where it stopped.\n"
    "\n"
    "  --small        6 arrangements in each agency, nothing out of the ordinary in them\n"
    "  --code E-MAIL  prints the code that a member of staff's authenticator app would show now\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

static const size_t full[DEMO_AGENCIES] = {560, 40};

static const struct {
    const char *role, *name, *local;
} staff[] = {
    {"coordinator", "Jo Whitfield", "jo"},
    {"checker", "Nadia Karim", "nadia"},
    {"manager", "Bernard Pryce", "bernard"},
    {"inspector", "Ines Duarte", "ines"},
};
enum { STAFF = sizeof staff / sizeof *staff };

struct demo {
    struct site site;
    struct sign_ins rows;
    struct keys *desk_keys, *portal_keys;
    struct db_pool *portal;
    struct site_agencies agencies;
    struct buf addresses; /* everybody's e-mail address, a line each */
    bool is_small;
};

/* ---- signing in as the people of the demo ---------------------------------------------------- */

static enum err code_at(const struct sign_ins_row *row, int64_t steps, struct buf *code)
{
    BUF_SECRET(secret, 64);
    struct utc instant = clock_now();
    instant.us += steps * TOTP_STEP_SECONDS * UTC_SECOND_US;
    TRY(sign_ins_totp(row->totp, &secret));
    return totp_code(TOTP_OURS, buf_str(&secret), instant, code);
}

/*
 * A code is good once. The one of 30 seconds ago is taken first, so that the person who signs in
 * next can use the one that the app shows; it may be too old by the time that it is looked at.
 */
static int sign_in_as(const struct demo *demo, const char *role, struct str agency,
                      struct sign_in *ret_session)
{
    const struct sign_ins_row *row = sign_ins_find(&demo->rows, str_from(role), agency);
    if (!row)
        return site_fail(&demo->site, "%s names no %s of %.*s.", sign_ins_path(&demo->site), role,
                         STR_ARG(agency));
    struct sign_in_typed typed = {buf_new_secret(SIGN_IN_LINE_BYTES),
                                  buf_new_secret(SIGN_IN_LINE_BYTES),
                                  buf_new_secret(SIGN_IN_LINE_BYTES)};
    buf_add(&typed.email, row->email);
    buf_add(&typed.password, row->password);
    enum err code = ERR_CONFLICT;
    for (int64_t step = -1; step <= 1 && (code == ERR_CONFLICT || code == ERR_NO_MATCH); step++) {
        buf_clear(&typed.code);
        code = code_at(row, step, &typed.code);
        if (code == OK) code = sign_in_try(&demo->site, demo->desk_keys, &typed, ret_session);
    }
    int status = code == OK ? COMMAND_DONE : sign_in_complain(&demo->site, code);
    sign_in_typed_done(&typed);
    return status;
}

/* ---- staff ----------------------------------------------------------------------------------- */

static enum err note(struct demo *demo, const char *role, struct str agency, struct str email,
                     struct str password, struct str totp)
{
    if (demo->rows.count == SIGN_INS_MAX) return ERR_TOO_BIG;
    demo->rows.at[demo->rows.count++] =
        (struct sign_ins_row){str_from(role), agency, email, password, totp};
    return sign_ins_write(&demo->site, &demo->rows);
}

static struct str totp_text(const unsigned char *totp, struct arena *arena)
{
    BUF_SECRET(spaced, 100);
    BUF_SECRET(text, 100);
    ASSERT(totp_secret_text((struct str){(const char *)totp, TOTP_SECRET_BYTES}, &spaced) == OK);
    for (size_t i = 0; i < spaced.len; i++)
        if (spaced.at[i] != ' ') buf_add_byte(&text, spaced.at[i]);
    return arena_str(arena, buf_str(&text));
}

static enum err add_one(struct demo *demo, const struct sign_in *admin, size_t index)
{
    struct arena *arena = demo->site.arena;
    struct enrol_who who = {
        .name = str_from(staff[index].name),
        .role = str_from(staff[index].role),
        .email =
            arena_print(arena, "%s@%.*s.example", staff[index].local, STR_ARG(admin->agency.slug)),
        .password = sign_ins_password(arena),
    };
    totp_make(who.totp);
    TRY(enrol_add(admin, demo->desk_keys, &who, arena));
    return note(demo, staff[index].role, admin->agency.slug, who.email, who.password,
                totp_text(who.totp, arena));
}

static int add_staff(struct demo *demo, struct str agency)
{
    struct sign_in admin;
    size_t missing = 0;
    for (size_t i = 0; i < STAFF; i++)
        missing += !sign_ins_find(&demo->rows, str_from(staff[i].role), agency);
    if (missing == 0) return COMMAND_DONE;
    int status = sign_in_as(demo, "administrator", agency, &admin);
    if (status) return status;
    enum err code = OK;
    for (size_t i = 0; i < STAFF && code == OK; i++)
        if (!sign_ins_find(&demo->rows, str_from(staff[i].role), agency))
            code = add_one(demo, &admin, i);
    sign_in_end(&admin);
    return code == OK ? COMMAND_DONE : site_failed(&demo->site, "staff", code);
}

/* ---- families -------------------------------------------------------------------------------- */

static void show_bar(struct str agency, size_t done, size_t all)
{
    if (!isatty(STDOUT_FILENO)) {
        if (done == all) printf("Arrangements of %.*s: %zu\n", STR_ARG(agency), done);
        return;
    }
    int filled = (int)(done * BAR / all);
    printf("\r%-12.*s [%.*s%*s] %zu of %zu%s", STR_ARG(agency), filled,
           "########################################", BAR - filled, "", done, all,
           done == all ? "\n" : "");
    fflush(stdout);
}

static size_t accounts_of(const struct demo *demo, struct str agency)
{
    size_t count = 0;
    for (size_t i = 0; i < demo->rows.count; i++)
        count += str_equal(demo->rows.at[i].agency, agency) &&
                 str_equal(demo->rows.at[i].role, STR("family"));
    return count;
}

/* The household's relatives who read by link: with the PIN that they were told. */
static enum err note_relatives(struct demo *demo, const struct demo_family *family,
                               struct str agency)
{
    for (size_t i = 1; i < family->party_count; i++) {
        const struct demo_party *party = &family->parties[i];
        if (strcmp(party->channel, "link") != 0 || strcmp(party->state, "active") != 0) continue;
        TRY(note(demo, "relative", agency, arena_str(demo->site.arena, party->person.emails.at[0]),
                 arena_str(demo->site.arena, party->person.pin), STR("")));
    }
    return OK;
}

/*
 * A family that a visitor of the demo should meet first: it writes at the portal, photos may go,
 * nobody stands in the way, and every relative can be reached, one of them by a link.
 */
static bool is_plain_case(const struct demo_family *family)
{
    const struct demo_arrangement *arrangement = &family->arrangements[0];
    size_t links = 0;
    if (family->child_count != 1 || family->has_other_home || arrangement->two_person ||
        arrangement->one_way || strcmp(arrangement->state, "active") != 0 ||
        strcmp(arrangement->kind, "indirect") != 0 ||
        strcmp(arrangement->photo_level, "face") != 0 ||
        strcmp(family->parties[0].channel, "portal") != 0)
        return false;
    for (size_t i = 1; i < family->party_count; i++) {
        const struct demo_party *relative = &family->parties[i];
        bool is_link = !strcmp(relative->channel, "link");
        if (strcmp(relative->state, "active") != 0 ||
            (!is_link && strcmp(relative->channel, "post") != 0))
            return false;
        links += is_link;
    }
    return links > 0;
}

/* An account for the household. */
static enum err add_account(struct demo *demo, const struct demo_loader *loader,
                            const struct demo_family *family, int64_t party)
{
    struct str agency = loader->session->agency.slug;
    const struct demo_party *home = &family->parties[0];
    struct str email = arena_str(demo->site.arena, home->person.emails.at[0]);
    struct str password = sign_ins_password(demo->site.arena);
    TRY(demo_load_account(loader, party, email, password));
    TRY(note(demo, "family", agency, email, password, STR("")));
    return note_relatives(demo, family, agency);
}

static enum err load(struct demo *demo, const struct demo_loader *loader, unsigned agency,
                     size_t wanted)
{
    size_t there, done = 0;
    struct str slug = loader->session->agency.slug;
    TRY(demo_load_count(loader, &there));
    for (unsigned number = 0; done < wanted; number++) {
        ARENA(arena, FAMILY_ARENA_BYTES);
        struct demo_family *family = ARENA_ONE(arena, struct demo_family);
        int64_t parties[DEMO_PARTIES];
        demo_family_make(agency, number, loader->today, demo->is_small, arena, family);
        if (family->child_count > wanted - done) continue;
        done += family->child_count;
        for (size_t i = 0; i < family->party_count; i++)
            for (size_t j = 0; j < family->parties[i].person.emails.count; j++)
                buf_print(&demo->addresses, "%.*s\n",
                          STR_ARG(family->parties[i].person.emails.at[j]));
        if (done <= there) continue;
        bool is_shown = accounts_of(demo, slug) < ACCOUNTS && is_plain_case(family);
        if (is_shown) demo_family_due_now(family, loader->today);
        TRY(demo_load_family(loader, family, parties));
        if (is_shown) TRY(add_account(demo, loader, family, parties[0]));
        show_bar(slug, done, wanted);
    }
    if (there >= wanted) printf("Arrangements of %.*s: %zu are there.\n", STR_ARG(slug), there);
    /* also where all are there: a run before may have ended between the last family and this */
    return demo_load_calendar(loader);
}

static enum err start_loader(const struct demo *demo, unsigned agency,
                             const struct sign_in *session, struct demo_loader *ret_loader)
{
    struct str other = str_from(demo_agencies[(agency + 1) % DEMO_AGENCIES].slug);
    struct demo_loader loader = {.site = &demo->site,
                                 .session = session,
                                 .desk_keys = demo->desk_keys,
                                 .portal_keys = demo->portal_keys,
                                 .portal = demo->portal,
                                 .other = site_agency_find(&demo->agencies, other)};
    struct store_rows rows;
    struct utc now;
    TRY(store_db_one(session->pool, NULL, QUERY_clock_now, NO_PARAMS, demo->site.arena, &rows));
    ASSERT(rows_utc(&rows, 0, "instant", &now));
    loader.today = clock_day(now);
    *ret_loader = loader;
    return OK;
}

static int load_agency(struct demo *demo, unsigned agency)
{
    struct str slug = str_from(demo_agencies[agency].slug);
    struct sign_in session;
    struct demo_loader loader;
    int status = add_staff(demo, slug);
    if (!status) status = sign_in_as(demo, "coordinator", slug, &session);
    if (status) return status;
    enum err code = start_loader(demo, agency, &session, &loader);
    if (code == OK) code = load(demo, &loader, agency, demo->is_small ? SMALL : full[agency]);
    sign_in_end(&session);
    return code == OK ? COMMAND_DONE : site_failed(&demo->site, "loading", code);
}

/* What the managers of the two agencies do with the moves that were proposed. */
static int move_some(const struct demo *demo)
{
    struct sign_in sessions[DEMO_AGENCIES];
    struct demo_loader loaders[DEMO_AGENCIES];
    unsigned count = 0;
    int status = COMMAND_DONE;
    enum err code = OK;
    while (count < DEMO_AGENCIES && !status && code == OK) {
        status = sign_in_as(demo, "manager", str_from(demo_agencies[count].slug), &sessions[count]);
        if (status) break;
        code = start_loader(demo, count, &sessions[count], &loaders[count]);
        count++;
    }
    if (!status && code == OK) code = demo_moves_make(&loaders[0], &loaders[1]);
    while (count > 0) sign_in_end(&sessions[--count]);
    return status || code == OK ? status : site_failed(&demo->site, "moving", code);
}

/* ---- the command ----------------------------------------------------------------------------- */

static int check_demo(struct demo *demo)
{
    enum err code = site_agencies(demo->portal, demo->site.arena, &demo->agencies);
    if (code != OK) return site_failed(&demo->site, "agencies", code);
    for (unsigned i = 0; i < DEMO_AGENCIES; i++) {
        const struct site_agency *agency =
            site_agency_find(&demo->agencies, str_from(demo_agencies[i].slug));
        if (!agency || !agency->is_demo)
            return site_fail(
                &demo->site,
                "This database has no demo agency \"%s\". Made-up people go only where "
                "letterboxctl init --demo was first.",
                demo_agencies[i].slug);
    }
    return COMMAND_DONE;
}

/* For the demo's mail server: who has a mailbox. */
static int write_addresses(const struct demo *demo)
{
    struct str path =
        arena_print(demo->site.arena, "%s/demo-addresses.txt", demo->site.conf.service_run_folder);
    enum err code = buf_done(&demo->addresses);
    if (code == OK) code = file_write(path.at, buf_str(&demo->addresses), 0600);
    return code == OK ? COMMAND_DONE : site_failed(&demo->site, path.at, code);
}

/* RUN/demo-loaded says that all is there, so that a second run needs nobody's code. */
static const char *mark_path(const struct demo *demo)
{
    return arena_c(demo->site.arena, arena_print(demo->site.arena, "%s/demo-loaded",
                                                 demo->site.conf.service_run_folder));
}

static bool is_loaded(const struct demo *demo)
{
    BUF(mark, 64);
    if (file_read(mark_path(demo), &mark) != OK) return false;
    return str_equal(buf_str(&mark), STR("full\n")) ||
           (demo->is_small && str_equal(buf_str(&mark), STR("small\n")));
}

static int write_mark(const struct demo *demo)
{
    enum err code =
        file_write(mark_path(demo), demo->is_small ? STR("small\n") : STR("full\n"), 0644);
    return code == OK ? COMMAND_DONE : site_failed(&demo->site, mark_path(demo), code);
}

static int load_agencies(struct demo *demo)
{
    if (is_loaded(demo)) {
        printf("The made-up people of both agencies are there.\n");
        return COMMAND_DONE;
    }
    int status = COMMAND_DONE;
    demo->addresses = buf_new(ADDRESSES_BYTES);
    for (unsigned i = 0; i < DEMO_AGENCIES && !status; i++) status = load_agency(demo, i);
    if (!status && !demo->is_small) status = move_some(demo);
    if (!status) status = write_addresses(demo);
    if (!status) status = write_mark(demo);
    buf_free(&demo->addresses);
    return status;
}

static int load_all(struct demo *demo)
{
    int status = site_keys(&demo->site, demo->site.conf.desk_key_folder, &demo->desk_keys);
    if (!status)
        status = site_keys(&demo->site, demo->site.conf.portal_key_folder, &demo->portal_keys);
    if (!status) status = site_connect(&demo->site, "lb_portal", &demo->portal);
    if (!status) status = check_demo(demo);
    if (!status) status = load_agencies(demo);
    if (!status) {
        printf("\nWho can sign in (%s):\n", sign_ins_path(&demo->site));
        sign_ins_print(&demo->rows);
    }
    store_db_close(&demo->portal);
    keys_free(&demo->portal_keys);
    keys_free(&demo->desk_keys);
    return status;
}

static int print_code(const struct demo *demo, const char *email)
{
    BUF_SECRET(code, 16);
    for (size_t i = 0; i < demo->rows.count; i++) {
        const struct sign_ins_row *row = &demo->rows.at[i];
        if (!str_same(row->email, str_from(email)) || row->totp.len == 0) continue;
        enum err failed = code_at(row, 0, &code);
        if (failed != OK) return site_failed(&demo->site, "code", failed);
        puts(code.at);
        return COMMAND_DONE;
    }
    return site_fail(&demo->site, "%s names no member of staff with the e-mail address %s.",
                     sign_ins_path(&demo->site), email);
}

int command_demo(int count, char **words)
{
    struct site_place place = {0};
    const char *email = NULL;
    struct demo demo = {.is_small = false};
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], "--small"))
            demo.is_small = true;
        else if (!site_place_option(count, words, &i, &place) &&
                 !site_option(count, words, &i, "--code", &email))
            return command_usage("demo", "\"%s\" is not understood", words[i]);
    }
    ARENA(arena, ARENA_BYTES);
    clock_zone("Europe/London");
    int status = site_open("demo", &place, arena, &demo.site);
    if (status) return status;
    enum err code = sign_ins_read(&demo.site, &demo.rows);
    if (code != OK) return site_failed(&demo.site, sign_ins_path(&demo.site), code);
    return email ? print_code(&demo, email) : load_all(&demo);
}
