/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

#include "core/code.h"
#include "core/num.h"
#include "mail/reply.h"
#include "rules/permit.h"
#include "sanitise/letter.h"
#include "server/desk/bounces.h"

enum { SHOWN = 200, KEY_DAYS = 30 };

/* ---- words ---- */

static bool same_code(struct str code, const char *name)
{
    /* the database's codes have underlines where ours have dashes */
    struct str other = str_from(name);
    if (code.len != other.len) return false;
    for (size_t i = 0; i < code.len; i++)
        if (code.at[i] != other.at[i] && !(code.at[i] == '_' && other.at[i] == '-')) return false;
    return true;
}

static const char *const refusals[][2] = {
#define REFUSAL(name, text, words) {text, words},
#include "sanitise/refusal.def"
#undef REFUSAL
};

static const struct {
    const char *code, *why, *cure;
} mail_codes[] = {
#define MAIL_CODE(code, why, cure) {code, why, cure},
#include "server/desk/mail_code.def"
#undef MAIL_CODE
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* false: the code has no row. */
static bool mail_words(struct str code, struct str *ret_why, struct str *ret_cure)
{
    for (size_t i = 0; i < sizeof mail_codes / sizeof *mail_codes; i++) {
        if (!str_equal(code, str_from(mail_codes[i].code))) continue;
        *ret_why = str_from(mail_codes[i].why);
        *ret_cure = str_from(mail_codes[i].cure);
        return true;
    }
    return false;
}

/* "550_5.7.26", refused at once: as if it had come back. */
static struct str code_of_server(struct str code)
{
    size_t line = str_find_byte(code, '_');
    int64_t number = 500;
    (void)num_parse(code, 500, 599, &number);
    struct str status =
        line == STR_NONE ? mail_reply_status((int)number) : str_from_byte(code, line + 1);
    switch (mail_reply_fault(status)) {
    case MAIL_FAULT_ADDRESS: return STR("5");
    case MAIL_FAULT_PASSING: return STR("bounced_soft");
    case MAIL_FAULT_REFUSED: return STR("bounced_refused");
    }
    ASSERT(false);
}

void problems_mail_words(struct str state, struct str code, struct str *ret_why,
                         struct str *ret_cure)
{
    if (str_equal(state, STR("maybe_sent")) && !str_equal(code, STR("notify_absent"))) {
        /* whatever the code: an attempt has no other end */
        *ret_why = STR("The connection broke at the last moment: nobody can know whether it came.");
        *ret_cure = STR("Ask the reader.");
        return;
    }
    if (mail_words(code, ret_why, ret_cure)) return;
    if (str_starts(code, STR("oauth_")) && mail_words(STR("oauth"), ret_why, ret_cure)) return;
    if (str_starts(code, STR("5")) && mail_words(code_of_server(code), ret_why, ret_cure)) return;
    /* a server's own code goes by its first digit, and one of Notify's too */
    const struct str of_notify = STR("notify_");
    size_t digits = str_starts(code, of_notify) ? of_notify.len : 0;
    bool is_number = code.len >= digits + 3 && is_digit(code.at[digits]);
    if (is_number && mail_words(str_slice(code, 0, digits + 1), ret_why, ret_cure)) return;
    problems_words(code, ret_why, ret_cure);
}

void problems_words(struct str code, struct str *ret_why, struct str *ret_cure)
{
    enum refused refusal;
    *ret_cure = STR("");
    if (refused_get(code, &refusal)) {
        *ret_why = str_from(refused_why(refusal));
        *ret_cure = str_from(refused_cure(refusal));
        return;
    }
    for (size_t i = 1; i < sizeof refusals / sizeof *refusals; i++)
        if (same_code(code, refusals[i][0])) {
            *ret_why = str_from(refusals[i][1]);
            return;
        }
    for (int known = OK + 1; known < ERR_COUNT; known++)
        if (same_code(code, err_info((enum err)known)->name)) {
            *ret_why = str_from(err_info((enum err)known)->message);
            *ret_cure = str_from(err_info((enum err)known)->cure);
            return;
        }
    *ret_why = str_equal(code, STR("worker_died"))
                   ? STR("The program that did this ended three times.")
                   : STR("It did not work, and the program cannot say why in words.");
    *ret_cure = STR("Tell the operator.");
}

static const struct {
    const char *kind, *words;
    bool has_letter;
} job_kinds[] = {
    {"prepare_letter", "Prepare the letter", true},
    {"prepare_stranger", "Prepare the letter", true},
    {"read_photos", "Read the words on the photos of the letter", true},
    {"burn_release", "Make the copies of the letter", true},
    {"return_note", "Return the letter with its note", true},
    {"welcome_account", "Make an account ready", false},
    {"label_contacts", "Write anew what people see of each other", false},
    {"send_mail", "Send a mail", false},
    {"fetch_mail", "Fetch mail", false},
    {"clear_done", "Remove mails that are in the archive", false},
    {"check_archive", "Read the archive's copies back", false},
    {"check_notify", "Ask GOV.UK Notify about a notice", false},
};

static struct str what_of(struct request *request, struct str kind, int64_t letter)
{
    for (size_t i = 0; i < sizeof job_kinds / sizeof *job_kinds; i++) {
        if (!str_equal(kind, str_from(job_kinds[i].kind))) continue;
        if (!job_kinds[i].has_letter || !letter) return str_from(job_kinds[i].words);
        BUF(reference, 20);
        code_reference_put(&reference, letter);
        return arena_print(request->arena, "%s %s", job_kinds[i].words, reference.at);
    }
    return arena_print(request->arena, "Work of the kind %.*s", STR_ARG(kind));
}

struct str problems_notice_words(struct str kind)
{
    static const char *const kinds[][2] = {
        {"waiting", "A notice that something waits"},
        {"link", "A link"},
        {"receipt", "A receipt"},
        {"reminder", "A reminder"},
        {"join_done", "A welcome"},
        {"password_changed", "A notice of a new password"},
        {"return_note", "A note about a letter"},
        {"released", "A letter"},
        {"sign_in_code", "A sign-in code"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_equal(kind, str_from(kinds[i][0]))) return str_from(kinds[i][1]);
    return STR("A mail");
}

/* ---- lists ---- */

static struct str party_name(const struct register_view *view, int64_t party)
{
    const struct register_party *found = register_party(view, party);
    return found ? found->name->name : STR("");
}

/* The mail that came back of a dispatch: the last, if there are several. */
static void put_came_back(struct request *request, const struct store_rows *bounces,
                          int64_t dispatch, json_t *entry)
{
    for (size_t row = bounces->count; row > 0; row--) {
        if (rows_int(bounces, row - 1, "dispatch_id") != dispatch) continue;
        json_t *bounce = json_object();
        bounces_put_facts(request, bounces, row - 1, bounce);
        json_put(entry, "bounce", bounce);
        return;
    }
}

/* Where the address is to blame: has anybody said by now that the one we have is right? */
static void put_address(const struct register_view *view, int64_t to, struct str channel,
                        struct str code, json_t *entry)
{
    bool is_post = str_equal(channel, STR("post"));
    bool is_blamed = str_equal(code, STR("bounced")) || str_equal(code, STR("notify_permanent")) ||
                     str_equal(code, STR("post_returned")) ||
                     str_equal(code, STR("address_unconfirmed"));
    const struct register_party *party = register_party(view, to);
    if (!party || !is_blamed) return;
    bool is_right = is_post ? party->address_confirmed : party->email_confirmed;
    json_put_code(entry, "party", to);
    json_put_bool(entry, "ask", !is_right);
    json_put_bool(entry, "address_right", is_right);
}

/* Copies of this letter that have not left: they are taken back too when it is read again. */
static void put_beside(struct request *request, const struct register_view *view,
                       const struct store_rows *copies, int64_t letter, json_t *entry)
{
    json_t *list = json_array(), *last = NULL;
    for (size_t row = 0; row < copies->count; row++) {
        if (rows_int(copies, row, "letter_id") != letter) continue;
        last = json_object();
        json_put_str(last, "name", party_name(view, rows_int(copies, row, "to_party")));
        json_put(last, "channel", desk_tagged(request, rows_str(copies, row, "channel")));
        json_put_bool(last, "last", false);
        json_add(list, last);
    }
    if (last) json_put_bool(last, "last", true);
    desk_put_list(entry, "beside", list);
}

static enum err put_dispatches(struct request *request, struct store *store,
                               const struct register_view *view)
{
    struct store_rows rows, bounces, copies;
    TRY(store_query(store, QUERY_dispatch_problems, PARAMS(P_INT(SHOWN)), request->arena, &rows));
    TRY(store_query(store, QUERY_bounce_of_stopped, NO_PARAMS, request->arena, &bounces));
    TRY(store_query(store, QUERY_dispatch_beside_problems, NO_PARAMS, request->arena, &copies));
    json_t *doubts = json_array(), *stopped = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct str state = rows_str(&rows, row, "state"), why, cure;
        struct utc changed = {0};
        bool is_doubt = str_equal(state, STR("maybe_sent"));
        json_t *entry = json_object();
        json_put_code(entry, "id", rows_int(&rows, row, "dispatch_id"));
        desk_put_row_field(request, "reason", rows_int(&rows, row, "dispatch_id"), entry);
        json_put_str(entry, "to", party_name(view, rows_int(&rows, row, "to_party")));
        json_put(entry, "channel", desk_tagged(request, rows_str(&rows, row, "channel")));
        json_put_reference(entry, "reference", rows_int(&rows, row, "letter_id"));
        json_put_code(entry, "letter", rows_int(&rows, row, "letter_id"));
        (void)rows_utc(&rows, row, "changed_at", &changed);
        desk_put_instant(entry, is_doubt ? "when" : "since", changed, true);
        json_put_bool(entry, "came_back", str_equal(state, STR("returned")));
        put_came_back(request, &bounces, rows_int(&rows, row, "dispatch_id"), entry);
        put_address(view, rows_int(&rows, row, "to_party"), rows_str(&rows, row, "channel"),
                    rows_str(&rows, row, "code"), entry);
        put_beside(request, view, &copies, rows_int(&rows, row, "letter_id"), entry);
        problems_mail_words(state, rows_str(&rows, row, "code"), &why, &cure);
        json_put_str(entry, "why", why);
        json_put_str(entry, "cure", cure);
        json_add(is_doubt ? doubts : stopped, entry);
    }
    desk_put_list(request->view, "doubts", doubts);
    desk_put_list(request->view, "stopped", stopped);
    return OK;
}

static enum err put_notices(struct request *request, struct store *store,
                            const struct register_view *view)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_message_problems, PARAMS(P_INT(SHOWN)), request->arena, &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct str state = rows_str(&rows, row, "state"), why, cure;
        struct utc changed = {0};
        json_t *entry = json_object();
        json_put_code(entry, "id", rows_int(&rows, row, "message_id"));
        bool is_text = str_equal(rows_str(&rows, row, "way"), STR("text"));
        json_put_str(entry, "what",
                     is_text ? STR("A text message")
                             : problems_notice_words(rows_str(&rows, row, "kind")));
        struct str to = party_name(view, rows_int(&rows, row, "to_party"));
        if (to.len) json_put_str(entry, "to", to);
        (void)rows_utc(&rows, row, "changed_at", &changed);
        desk_put_instant(entry, "since", changed, true);
        problems_mail_words(state, rows_str(&rows, row, "code"), &why, &cure);
        json_put_str(entry, "why", why);
        json_put_str(entry, "cure", cure);
        json_put_bool(entry, "in_doubt", str_equal(state, STR("maybe_sent")));
        json_put_bool(entry, "is_code",
                      str_equal(rows_str(&rows, row, "kind"), STR("sign_in_code")));
        json_add(list, entry);
    }
    desk_put_list(request->view, "notices", list);
    return OK;
}

static enum err put_jobs(struct request *request, struct store *store)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_job_problems, PARAMS(P_INT(SHOWN)), request->arena, &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct str why, cure;
        struct utc ended = {0};
        int64_t job = rows_int(&rows, row, "job_id"), letter = rows_int(&rows, row, "letter_id");
        BUF(code, 16);
        code_id_put(&code, job);
        json_t *entry = json_object();
        json_put_code(entry, "id", job);
        desk_put_row_field(request, "reason", job, entry);
        json_put_str(entry, "path", arena_print(request->arena, "/jobs/%s", code.at));
        json_put_str(entry, "what", what_of(request, rows_str(&rows, row, "kind"), letter));
        if (letter)
            json_put_code(entry, "letter", letter);
        else
            json_put_str(entry, "letter", STR("")); /* not that of the page around it */
        problems_words(rows_str(&rows, row, "error_code"), &why, &cure);
        json_put_str(entry, "why", why);
        json_put_str(entry, "cure", cure);
        (void)rows_utc(&rows, row, "ended_at", &ended);
        desk_put_instant(entry, "since", ended, false);
        int64_t tries = rows_int(&rows, row, "attempts");
        json_put_str(entry, "tries",
                     tries == 1 ? STR("once")
                                : arena_print(request->arena, "%lld times", (long long)tries));
        json_add(list, entry);
    }
    desk_put_list(request->view, "jobs", list);
    return OK;
}

/* What goes on by itself as soon as something that is away comes back. */
static enum err put_waiting(struct request *request, struct store *store)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_job_waiting, NO_PARAMS, request->arena, &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct str why, cure;
        struct utc since = {0};
        int64_t letters = rows_int(&rows, row, "letters");
        json_t *entry = json_object();
        json_put_str(entry, "letters",
                     letters == 1
                         ? STR("One letter waits")
                         : arena_print(request->arena, "%lld letters wait", (long long)letters));
        problems_words(rows_str(&rows, row, "error_code"), &why, &cure);
        json_put_str(entry, "why", why);
        json_put_str(entry, "cure", cure);
        (void)rows_utc(&rows, row, "since", &since);
        desk_put_instant(entry, "since", since, true);
        json_add(list, entry);
    }
    desk_put_list(request->view, "waiting", list);
    return OK;
}

/* Mails from one side to an address of the other, until somebody has dealt with them. */
static enum err put_wrong_side(struct request *request, struct store *store)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_letter_wrong_side_list, PARAMS(P_INT(SHOWN)), request->arena,
                    &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct utc received = {0};
        json_t *entry = json_object();
        json_put_code(entry, "id", rows_int(&rows, row, "letter_id"));
        (void)rows_utc(&rows, row, "received_at", &received);
        desk_put_instant(entry, "since", received, true);
        json_add(list, entry);
    }
    desk_put_list(request->view, "wrong_side", list);
    return OK;
}

/* OpenPGP keys in use that end soon, or have ended: letters by them are held from that day on. */
static enum err put_keys(struct request *request, struct store *store,
                         const struct register_view *view)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_party_keys_ending, PARAMS(P_INT(KEY_DAYS), P_INT(SHOWN)),
                    request->arena, &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct day ends;
        json_t *entry = json_object();
        json_put_code(entry, "id", rows_int(&rows, row, "party_id"));
        json_put_str(entry, "name", party_name(view, rows_int(&rows, row, "party_id")));
        if (rows_day(&rows, row, "key_ends_on", &ends)) desk_put_day(entry, "ends", ends);
        json_put_bool(entry, "ended", rows_bool(&rows, row, "has_ended"));
        json_add(list, entry);
    }
    desk_put_list(request->view, "keys", list);
    return OK;
}

enum err problems_put_clock(struct request *request, struct store *store)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_clock_state, NO_PARAMS, request->arena, &rows));
    if (rows_null(&rows, 0, "jump_found_at")) return OK;
    json_t *clock = json_object();
    /* what the system says: the database's own instant never steps back by itself */
    desk_put_instant(clock, "now", request->arrived, true);
    json_put_bool(clock, "can_confirm", request->session.role == ROLE_MANAGER);
    json_put(request->view, "clock", clock);
    return OK;
}

static enum err show(struct store *store, void *context)
{
    struct register_view *view = context;
    struct request *request = view->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    TRY(problems_put_clock(request, store));
    TRY(put_wrong_side(request, store));
    TRY(put_dispatches(request, store, view));
    TRY(put_keys(request, store, view));
    TRY(put_notices(request, store, view));
    TRY(bounces_put(request, store, view, true, 1));
    TRY(put_waiting(request, store));
    TRY(put_jobs(request, store));
    return desk_audit(store, "problems_listed", NULL, 0, NULL, 0);
}

enum err problems_page(struct request *request)
{
    REGISTER(view);
    TRY(register_take(request, &view));
    TRY(request_run(request, show, &view));
    return reply_page(request, "desk/problems");
}
