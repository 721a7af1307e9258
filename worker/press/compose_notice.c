/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "core/json.h"
#include "core/limits.h"
#include "mail/addr.h"
#include "render/label.h"
#include "render/pdf.h"
#include "rules/permit.h"
#include "store/blob.h"
#include "sys/fault.h"
#include "worker/press/jobs.h"
#include "worker/press/message.h"
#include "worker/press/texting.h"

/*
 * What the diary asked for: a reminder to who is expected to write, or word to who waits that it
 * may take longer, in the person's own way: an e-mail to where each of their accounts signs in, an
 * e-mail, both with a text message beside them where they agreed to texts, or a printed letter with
 * its address sheet. It names the service and a day, and nothing
 * else. What cannot be made is written down with its code, and staff do it. Killed between two
 * steps, it makes each notice once: a notice that is made is not asked for any more.
 */

struct made {
    int64_t id; /* of the notice */
    const char *kind;
    struct message *messages;
    size_t message_count;
    int64_t print, letter_blob, sheet_blob; /* 0: none */
    struct str letter, sheet;               /* sealed to the desk */
    enum refused refusal;                   /* PERMITTED: it was made */
};

struct noticing {
    struct job *job;
    struct seal_publics publics;
    json_t *view;
    struct store_rows notices, accounts;
    struct str title, alias;
    enum channel channel;
    int64_t address_version, text_version;
    bool is_large, email_confirmed, address_confirmed; /* large print */
    struct person person;
    struct str number; /* for text messages; empty: none */
    struct made *made;
};

static enum err read_party(struct store *store, struct noticing *noticing)
{
    struct job *job = noticing->job;
    struct store_rows rows;
    struct str record;
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(job->party)), job->arena, &rows));
    noticing->alias = rows_str(&rows, 0, "alias_token");
    struct str reads = rows_str(&rows, 0, "reads");
    noticing->is_large = !str_equal(reads, STR("usual"));
    json_put_bool(noticing->view, "easy", str_equal(reads, STR("easy")));
    noticing->email_confirmed = rows_bool(&rows, 0, "email_confirmed");
    noticing->address_confirmed = rows_bool(&rows, 0, "address_confirmed");
    noticing->address_version = rows_int(&rows, 0, "address_version");
    noticing->text_version = rows_int(&rows, 0, "text_version");
    if (!channel_get(rows_str(&rows, 0, "channel"), &noticing->channel)) return ERR_DB;
    TRY(press_open(job, SEAL_PARTY, "party", job->party, rows_int(&rows, 0, "record_version"),
                   rows_str(&rows, 0, "sealed_record"), &record));
    return person_read(record, job->arena, &noticing->person);
}

static enum err read_all(struct store *store, void *context)
{
    struct noticing *noticing = context;
    struct job *job = noticing->job;
    struct store_rows agency;
    json_end(&noticing->view);
    TRY(store_query(store, QUERY_notice_asked, PARAMS(P_INT(job->party)), job->arena,
                    &noticing->notices));
    if (noticing->notices.count == 0) return OK;
    TRY(message_view(store, job, &noticing->view));
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, job->arena, &agency));
    noticing->title = rows_str(&agency, 0, "neutral_name");
    TRY(read_party(store, noticing));
    TRY(store_query(store, QUERY_account_of_party, PARAMS(P_INT(job->party)), job->arena,
                    &noticing->accounts));
    return noticing->accounts.count > SEAL_RECIPIENTS_MAX ? ERR_TOO_BIG : OK;
}

/* ---- by e-mail ---- */

struct addressing {
    struct noticing *noticing;
    struct made *made;
};

/* Where their accounts sign in. */
static enum err address_accounts(struct store *store, void *context)
{
    const struct addressing *addressing = context;
    struct noticing *noticing = addressing->noticing;
    for (size_t i = 0; i < noticing->accounts.count; i++)
        TRY(message_to_account(store, noticing->job, rows_int(&noticing->accounts, i, "account_id"),
                               &addressing->made->messages[i]));
    return OK;
}

static enum err make_mails(struct noticing *noticing, const json_t *view, size_t count,
                           struct made *made)
{
    struct job *job = noticing->job;
    made->messages = ARENA_MANY(job->arena, count + 1, struct message); /* and a text */
    made->message_count = count;
    for (size_t i = 0; i < count; i++) {
        made->messages[i] = message_new(made->kind, job->party, noticing->alias);
        made->messages[i].notice = made->id;
        TRY(message_from_template(job, &noticing->publics, view, &made->messages[i]));
    }
    return OK;
}

static enum err make_email(struct noticing *noticing, const json_t *view, struct made *made)
{
    struct job *job = noticing->job;
    const struct person_list *emails = &noticing->person.emails;
    struct mail_addr addr;
    if (emails->count == 0 || mail_addr_parse(emails->at[0], job->arena, &addr) != OK)
        made->refusal = REFUSED_NO_EMAIL;
    else if (!noticing->email_confirmed)
        made->refusal = REFUSED_ADDRESS_UNCONFIRMED;
    if (made->refusal != PERMITTED) return OK;
    TRY(make_mails(noticing, view, 1, made));
    return message_to(job, &noticing->publics, mail_addr_spec(&addr, job->arena),
                      &made->messages[0]);
}

static enum err make_for_accounts(struct noticing *noticing, const json_t *view, struct made *made)
{
    struct addressing addressing = {noticing, made};
    if (noticing->accounts.count == 0) {
        made->refusal = REFUSED_NO_ACCOUNT;
        return OK;
    }
    TRY(make_mails(noticing, view, noticing->accounts.count, made));
    enum err code = queue_step(noticing->job, address_accounts, &addressing);
    /* closed this moment */
    return code == ERR_NOT_FOUND ? ERR_BUSY : code;
}

/* ---- by text message ---- */

/* Beside its e-mail, to who agreed to texts: it says the same in a sentence or two. */
static enum err add_text(struct noticing *noticing, const json_t *view, struct made *made)
{
    struct job *job = noticing->job;
    if (noticing->number.len == 0 || made->message_count == 0) return OK;
    struct message *message = &made->messages[made->message_count++];
    *message = message_new(made->kind, job->party, STR(""));
    message->notice = made->id;
    message->text_version = noticing->text_version;
    TRY(message_for_phone(job, &noticing->publics, view, message));
    return message_to(job, &noticing->publics, noticing->number, message);
}

/* ---- by post ---- */

static enum err render(struct noticing *noticing, const struct recipient_view *view,
                       struct made *made)
{
    struct job *job = noticing->job;
    const struct press *press = job->state;
    BUF_SECRET(sheet, LIMIT_DOCUMENT_BYTES);
    BUF_SECRET(letter, LIMIT_DOCUMENT_BYTES);
    enum err code = render_label_sheets(press->fonts, view, 1, &sheet);
    /* the address does not fit an envelope's window */
    if (code == ERR_BAD_INPUT) {
        made->refusal = REFUSED_NO_ADDRESS;
        return OK;
    }
    TRY(code);
    TRY(render_pdf_letters(press->fonts, view, 1, &letter));
    made->letter_blob = random_id();
    made->sheet_blob = random_id();
    TRY(press_seal(job, SEAL_PRINT, "print_item.letter", made->print, 1, &noticing->publics.desk, 1,
                   buf_str(&letter), &made->letter));
    return press_seal(job, SEAL_PRINT, "print_item.sheet", made->print, 1, &noticing->publics.desk,
                      1, buf_str(&sheet), &made->sheet);
}

static enum err make_print(struct noticing *noticing, const json_t *view, struct made *made)
{
    struct job *job = noticing->job;
    const struct person *person = &noticing->person;
    struct str subject, text;
    if (person->names.count == 0 || str_trim(person->address).len == 0)
        made->refusal = REFUSED_NO_ADDRESS;
    else if (!noticing->address_confirmed)
        made->refusal = REFUSED_ADDRESS_UNCONFIRMED;
    if (made->refusal != PERMITTED) return OK;
    TRY(message_render(job, made->kind, view, &subject, &text));
    made->print = random_id();
    BUF(reference, 32);
    code_reference_put(&reference, made->print);
    struct render_part part = {
        .kind = RENDER_TEXT,
        .text = arena_print(job->arena, "%.*s\n\n%.*s", STR_ARG(subject), STR_ARG(text))};
    const struct recipient_view envelope = {
        .name = press_names(&person->names, job->arena),
        .address = person->address,
        .reference = arena_str(job->arena, buf_str(&reference)),
        .title = noticing->title,
        .is_large = noticing->is_large,
        .parts = &part,
        .part_count = 1,
    };
    return render(noticing, &envelope, made);
}

/* ---- one notice ---- */

static enum err make_by_channel(struct noticing *noticing, const json_t *view, struct made *made)
{
    switch (noticing->channel) {
    case CHANNEL_PORTAL: return make_for_accounts(noticing, view, made);
    case CHANNEL_LINK:
    case CHANNEL_PGP:
    case CHANNEL_EMAIL: return make_email(noticing, view, made);
    case CHANNEL_POST: return make_print(noticing, view, made);
    case CHANNEL_COUNT: break;
    }
    return ERR_DB;
}

static enum err make(struct noticing *noticing, size_t row, struct made *made)
{
    const struct store_rows *rows = &noticing->notices;
    struct day by, day;
    bool is_delay = str_equal(rows_str(rows, row, "kind"), STR("delay"));
    *made = (struct made){.id = rows_int(rows, row, "notice_id"),
                          .kind = is_delay ? "delay" : "reminder"};
    if (!rows_day(rows, row, "by_on", &by) || !rows_day(rows, row, "day", &day)) return ERR_DB;
    JSON view = json_copy(noticing->view);
    BUF(text, 60);
    day_put_long(&text, by);
    json_put_str(view, "by", buf_str(&text));
    json_put_bool(view, "late", day.number > by.number);
    /* the address of the portal is for who has an account there */
    if (noticing->channel != CHANNEL_PORTAL) json_object_del(view, "portal");
    TRY(make_by_channel(noticing, view, made));
    return add_text(noticing, view, made);
}

static enum err store_one(struct store *store, struct noticing *noticing, const struct made *made)
{
    struct store_rows rows;
    if (made->refusal != PERMITTED)
        return store_do(store, QUERY_notice_failed,
                        PARAMS(P_INT(made->id), P_TEXT(str_from(refused_code(made->refusal)))));
    TRY(store_query(store, QUERY_notice_ready,
                    PARAMS(P_INT(made->id), P_TEXT(str_from(channel_word(noticing->channel))),
                           P_INT(noticing->address_version)),
                    noticing->job->arena, &rows));
    if (rows.count == 0) return OK; /* taken back meanwhile */
    for (size_t i = 0; i < made->message_count; i++) TRY(message_store(store, &made->messages[i]));
    if (made->print == 0) return OK;
    TRY(store_blob_put(store, made->letter_blob, "print", 0, made->letter));
    TRY(store_blob_put(store, made->sheet_blob, "print", 0, made->sheet));
    return store_do(store, QUERY_print_add_notice,
                    PARAMS(P_INT(made->print), P_INT(made->id), P_INT(made->letter_blob),
                           P_INT(made->sheet_blob)));
}

static enum err write(struct store *store, void *context)
{
    struct noticing *noticing = context;
    for (size_t i = 0; i < noticing->notices.count; i++)
        TRY(store_one(store, noticing, &noticing->made[i]));
    return press_audit(store, "notices_made", "party", noticing->job->party, NULL, 0);
}

static enum err make_all(struct noticing *noticing)
{
    struct job *job = noticing->job;
    TRY(queue_step(job, read_all, noticing));
    if (noticing->notices.count == 0) return OK;
    TRY(texting_number(job, job->party, &noticing->person.phones, &noticing->number));
    noticing->made = ARENA_MANY(job->arena, noticing->notices.count, struct made);
    for (size_t i = 0; i < noticing->notices.count; i++) TRY(make(noticing, i, &noticing->made[i]));
    return OK;
}

enum err compose_notice(struct job *job)
{
    struct noticing noticing = {.job = job};
    TRY(press_publics(job, &noticing.publics));
    enum err code = make_all(&noticing);
    json_end(&noticing.view);
    TRY(code);
    if (noticing.notices.count == 0) return queue_finish(job, NULL, NULL);
    FAULT_POINT(notice_made);
    return queue_finish(job, write, &noticing);
}
