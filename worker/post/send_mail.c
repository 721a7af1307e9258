/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Sends one finished message. The attempt is journalled and committed before a byte is sent, and
 * ended afterwards; where the process dies in between, the journal says that it may have been sent,
 * and no machine sends it again.
 *
 *     open body and address, compose      a message that does not open costs no attempt
 *     ask whether its domain's turn has   if not, the job comes again when it has: no attempt, and
 *     come (pace.c)                       nobody is told
 *     sign in, where that takes a token   may take half a minute: no attempt is open meanwhile
 *     message_begin, COMMIT               checks permit, sides, freeze, address version again
 *     SMTP
 *     message_end and the job's end, COMMIT
 *
 * The same Message-ID, date and bytes at each attempt. Nothing begins to be given away once the
 * job's time is over: its lease lasts twice as long, and outlives the server's time for one
 * message.
 *
 * A notice goes by GOV.UK Notify instead of SMTP where its agency has that: each text message, and
 * e-mail if there is a template for it. A letter never does: the body of a notice says that it is
 * one (lib/mail/message.h), and that of a letter does not.
 */
#include <stdio.h>
#include <time.h>

#include "core/limits.h"
#include "mail/compose.h"
#include "mail/message.h"
#include "store/blob.h"
#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/post/post.h"

enum {
    MESSAGE_BYTES_MAX = LIMIT_MAIL_BYTES, /* what is sent */
    END_TRIES = 20,                       /* to record what became of it, a second apart */
};

struct sending {
    struct job *job;
    struct post *post;
    /* the row */
    struct str kind, way, state, code, sealed_body, sealed_address, address_table, token;
    int64_t body_blob, account_id, address_version;
    struct utc made_at;
    struct buf blob;
    /* opened */
    struct buf body, address, message;
    struct mail_message content;
    struct str to;
    const struct post_notify *notify; /* who carries it; NULL: the mail server */
    struct mail_notify_notice notice;
    const struct mail_addr *from;
    bool is_composed, is_answer, is_late;
    struct post_agency agency;
    /* the attempt */
    struct str refusal;
    int64_t attempt_id;
    int64_t asked_us; /* when its domain's turn was asked for */
    struct mail_smtp_result result;
    bool is_signed_in;
    const char *sign_in_reason; /* why not */
    struct buf sealed_answer;
    char notify_id[MAIL_NOTIFY_ID_LETTERS + 1];
};

static void end_sending(struct sending *sending)
{
    buf_free(&sending->blob);
    buf_free(&sending->body);
    buf_free(&sending->address);
    buf_free(&sending->message);
    buf_free(&sending->sealed_answer);
}

/* ---- reading and composing ---- */

static enum err read_row(struct store *store, void *context)
{
    struct sending *sending = context;
    struct store_rows rows;
    TRY(post_agency_read(store, sending->job->arena, &sending->agency));
    TRY(store_query(store, QUERY_message_read, PARAMS(P_INT(sending->job->message)),
                    sending->job->arena, &rows));
    sending->state = STR("over");
    if (rows.count == 0) return OK;
    sending->kind = rows_str(&rows, 0, "kind");
    sending->way = rows_str(&rows, 0, "way");
    sending->code = rows_str(&rows, 0, "code");
    sending->state = rows_str(&rows, 0, "state");
    sending->sealed_body = rows_str(&rows, 0, "sealed_body");
    sending->body_blob = rows_int(&rows, 0, "body_blob");
    sending->sealed_address = rows_str(&rows, 0, "sealed_address");
    sending->address_table = rows_str(&rows, 0, "address_table");
    sending->address_version = rows_int(&rows, 0, "address_version");
    sending->account_id = rows_int(&rows, 0, "account_id");
    sending->token = rows_str(&rows, 0, "mail_token");
    if (!rows_utc(&rows, 0, "made_at", &sending->made_at)) return ERR_DB;
    sending->is_late = rows_bool(&rows, 0, "is_late");
    bool is_ready = str_equal(sending->state, STR("ready"));
    buf_clear(&sending->blob);
    if (is_ready && sending->body_blob)
        TRY(store_blob_get(store, sending->body_blob, &sending->blob));
    return OK;
}

static enum err open_sealed(struct sending *sending)
{
    const struct seal_pair *pairs;
    size_t count;
    int64_t agency = sending->job->agency;
    TRY(keys_pairs(sending->post->keys, KEY_POST, agency, &pairs, &count));
    struct seal_binding body = {.purpose = SEAL_MESSAGE,
                                .agency_id = agency,
                                .table = "message",
                                .row_id = sending->job->message,
                                .row_version = 1};
    struct str sealed = sending->body_blob ? buf_str(&sending->blob) : sending->sealed_body;
    TRY(seal_open(&body, pairs, count, sealed, &sending->body));
    buf_free(&sending->blob);
    bool of_account = str_equal(sending->address_table, STR("account"));
    struct seal_binding address = {.purpose = SEAL_ADDRESS,
                                   .agency_id = agency,
                                   .table = of_account ? "account" : "message",
                                   .row_id =
                                       of_account ? sending->account_id : sending->job->message,
                                   .row_version = sending->address_version};
    return seal_open(&address, pairs, count, sending->sealed_address, &sending->address);
}

static enum err compose(struct sending *sending)
{
    struct arena *arena = sending->job->arena;
    const struct mail_message message = sending->content;
    struct mail_compose_headers headers = {
        .from = *sending->from,
        .subject = message.subject,
        .date = sending->made_at,
        .automatic = message.automatic,
        .is_answer = message.is_answer,
        .answers = message.answers,
    };
    sending->is_answer = message.is_answer;
    headers.from.name = sending->agency.neutral_name;
    headers.message_id =
        arena_print(arena, "%.*s@%.*s", STR_ARG(sending->token), STR_ARG(sending->from->domain));
    TRY(mail_addr_parse(buf_str(&sending->address), arena, &headers.to));
    headers.to.name = (struct str){NULL, 0};
    sending->to = mail_addr_spec(&headers.to, arena);
    struct str domain = post_reply_domain(sending->post, sending->agency.slug);
    if (message.alias.len && domain.len)
        TRY(mail_addr_parse(
            arena_print(arena, "%.*s@%.*s", STR_ARG(message.alias), STR_ARG(domain)), arena,
            &headers.reply_to));
    return mail_compose_message(&headers, message.entity, &sending->message);
}

/* The notice as GOV.UK Notify gets it; the text lies in the arena. */
static enum err fill_notice(struct sending *sending, bool is_text)
{
    const struct post_notify *notify = sending->notify;
    struct mail_addr to;
    sending->to = buf_str(&sending->address);
    if (!is_text) {
        TRY(mail_addr_parse(sending->to, sending->job->arena, &to));
        sending->to = mail_addr_spec(&to, sending->job->arena);
    }
    sending->notice = (struct mail_notify_notice){
        .is_text = is_text,
        .to = sending->to,
        .template = is_text ? notify->text_template : notify->email_template,
        .subject = sending->content.subject,
        .text = sending->content.text,
        .reference = sending->token,
        .sender = is_text ? notify->text_sender : notify->email_reply_to,
    };
    return OK;
}

/* Who carries it, and what that one gets. ERR_CONFIG: nobody is set up to. */
static enum err make_ready(struct sending *sending)
{
    const struct post_notify *notify = post_notify_of(sending->post, sending->agency.slug);
    bool is_text = str_equal(sending->way, STR("text"));
    struct str template = {NULL, 0};
    if (notify) template = is_text ? notify->text_template : notify->email_template;
    sending->notify = template.len && sending->content.text.len ? notify : NULL;
    if (sending->notify) return fill_notice(sending, is_text);
    sending->from = post_sender(sending->post, sending->agency.slug);
    if (is_text || !sending->from || sending->post->conf->smtp_host.len == 0) return ERR_CONFIG;
    return compose(sending);
}

static enum err prepare(struct sending *sending)
{
    TRY(queue_step(sending->job, read_row, sending));
    if (!str_equal(sending->state, STR("ready"))) return OK; /* there will be no attempt */
    TRY(open_sealed(sending));
    TRY(mail_message_get(buf_str(&sending->body), sending->job->arena, &sending->content));
    TRY(make_ready(sending));
    sending->is_composed = true;
    buf_free(&sending->body);
    return OK;
}

/* ---- the attempt ---- */

static enum err begin_attempt(struct store *store, void *context)
{
    struct sending *sending = context;
    struct store_rows rows;
    struct store_param message = P_INT(sending->job->message);
    sending->attempt_id = 0;
    if (sending->is_composed) {
        struct str carrier = sending->notify ? STR("notify") : STR("smtp");
        TRY(store_query_one(store, QUERY_message_carrier, PARAMS(message, P_TEXT(carrier)),
                            sending->job->arena, &rows));
        sending->refusal = rows_str(&rows, 0, "refusal");
        if (sending->refusal.len) return OK;
    }
    TRY(store_query_one(store, QUERY_message_begin, PARAMS(message), sending->job->arena, &rows));
    sending->refusal = rows_str(&rows, 0, "refusal");
    sending->attempt_id = rows_int(&rows, 0, "attempt_id");
    if (!str_equal(sending->refusal, STR("maybe_sent"))) return OK;
    /* an attempt that never ended: Notify, if it was given to that, may know */
    return store_query(store, QUERY_message_watch, PARAMS(message, P_NULL), sending->job->arena,
                       &rows);
}

static const char *outcome_name(enum mail_smtp_outcome outcome)
{
    switch (outcome) {
    case MAIL_SMTP_ACCEPTED: return "done";
    case MAIL_SMTP_REFUSED: return "refused";
    case MAIL_SMTP_LATER: return "failed";
    case MAIL_SMTP_UNKNOWN: return "unknown";
    }
    ASSERT(false);
}

static enum err end_attempt(struct store *store, void *context)
{
    struct sending *sending = context;
    struct str answer = buf_str(&sending->sealed_answer);
    struct store_rows rows;
    TRY(store_query(
        store, QUERY_message_end,
        PARAMS(P_INT(sending->attempt_id), P_TEXT(str_from(outcome_name(sending->result.outcome))),
               P_TEXT(str_from(sending->result.code)), answer.len ? P_BYTES(answer) : P_NULL),
        sending->job->arena, &rows));
    bool is_away = sending->result.outcome == MAIL_SMTP_ACCEPTED ||
                   sending->result.outcome == MAIL_SMTP_UNKNOWN;
    if (!sending->notify || !is_away) return OK;
    struct str id = str_from(sending->notify_id);
    return store_query(store, QUERY_message_watch,
                       PARAMS(P_INT(sending->job->message), id.len ? P_TEXT(id) : P_NULL),
                       sending->job->arena, &rows);
}

/*
 * Where the mail comes back to. Of an answer nothing comes back, or two machines would never end
 * (RFC 3834 §3.3).
 */
static struct str return_path(const struct sending *sending)
{
    struct str domain = post_return_domain(sending->post, sending->agency.slug);
    if (sending->is_answer) return STR("");
    if (domain.len == 0) return mail_addr_spec(sending->from, sending->job->arena);
    return arena_print(sending->job->arena, "%.*s@%.*s", STR_ARG(sending->token), STR_ARG(domain));
}

/* Has a token, where the mail server is signed in to with one. */
static void sign_in(struct sending *sending)
{
    struct post *post = sending->post;
    bool changed;
    sending->sign_in_reason = "";
    sending->is_signed_in = post_sign_in(post->smtp_oauth, &post->smtp_server, &changed,
                                         &sending->sign_in_reason) == OK;
    if (sending->is_signed_in && changed) mail_smtp_close(&post->smtp);
}

static enum err give_once(struct sending *sending)
{
    struct post *post = sending->post;
    if (sending->notify)
        return send_notify(sending->notify, &sending->notice, sending->code.len > 0,
                           &sending->result, sending->notify_id);
    bool is_late = clock_monotonic_us() >= sending->job->until_us;
    if (!sending->is_signed_in || is_late) {
        sending->result = (struct mail_smtp_result){.outcome = MAIL_SMTP_LATER};
        snprintf(sending->result.code, sizeof sending->result.code, "%s",
                 sending->is_signed_in ? "timeout" : sending->sign_in_reason);
        return OK;
    }
    if (!post->smtp) TRY(mail_smtp_open(&post->smtp_server, post->ehlo_name, &post->smtp));
    struct str from = return_path(sending);
    return mail_smtp_send(post->smtp, from, sending->to, buf_str(&sending->message),
                          sending->job->until_us, &sending->result);
}

static enum err give_away(struct sending *sending)
{
    struct mail_oauth *oauth = sending->post->smtp_oauth;
    TRY(give_once(sending));
    if (!oauth) return OK;
    /* Signing in was refused, so nothing was given away: once, with a new token. */
    bool refused = sending->result.outcome == MAIL_SMTP_LATER && sending->result.login_refused;
    if (refused) {
        if (!mail_oauth_refused(oauth)) return OK;
        sign_in(sending);
        return give_once(sending);
    }
    if (sending->result.outcome != MAIL_SMTP_LATER) mail_oauth_accepted(oauth);
    return OK;
}

/* Only the code stands in clear; the server's own words are for the desk's eyes. */
static enum err seal_answer(struct sending *sending)
{
    struct str answer = str_from(sending->result.answer);
    if (answer.len == 0) return OK;
    struct seal_binding binding = {.purpose = SEAL_ANSWER,
                                   .agency_id = sending->job->agency,
                                   .table = "message",
                                   .row_id = sending->job->message,
                                   .row_version = 1};
    return seal_close(&binding, &sending->agency.desk, 1, answer, &sending->sealed_answer);
}

/*
 * Records what became of it, also when the database was away for a moment: the mail has left, and
 * without the record a person would have to decide. A lost lease the second time means that the
 * first COMMIT was done.
 */
static enum err record(struct sending *sending)
{
    enum err code = OK;
    for (int try = 0; try < END_TRIES; try++) {
        code = queue_finish(sending->job, end_attempt, sending);
        if (code != ERR_DB_AWAY) break;
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
    return code == ERR_SIGNED_OUT ? ERR_LEASE_LOST : code;
}

static void say_not_sent(struct sending *sending, struct str why)
{
    sending->post->outcome = "not_sent";
    sending->post->outcome_code = arena_c(sending->job->arena, why);
}

/* What became of it; nothing but an answer of the server, or none to the whole of it, is a send. */
static void try_to_send(struct sending *sending)
{
    sending->result = (struct mail_smtp_result){.outcome = MAIL_SMTP_LATER, .code = "changed"};
    if (!sending->is_composed) return; /* it became ready only after it was read: next time */
    enum err code = give_away(sending);
    if (code == OK) return;
    /* nothing was given away: an address that cannot be used, or no memory */
    bool of_address = code == ERR_BAD_INPUT || code == ERR_TOO_BIG;
    sending->result = (struct mail_smtp_result){
        .outcome = of_address ? MAIL_SMTP_REFUSED : MAIL_SMTP_LATER,
    };
    snprintf(sending->result.code, sizeof sending->result.code, "%s",
             sending->notify ? "notify_connect" : "connect");
    if (of_address) snprintf(sending->result.code, sizeof sending->result.code, "address");
}

static struct str domain_of(struct str spec)
{
    size_t at = spec.len;
    while (at > 0 && spec.at[at - 1] != '@') at--;
    return str_from_byte(spec, at);
}

/*
 * The seconds to wait until the turn of the recipient's domain. For a code somebody waits, and what
 * is late is to be before staff. GOV.UK Notify has its own pace.
 */
static int seconds_to_wait(struct sending *sending)
{
    if (!sending->is_composed || sending->notify) return 0;
    bool presses = sending->is_late || str_equal(sending->kind, STR("sign_in_code"));
    sending->asked_us = clock_monotonic_us();
    return post_pace_ask(sending->post->pace, domain_of(sending->to), presses, sending->asked_us);
}

static enum err send_message(struct sending *sending)
{
    TRY(prepare(sending));
    /* 'sending' is an attempt that never ended: message_begin makes "may have been sent" of it */
    if (!sending->is_composed && !str_equal(sending->state, STR("sending"))) {
        say_not_sent(sending, sending->state);
        return OK;
    }
    int wait_seconds = seconds_to_wait(sending);
    if (wait_seconds > 0) {
        sending->post->outcome = "paced";
        return queue_wait(sending->job, "paced", wait_seconds);
    }
    if (sending->is_composed && !sending->notify) sign_in(sending);
    TRY(queue_step(sending->job, begin_attempt, sending));
    if (!sending->attempt_id) {
        say_not_sent(sending, sending->refusal);
        return OK;
    }
    FAULT_POINT(send_attempt_begun);
    try_to_send(sending);
    FAULT_POINT(send_answered);
    if (sending->is_composed && !sending->notify)
        post_pace_tell(sending->post->pace, domain_of(sending->to), sending->asked_us,
                       &sending->result);
    sending->post->outcome = outcome_name(sending->result.outcome);
    sending->post->outcome_code = arena_c(sending->job->arena, str_from(sending->result.code));
    if (seal_answer(sending) != OK) buf_clear(&sending->sealed_answer); /* the code is enough */
    return record(sending);
}

enum err send_mail(struct job *job)
{
    if (!job->message) return ERR_BAD_INPUT;
    struct sending *sending = ARENA_ONE(job->arena, struct sending);
    *sending = (struct sending){
        .job = job,
        .post = job->state,
        .blob = buf_new(MESSAGE_BYTES_MAX + 65536),
        .body = buf_new_secret(MESSAGE_BYTES_MAX),
        .address = buf_new_secret(POST_ADDRESS_BYTES + 100),
        .message = buf_new_secret(MESSAGE_BYTES_MAX),
        .sealed_answer = buf_new(65536),
    };
    enum err code = send_message(sending);
    end_sending(sending);
    return code;
}
