/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letterboxctl staff add|disable|grant */
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/num.h"
#include "crypt/totp.h"
#include "mail/addr.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/enrol.h"
#include "ops/letterboxctl/sign_in.h"
#include "ops/letterboxctl/sign_ins.h"
#include "sys/clock.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

static const char help[] =
    "usage: letterboxctl staff add --name NAME --email E-MAIL --role ROLE [OPTIONS]\n"
    "       letterboxctl staff disable --email E-MAIL [OPTIONS]\n"
    "       letterboxctl staff grant --email E-MAIL [OPTIONS]\n"
    "\n"
    "Signs in an administrator (e-mail, password, code) and, in that administrator's name:\n"
    "\n"
    "  add      makes an account, with the agency's desk key; prints a first password and the "
    "secret\n"
    "           for the authenticator app: hand them over in person\n"
    "  disable  ends an account and its sessions at once\n"
    "  grant    gives an account the desk key that is in use now (after a rotation)\n"
    "\n"
    "  --role ROLE        checker, coordinator, manager, administrator or inspector\n"
    "  --sign-in-fd N     read the administrator's e-mail address, password and code, a line "
    "each,\n"
    "                     from this descriptor and not from the terminal\n"
    "  --conf FILE | --run DIR\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage.\n";

static const char *const roles[] = {"checker", "coordinator", "manager", "administrator",
                                    "inspector"};

struct work {
    struct site site;
    struct signed_in who;
    const char *act, *name, *email, *role;
};

/* ---- finding ---- */

static bool is_email(const struct work *work, struct str sealed, int64_t staff, int64_t version,
                     struct str plain)
{
    struct seal_binding binding = {SEAL_STAFF, work->who.session.agency_id, "staff", staff,
                                   version};
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    JSON record = NULL;
    struct str theirs;
    return seal_open(&binding, work->who.session.desk, work->who.session.desk_count, sealed,
                     &text) == OK &&
           json_read(buf_str(&text), LIMIT_RECORD_BYTES, &record) == OK &&
           mail_addr_canonical(json_get_str(record, "email"), work->site.arena, &theirs) == OK &&
           str_equal(theirs, plain);
}

/* The active member of staff with that address. */
static enum err find(const struct work *work, int64_t *ret_staff)
{
    struct store_rows rows;
    struct str plain;
    TRY(mail_addr_canonical(str_from(work->email), work->site.arena, &plain));
    TRY(store_db_one(work->who.session.pool, &work->who.session.gate, QUERY_staff_list, NO_PARAMS,
                     work->site.arena, &rows));
    for (size_t i = 0; i < rows.count; i++) {
        int64_t staff = rows_int(&rows, i, "staff_id");
        if (!str_equal(rows_str(&rows, i, "state"), STR("active"))) continue;
        if (!is_email(work, rows_str(&rows, i, "sealed_record"), staff,
                      rows_int(&rows, i, "record_version"), plain))
            continue;
        *ret_staff = staff;
        return OK;
    }
    return ERR_NOT_FOUND;
}

/* ---- what is done ---- */

static int add(struct work *work)
{
    struct arena *arena = work->site.arena;
    struct enrol_who who = {.name = str_from(work->name),
                            .role = str_from(work->role),
                            .email = str_from(work->email),
                            .password = sign_ins_password(arena)};
    struct str secret = {(const char *)who.totp, sizeof who.totp};
    BUF_SECRET(totp, 100);
    BUF_SECRET(uri, 2000);
    int64_t there;
    enum err code = find(work, &there);
    if (code == OK)
        return site_fail(&work->site, "There is an account with the e-mail address %s.",
                         work->email);
    totp_make(who.totp);
    if (code == ERR_NOT_FOUND) code = enrol_add(&work->who.session, work->who.keys, &who, arena);
    if (code == OK) code = totp_secret_text(secret, &totp);
    if (code == OK) code = totp_uri(secret, work->who.session.agency.neutral_name, who.email, &uri);
    explicit_bzero(who.totp, sizeof who.totp);
    if (code != OK) return site_failed(&work->site, "staff add", code);
    printf("%s is added as %s.\nFirst password:  %.*s\nFor the app:     %s\n                 %s\n",
           work->email, work->role, STR_ARG(who.password), totp.at, uri.at);
    return COMMAND_DONE;
}

struct change {
    const struct work *work;
    int64_t staff;
    struct str sealed;
    struct seal_public to;
};

static enum err note(struct store *store, const struct change *change, const char *act)
{
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(str_from(act)), P_TEXT(STR("staff")), P_INT(change->staff),
                           P_NULL, P_NULL, P_NULL));
}

static enum err disable_rows(struct store *store, void *context)
{
    const struct change *change = context;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_staff_disable, PARAMS(P_INT(change->staff)),
                        change->work->site.arena, &rows));
    return note(store, change, "staff_disabled");
}

static enum err grant_rows(struct store *store, void *context)
{
    struct change *change = context;
    const struct sign_in *session = &change->work->who.session;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_staff_find, PARAMS(P_INT(change->staff)),
                        change->work->site.arena, &rows));
    if (!rows_raw(&rows, 0, "public_key", change->to.bytes, sizeof change->to.bytes)) return ERR_DB;
    TRY(enrol_grant(session->agency_id, change->staff, &change->to, sign_in_desk_secret(session),
                    change->work->site.arena, &change->sealed));
    TRY(store_query(store, QUERY_staff_grant_remove,
                    PARAMS(P_INT(change->staff), P_RAW(session->agency.desk_key.bytes)),
                    change->work->site.arena, &rows));
    TRY(store_do(store, QUERY_staff_grant_add,
                 PARAMS(P_INT(change->staff), P_RAW(session->agency.desk_key.bytes),
                        P_BYTES(change->sealed))));
    return note(store, change, "staff_granted");
}

static int change_one(struct work *work, store_work rows, const char *done)
{
    struct change change = {.work = work};
    enum err code = find(work, &change.staff);
    if (code == ERR_NOT_FOUND)
        return site_fail(&work->site, "No active account has the e-mail address %s.", work->email);
    if (code == OK && change.staff == work->who.session.staff && rows == disable_rows)
        return site_fail(&work->site, "An administrator does not disable their own account.");
    if (code == OK && !sign_in_desk_secret(&work->who.session)) code = ERR_NO_KEY;
    if (code == OK)
        code = store_db_run(work->who.session.pool, &work->who.session.gate, rows, &change);
    if (code != OK) return site_failed(&work->site, done, code);
    printf("%s: %s\n", work->email, done);
    return COMMAND_DONE;
}

static int act(void *context)
{
    struct work *work = context;
    if (!str_equal(work->who.session.role, STR("administrator")))
        return site_fail(&work->site, "Only an administrator looks after staff accounts.");
    if (!strcmp(work->act, "add")) return add(work);
    if (!strcmp(work->act, "disable")) return change_one(work, disable_rows, "disabled");
    return change_one(work, grant_rows, "granted");
}

/* ---- the command ---- */

static int check(const struct work *work)
{
    bool is_add = !strcmp(work->act, "add"), is_role = false;
    if (!is_add && strcmp(work->act, "disable") != 0 && strcmp(work->act, "grant") != 0)
        return command_usage("staff", "\"%s\" is not understood", work->act);
    if (!work->email) return command_usage("staff", "--email is needed");
    if (!is_add) return COMMAND_DONE;
    if (!work->name || !work->role) return command_usage("staff", "--name and --role are needed");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        is_role = is_role || !strcmp(work->role, roles[i]);
    return is_role ? COMMAND_DONE : command_usage("staff", "\"%s\" is no role", work->role);
}

int command_staff(int count, char **words)
{
    struct site_place place = {0};
    struct work work = {.who = {.keys = NULL}};
    const char *fd_text = NULL;
    int64_t fd = -1;
    if (command_wants_help(count, words)) {
        fputs(help, stdout);
        return COMMAND_DONE;
    }
    if (count < 2) return command_usage("staff", "add, disable or grant?");
    work.act = words[1];
    for (int i = 2; i < count; i++)
        if (!site_place_option(count, words, &i, &place) &&
            !site_option(count, words, &i, "--name", &work.name) &&
            !site_option(count, words, &i, "--email", &work.email) &&
            !site_option(count, words, &i, "--role", &work.role) &&
            !site_option(count, words, &i, "--sign-in-fd", &fd_text))
            return command_usage("staff", "\"%s\" is not understood", words[i]);
    int status = check(&work);
    if (status) return status;
    if (fd_text && !num_parse(str_from(fd_text), 0, 1023, &fd))
        return command_usage("staff", "--sign-in-fd takes the number of an open descriptor");
    ARENA(arena, ARENA_BYTES);
    clock_zone("Europe/London");
    status = site_open("staff", &place, arena, &work.site);
    return status ? status : sign_in_act(&work.site, (int)fd, &work.who, act, &work);
}
