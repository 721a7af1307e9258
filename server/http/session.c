/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/session.h"

#include <string.h>

#include "crypt/token.h"

enum {
    PORTAL = 1 << SESSION_PORTAL,
    DESK = 1 << SESSION_DESK,
    LINK = 1 << SESSION_LINK,
    JOINING = 1 << STAGE_JOINING,
    PASSWORD = 1 << STAGE_PASSWORD,
    FULL = 1 << STAGE_FULL,
    CHECKER = 1 << ROLE_CHECKER,
    COORDINATOR = 1 << ROLE_COORDINATOR,
    MANAGER = 1 << ROLE_MANAGER,
    ADMINISTRATOR = 1 << ROLE_ADMINISTRATOR,
    INSPECTOR = 1 << ROLE_INSPECTOR,
};

/* WHO_LINK asks for a cookie only; what session it has, if any, is looked up as ever. */
static const struct session_rule rules[WHO_COUNT] = {
    [WHO_NONE] = {COOKIE_MAIN, 0, 0, 0, NULL},
    [WHO_BEGUN] = {COOKIE_MAIN, PORTAL | DESK, PASSWORD, 0, "/sign-in"},
    [WHO_JOINING] = {COOKIE_MAIN, PORTAL, JOINING, 0, "/join"},
    [WHO_PARTY] = {COOKIE_MAIN, PORTAL, FULL, 0, "/sign-in"},
    [WHO_LINK] = {COOKIE_LINK, 0, 0, 0, NULL},
    [WHO_READER] = {COOKIE_LINK, LINK, FULL, 0, "/open"},
    [WHO_VISITOR] = {COOKIE_MAIN, PORTAL | LINK, FULL, 0, NULL},
    [WHO_STAFF] = {COOKIE_MAIN, DESK, FULL, 0, "/sign-in"},
    [WHO_READS] = {COOKIE_MAIN, DESK, FULL, CHECKER | COORDINATOR | MANAGER | INSPECTOR,
                   "/sign-in"},
    [WHO_SEES] = {COOKIE_MAIN, DESK, FULL, COORDINATOR | MANAGER | INSPECTOR, "/sign-in"},
    [WHO_CHECKS] = {COOKIE_MAIN, DESK, FULL, CHECKER | COORDINATOR | MANAGER, "/sign-in"},
    [WHO_WORKS] = {COOKIE_MAIN, DESK, FULL, COORDINATOR | MANAGER, "/sign-in"},
    [WHO_LEADS] = {COOKIE_MAIN, DESK, FULL, MANAGER | ADMINISTRATOR, "/sign-in"},
    [WHO_MANAGER] = {COOKIE_MAIN, DESK, FULL, MANAGER, "/sign-in"},
    [WHO_ADMIN] = {COOKIE_MAIN, DESK, FULL, ADMINISTRATOR, "/sign-in"},
};

const struct session_rule *session_rule(enum http_who who)
{
    ASSERT(who < WHO_COUNT);
    return &rules[who];
}

static bool has(unsigned bits, unsigned value)
{
    return bits == 0 || (bits & 1u << value) != 0;
}

bool session_fits(const struct session_rule *rule, const struct session *session)
{
    return has(rule->kinds, session->kind) && has(rule->stages, session->stage) &&
           has(rule->roles, session->role);
}

struct name_value {
    const char *name;
    int value;
};

static const struct name_value kinds[] = {
    {"portal", SESSION_PORTAL}, {"desk", SESSION_DESK}, {"link", SESSION_LINK}, {NULL, 0}};
static const struct name_value stages[] = {
    {"joining", STAGE_JOINING}, {"password", STAGE_PASSWORD}, {"full", STAGE_FULL}, {NULL, 0}};
static const struct name_value roles[] = {
    {"checker", ROLE_CHECKER},     {"coordinator", ROLE_COORDINATOR},
    {"manager", ROLE_MANAGER},     {"administrator", ROLE_ADMINISTRATOR},
    {"inspector", ROLE_INSPECTOR}, {NULL, 0}};

/* A name that the database has and this program has not is nobody's. */
static int value_of(const struct name_value *table, struct str text)
{
    while (table->name && !str_equal(str_from(table->name), text)) table++;
    return table->value;
}

const char *session_role_name(enum staff_role role)
{
    const struct name_value *at = roles;
    while (at->name && at->value != (int)role) at++;
    return at->name ? at->name : "";
}

static void read_row(const struct store_rows *rows, struct session *session)
{
    session->kind = (enum session_kind)value_of(kinds, rows_str(rows, 0, "kind"));
    session->stage = (enum session_stage)value_of(stages, rows_str(rows, 0, "stage"));
    session->role = (enum staff_role)value_of(roles, rows_str(rows, 0, "role"));
    session->agency = rows_int(rows, 0, "agency_id");
    session->account = rows_int(rows, 0, "account_id");
    session->party = rows_int(rows, 0, "party_id");
    session->staff = rows_int(rows, 0, "staff_id");
    session->join = rows_int(rows, 0, "join_id");
    session->link = rows_int(rows, 0, "link_id");
    session->release = rows_int(rows, 0, "release_id");
    session->sealed_secret = rows_str(rows, 0, "sealed_secret");
    (void)rows_utc(rows, 0, "idle_ends_at", &session->idle_ends);
    (void)rows_utc(rows, 0, "ends_at", &session->ends);
}

/* Looking is cheap, and a page does it each time; once a minute it also leaves a sign of life. */
static enum err look(struct db_pool *db, const struct session *session, struct arena *arena,
                     struct store_rows *ret_rows)
{
    struct db_gate gate = {.kind = DB_GATE_SESSION};
    memcpy(gate.value, session->id.bytes, DB_GATE_BYTES);
    enum err code = store_db_one(db, &gate, QUERY_session_look, NO_PARAMS, arena, ret_rows);
    explicit_bzero(&gate, sizeof gate);
    TRY(code);
    if (ret_rows->count == 0 || !rows_bool(ret_rows, 0, "is_stale")) return OK;
    return store_db_one(db, NULL, QUERY_session_touch, PARAMS(P_RAW(session->id.bytes)), arena,
                        ret_rows);
}

enum err session_find(struct db_pool *db, const struct secret *cookie, struct arena *arena,
                      struct session *ret_session)
{
    struct session session;
    memset(&session, 0, sizeof session);
    TRY(token_session_id(cookie, &session.id));
    struct store_rows rows;
    TRY(look(db, &session, arena, &rows));
    if (rows.count) read_row(&rows, &session);
    *ret_session = session;
    secret_wipe(&session.id);
    return OK;
}

enum err session_end(struct db_pool *db, const struct session *session)
{
    if (session->kind == SESSION_NONE) return OK;
    ARENA(arena, 4096);
    struct store_rows rows;
    return store_db_one(db, NULL, QUERY_session_close, PARAMS(P_RAW(session->id.bytes)), arena,
                        &rows);
}
