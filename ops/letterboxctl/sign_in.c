/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ops/letterboxctl/sign_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/limits.h"
#include "crypt/password.h"
#include "crypt/token.h"
#include "crypt/totp.h"
#include "mail/addr.h"
#include "ops/letterboxctl/command.h"
#include "ops/letterboxctl/enrol.h"
#include "sys/clock.h"
#include "sys/file.h"

static const struct db_gate no_gate = {.kind = DB_GATE_NONE};

/* ---- what is typed ---- */

static enum err read_line(int fd, struct buf *line)
{
    for (;;) {
        char byte;
        ssize_t got = read(fd, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ERR_IO;
        if (got == 0) return line->len ? buf_done(line) : ERR_NOT_FOUND;
        if (byte == '\n') return buf_done(line);
        buf_add_byte(line, byte);
    }
}

static void set_echo(int terminal, bool on)
{
    struct termios modes;
    if (tcgetattr(terminal, &modes) != 0) return;
    if (on)
        modes.c_lflag |= (tcflag_t)ECHO;
    else
        modes.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(terminal, TCSAFLUSH, &modes);
}

int sign_in_line(const struct site *site, int fd, const char *prompt, bool is_shown,
                 struct buf *ret_line)
{
    buf_clear(ret_line);
    enum err code;
    if (fd >= 0) {
        code = read_line(fd, ret_line);
    } else {
        FD(terminal, open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
        if (terminal < 0)
            return site_fail(site,
                             "There is no terminal to ask on. Give the lines with --sign-in-fd N.");
        dprintf(terminal, "%s: ", prompt);
        if (!is_shown) set_echo(terminal, false);
        code = read_line(terminal, ret_line);
        if (!is_shown) {
            set_echo(terminal, true);
            dprintf(terminal, "\n");
        }
    }
    if (code != OK) return site_fail(site, "%s: nothing was given, or it is too long.", prompt);
    return COMMAND_DONE;
}

int sign_in_ask(const struct site *site, int fd, struct sign_in_typed *ret_typed)
{
    ret_typed->email = buf_new_secret(SIGN_IN_LINE_BYTES);
    ret_typed->password = buf_new_secret(SIGN_IN_LINE_BYTES);
    ret_typed->code = buf_new_secret(SIGN_IN_LINE_BYTES);
    int status = sign_in_line(site, fd, "Your e-mail address", true, &ret_typed->email);
    if (!status) status = sign_in_line(site, fd, "Your password", false, &ret_typed->password);
    if (!status) status = sign_in_line(site, fd, "Code from your app", true, &ret_typed->code);
    if (status) sign_in_typed_done(ret_typed);
    return status;
}

void sign_in_typed_done(struct sign_in_typed *typed)
{
    buf_free(&typed->email);
    buf_free(&typed->password);
    buf_free(&typed->code);
}

/* ---- the account ---- */

/* What one attempt works with. */
struct attempt {
    const struct site *site;
    const struct keys *keys;
    const struct sign_in_typed *typed;
    struct arena *arena;
    const struct secret *host;
    unsigned char rate_key[KDF_MAC_BYTES];
    struct store_rows row; /* of staff_for_sign_in */
};

static enum err look_up(struct attempt *attempt, const struct sign_in *session)
{
    struct site_agencies agencies;
    TRY(site_agencies(session->pool, attempt->arena, &agencies));
    int64_t *ids = ARENA_MANY(attempt->arena, agencies.count + 1, int64_t);
    unsigned char(*values)[32] =
        arena_take_array(attempt->arena, agencies.count + 1, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < agencies.count; i++) {
        const struct secret *key;
        if (keys_find(attempt->keys, KEY_STAFF, agencies.at[i].id, &key) != OK) continue;
        ids[count] = agencies.at[i].id;
        TRY(enrol_lookup(key, ids[count], buf_str(&attempt->typed->email), values[count]));
        count++;
    }
    if (count == 0) return ERR_NO_KEY;
    return store_db_one(
        session->pool, &no_gate, QUERY_staff_for_sign_in,
        PARAMS(P_INTS(ids, count), store_param_digests(values, count, attempt->arena)),
        attempt->arena, &attempt->row);
}

static enum err rate_check(struct attempt *attempt, const struct sign_in *session)
{
    struct str plain;
    struct store_rows rows;
    TRY(mail_addr_canonical(buf_str(&attempt->typed->email), attempt->arena, &plain));
    TRY(kdf_mac(attempt->host, MAC_RATE_TYPED, plain, attempt->rate_key));
    TRY(store_db_one(session->pool, &no_gate, QUERY_rate_state,
                     PARAMS(P_TEXT(STR("account")), P_RAW(attempt->rate_key)), attempt->arena,
                     &rows));
    return rows_bool(&rows, 0, "refused") ? ERR_TOO_MANY_TRIES : OK;
}

/* Opens the account's own pair; ERR_NO_MATCH for a wrong password. */
static enum err open_account(const struct attempt *attempt, struct seal_pair *ret_pair)
{
    const struct store_rows *row = &attempt->row;
    struct password_places places;
    struct password_row stored;
    SECRET(secret);
    password_places_init(&places, 1, PASSWORD_WAIT_MS);
    struct password_work work = {&places, attempt->host, PASSWORD_COST, true};
    enum err code = password_row_from(
        rows_int(row, 0, "argon_kib"), rows_int(row, 0, "argon_passes"),
        rows_str(row, 0, "argon_salt"), rows_str(row, 0, "wrapped_secret"), &stored);
    /* For an address that it does not know the database makes a row up, which no password opens. */
    if (code == OK)
        code = password_open(&work, buf_str(&attempt->typed->password),
                             rows_int(row, 0, "staff_id"), &stored, &secret);
    password_places_done(&places);
    TRY(code);
    return seal_pair_from(&secret, ret_pair);
}

static enum err check_totp(const struct attempt *attempt, const struct seal_pair *pair,
                           int64_t *ret_step)
{
    const struct store_rows *row = &attempt->row;
    struct seal_binding binding = {SEAL_TOTP, rows_int(row, 0, "agency_id"), "staff",
                                   rows_int(row, 0, "staff_id"), 1};
    BUF_SECRET(totp, 4096);
    TRY(seal_open(&binding, pair, 1, rows_str(row, 0, "sealed_totp"), &totp));
    return totp_check(buf_str(&totp), buf_str(&attempt->typed->code), clock_now(), 0, ret_step);
}

/* ---- the session ---- */

static enum err open_session(const struct attempt *attempt, struct sign_in *session,
                             const struct seal_pair *pair, int64_t step)
{
    SECRET(cookie);
    SECRET(waiting);
    SECRET(full);
    struct store_rows rows;
    BUF(box, 1024);
    secret_random(&cookie);
    TRY(token_session_id(&cookie, &full));
    TRY(token_session_close(&cookie, session->staff, &pair->secret, &box));
    secret_random(&waiting);
    TRY(store_db_one(session->pool, &no_gate, QUERY_staff_sign_in_begin,
                     PARAMS(P_RAW(waiting.bytes), P_INT(session->agency_id), P_INT(session->staff),
                            P_BYTES(buf_str(&box))),
                     attempt->arena, &rows));
    if (!rows_bool(&rows, 0, "begun")) return ERR_NO_MATCH;
    TRY(store_db_one(
        session->pool, &no_gate, QUERY_sign_in_totp,
        PARAMS(P_RAW(waiting.bytes), P_INT(step), P_RAW(full.bytes), P_BYTES(buf_str(&box))),
        attempt->arena, &rows));
    if (str_equal(rows_str(&rows, 0, "result"), STR("used"))) return ERR_CONFLICT;
    if (!str_equal(rows_str(&rows, 0, "result"), STR("ok"))) return ERR_NO_MATCH;
    session->gate.kind = DB_GATE_SESSION;
    memcpy(session->gate.value, full.bytes, sizeof session->gate.value);
    return OK;
}

static enum err open_grants(const struct attempt *attempt, struct sign_in *session,
                            const struct seal_pair *pair)
{
    struct store_rows rows;
    struct seal_binding binding = {SEAL_GRANT, session->agency_id, "staff_grant", session->staff,
                                   1};
    TRY(store_db_one(session->pool, &session->gate, QUERY_staff_grant_self, NO_PARAMS,
                     attempt->arena, &rows));
    for (size_t i = 0; i < rows.count && session->desk_count < SIGN_IN_DESK_KEYS; i++) {
        BUF_SECRET(bytes, SECRET_BYTES);
        SECRET(secret);
        TRY(seal_open(&binding, pair, 1, rows_str(&rows, i, "sealed_secret"), &bytes));
        if (bytes.len != SECRET_BYTES) return ERR_SEAL_BROKEN;
        memcpy(secret.bytes, bytes.at, SECRET_BYTES);
        TRY(seal_pair_from(&secret, &session->desk[session->desk_count++]));
    }
    return OK;
}

static enum err find_agency(const struct attempt *attempt, struct sign_in *session)
{
    struct site_agencies agencies;
    TRY(site_agencies(session->pool, attempt->site->arena, &agencies));
    for (size_t i = 0; i < agencies.count; i++)
        if (agencies.at[i].id == session->agency_id) session->agency = agencies.at[i];
    return session->agency.has_keys ? OK : ERR_NO_KEY;
}

static enum err sign_in_all(struct attempt *attempt, struct sign_in *session)
{
    SEAL_PAIR(pair);
    int64_t step = 0;
    TRY(rate_check(attempt, session));
    TRY(look_up(attempt, session));
    session->agency_id = rows_int(&attempt->row, 0, "agency_id");
    session->staff = rows_int(&attempt->row, 0, "staff_id");
    session->role = arena_str(attempt->site->arena, rows_str(&attempt->row, 0, "role"));
    enum err code = open_account(attempt, &pair);
    if (code == OK) code = check_totp(attempt, &pair, &step);
    if (code == OK) code = open_session(attempt, session, &pair, step);
    if (code == ERR_NO_MATCH)
        TRY(store_db_one(session->pool, &no_gate, QUERY_rate_hit,
                         PARAMS(P_TEXT(STR("account")), P_RAW(attempt->rate_key)), attempt->arena,
                         &attempt->row));
    TRY(code);
    TRY(open_grants(attempt, session, &pair));
    return find_agency(attempt, session);
}

enum err sign_in_try(const struct site *site, const struct keys *desk_keys,
                     const struct sign_in_typed *typed, struct sign_in *ret_session)
{
    struct attempt attempt = {.site = site, .keys = desk_keys, .typed = typed};
    *ret_session = (struct sign_in){.gate = no_gate};
    TRY(keys_find(desk_keys, KEY_HOST, 0, &attempt.host));
    if (site_connect(site, "lb_desk", &ret_session->pool)) return ERR_DB_AWAY;
    attempt.arena = arena_new_secret((size_t)1 << 20);
    enum err code = sign_in_all(&attempt, ret_session);
    arena_free(&attempt.arena);
    if (code != OK) sign_in_end(ret_session);
    return code;
}

int sign_in_complain(const struct site *site, enum err code)
{
    if (code == ERR_NO_MATCH)
        return site_fail(site, "E-mail address, password or code is not right.");
    if (code == ERR_CONFLICT)
        return site_fail(site, "This code was used already. Wait for the next one.");
    return site_failed(site, "sign-in", code);
}

int sign_in_act(const struct site *site, int fd, struct signed_in *who, int (*act)(void *work),
                void *work)
{
    struct sign_in_typed typed;
    int status = site_keys(site, site->conf.desk_key_folder, &who->keys);
    if (!status) status = sign_in_ask(site, fd, &typed);
    if (!status) {
        enum err code = sign_in_try(site, who->keys, &typed, &who->session);
        sign_in_typed_done(&typed);
        if (code != OK) status = sign_in_complain(site, code);
        if (code == OK) {
            status = act(work);
            sign_in_end(&who->session);
        }
    }
    keys_free(&who->keys);
    return status;
}

const struct secret *sign_in_desk_secret(const struct sign_in *session)
{
    for (size_t i = 0; i < session->desk_count; i++)
        if (bytes_equal(session->desk[i].public.bytes, session->agency.desk.bytes, SEAL_KEY_BYTES))
            return &session->desk[i].secret;
    return NULL;
}

int sign_in_lacks_key(const struct site *site)
{
    return site_fail(site, "You cannot open records yet: an administrator must grant you the desk "
                           "key.");
}

void sign_in_end(struct sign_in *session)
{
    ARENA(arena, 64 * 1024);
    struct store_rows rows;
    /* A session that cannot be closed now ends by itself, after 15 minutes. */
    if (session->gate.kind == DB_GATE_SESSION &&
        store_db_one(session->pool, &no_gate, QUERY_session_close,
                     PARAMS(P_RAW(session->gate.value)), arena, &rows) != OK)
        fprintf(stderr, "letterboxctl: the session could not be closed; it ends in 15 minutes.\n");
    for (size_t i = 0; i < session->desk_count; i++) seal_pair_wipe(&session->desk[i]);
    explicit_bzero(session->gate.value, sizeof session->gate.value);
    session->gate.kind = DB_GATE_NONE;
    session->desk_count = 0;
    store_db_close(&session->pool);
}
