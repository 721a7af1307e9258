/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/code.h"
#include "core/day.h"
#include "core/json.h"
#include "core/limits.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "mail/compose.h"
#include "render/label.h"
#include "render/pdf.h"
#include "sys/clock.h"
#include "worker/press/release.h"
#include "worker/press/texting.h"

/*
 * What each channel needs. Nothing here falls back on another channel, and least of all on clear
 * text: what is missing is a refusal, and the letter waits for staff.
 */

enum { ENTITY_EXTRA_BYTES = 1024 * 1024 };

static struct str first_email(const struct release *release)
{
    const struct person_list *emails = &release->to->person.emails;
    return emails->count ? emails->at[0] : (struct str){NULL, 0};
}

/* The bare address, as the post wants it. */
static enum err plain_address(struct release_work *work, const struct release *release,
                              struct str *ret_address, enum refused *ret_refusal)
{
    struct mail_addr addr;
    if (mail_addr_parse(first_email(release), work->job->arena, &addr) != OK) {
        *ret_refusal = REFUSED_NO_EMAIL;
        return OK;
    }
    *ret_address = mail_addr_spec(&addr, work->job->arena);
    return OK;
}

/* ---- before composing ---- */

struct accounts {
    struct release_work *work;
    struct release *release;
};

/* The party's accounts, each with a notice to where its owner signs in. */
static enum err read_accounts(struct store *store, void *context)
{
    const struct accounts *accounts = context;
    struct release *release = accounts->release;
    struct job *job = accounts->work->job;
    struct store_rows rows;
    TRY(store_query(store, QUERY_account_of_party, PARAMS(P_INT(release->to->id)), job->arena,
                    &rows));
    if (rows.count > SEAL_RECIPIENTS_MAX) return ERR_TOO_BIG;
    release->reader_count = release->message_count = rows.count;
    release->messages = ARENA_MANY(job->arena, rows.count, struct message);
    for (size_t i = 0; i < rows.count; i++) {
        struct message *message = &release->messages[i];
        *message = message_new(release->is_note ? "return_note" : "waiting", release->to->id,
                               release->to->alias);
        if (!rows_raw(&rows, i, "public_key", release->readers[i].bytes, SEAL_KEY_BYTES))
            return ERR_DB;
        TRY(message_to_account(store, job, rows_int(&rows, i, "account_id"), message));
    }
    return OK;
}

static enum err make_link(struct release_work *work, struct release *release,
                          enum refused *ret_refusal)
{
    struct press *press = work->job->state;
    struct release_link *link = &release->link;
    SECRET(token);
    SEAL_PAIR(pair);
    struct token_link facts = {.link_id = random_id(), .cost = PIN_COST};
    BUF(box, LIMIT_RECORD_BYTES);
    BUF_SECRET(text, TOKEN_LETTERS);
    secret_random(&token);
    random_bytes(facts.salt, sizeof facts.salt);
    TRY(seal_pair_make(&pair));
    TRY(token_link_hash(&token, link->token_hash));
    char pin[TOKEN_CODE_DIGITS + 1];
    if (!token_code_get(release->to->person.pin, pin)) {
        *ret_refusal = REFUSED_NO_PIN;
        return OK;
    }
    enum err code = token_link_close(press->places, &facts, &token, pin, &pair.secret, &box);
    explicit_bzero(pin, sizeof pin);
    TRY(code);
    token_put(&text, &token);
    link->id = facts.link_id;
    memcpy(link->salt, facts.salt, sizeof link->salt);
    link->box = arena_str(work->job->arena, buf_str(&box));
    link->address = arena_print(work->job->arena, "%.*s/l/%s", STR_ARG(press->origin), text.at);
    release->readers[0] = pair.public;
    release->reader_count = 1;
    return OK;
}

static void refuse_unless_plain(const struct release_work *work, const struct release *release,
                                enum refused *ret_refusal)
{
    if (!work->plain_allowed || !release->to->has_consented) *ret_refusal = REFUSED_PLAIN_EMAIL;
}

static bool has_postal_address(const struct release *release)
{
    const struct person *person = &release->to->person;
    return person->names.count > 0 && str_trim(person->address).len > 0;
}

enum err release_prepare_channel(struct release_work *work, struct release *release,
                                 enum refused *ret_refusal)
{
    struct accounts accounts = {work, release};
    struct pgp_fingerprint key;
    struct str address;
    *ret_refusal = PERMITTED;
    if (!channel_get(release->to->channel, &release->channel)) return ERR_DB;
    if (release->to->office_only) release->channel = CHANNEL_POST; /* printed, to be shown */
    release->dispatch = random_id();
    switch (release->channel) {
    case CHANNEL_PORTAL:
        TRY(queue_step(work->job, read_accounts, &accounts));
        if (release->reader_count == 0) *ret_refusal = REFUSED_NO_ACCOUNT;
        return OK;
    case CHANNEL_LINK:
        TRY(plain_address(work, release, &address, ret_refusal));
        return *ret_refusal == PERMITTED ? make_link(work, release, ret_refusal) : OK;
    case CHANNEL_PGP:
        TRY(plain_address(work, release, &address, ret_refusal));
        if (*ret_refusal != PERMITTED) return OK;
        return press_person_key(work->job, &release->to->person, &key, ret_refusal);
    case CHANNEL_EMAIL:
        TRY(plain_address(work, release, &address, ret_refusal));
        if (*ret_refusal == PERMITTED) refuse_unless_plain(work, release, ret_refusal);
        return OK;
    case CHANNEL_POST:
        release->print.id = random_id();
        if (!release->to->office_only && !has_postal_address(release))
            *ret_refusal = REFUSED_NO_ADDRESS;
        return OK;
    case CHANNEL_COUNT: break;
    }
    return ERR_DB;
}

/* ---- after composing ---- */

static enum err send_notices(struct release_work *work, struct release *release)
{
    JSON view = json_copy(work->view);
    /* the letter's own reference is its sender's: nobody else is told it */
    if (release->is_note) json_put_reference(view, "reference", work->letter.id);
    for (size_t i = 0; i < release->message_count; i++)
        TRY(message_from_template(work->job, &work->publics, view, &release->messages[i]));
    return OK;
}

static struct message *one_message(struct release_work *work, struct release *release,
                                   const char *kind)
{
    release->messages = ARENA_MANY(work->job->arena, 1, struct message);
    release->message_count = 1;
    release->messages[0] = message_new(kind, release->to->id, release->to->alias);
    release->messages[0].dispatch = release->dispatch;
    return &release->messages[0];
}

static enum err send_link(struct release_work *work, struct release *release, struct str address)
{
    struct message *message = one_message(work, release, "link");
    JSON view = json_copy(work->view);
    BUF(until, 60);
    struct day today = clock_day(work->now);
    day_put_long(&until, (struct day){today.number + LIMIT_LINK_DAYS});
    json_put_str(view, "link", release->link.address);
    json_put_str(view, "until", buf_str(&until));
    TRY(message_from_template(work->job, &work->publics, view, message));
    return message_to(work->job, &work->publics, address, message);
}

/* ---- by text message ---- */

/*
 * Beside its e-mail, to who agreed to texts where the agency can send them. It says that something
 * waits, and never carries a link: the PIN may have been agreed by this very telephone.
 */
static enum err add_text(struct release_work *work, struct release *release)
{
    struct job *job = work->job;
    struct str number;
    if (release->message_count == 0) return OK;
    TRY(texting_number(job, release->to->id, &release->to->person.phones, &number));
    if (number.len == 0) return OK;
    struct message *all = ARENA_MANY(job->arena, release->message_count + 1, struct message);
    memcpy(all, release->messages, release->message_count * sizeof *all);
    struct message *message = &all[release->message_count];
    *message = message_new(release->is_note ? "return_note" : "waiting", release->to->id, STR(""));
    message->text_version = release->to->text_version;
    message->beside = release->dispatch;
    JSON view = json_copy(work->view);
    json_put_bool(view, "email", release->channel == CHANNEL_LINK);
    TRY(message_for_phone(job, &work->publics, view, message));
    TRY(message_to(job, &work->publics, number, message));
    release->messages = all;
    release->message_count++;
    return OK;
}

/* ---- content ---- */

/* Text and PDF as one MIME entity. */
static enum err content_entity(struct release_work *work, const struct release *release,
                               const struct message *message, struct str *ret_subject,
                               struct buf *entity)
{
    JSON view = json_copy(work->view);
    json_t *texts = json_array(), *list = json_object();
    size_t pictures = 0;
    struct str text;
    for (size_t i = 0; i < release->shown_count; i++) {
        if (release->shown[i].kind == RENDER_TEXT)
            json_add(texts, json_str(release->shown[i].text));
        else
            pictures++;
    }
    json_put(list, "list", texts);
    json_put(view, "texts", list);
    if (pictures) json_put_int(view, "pages", (int64_t)pictures);
    json_put_reference(view, "reference", release->id);
    json_put_bool(view, "reply", true);
    TRY(message_render(work->job, "released", view, ret_subject, &text));
    BUF(name, 40);
    code_reference_put(&name, release->id);
    buf_add_c(&name, ".pdf");
    const struct mail_compose_file file = {STR("application/pdf"), buf_str(&name), release->pdf};
    return mail_compose_mixed(str_from(message->token), text, &file, 1, entity);
}

static enum err send_content(struct release_work *work, struct release *release, struct str address,
                             enum refused *ret_refusal)
{
    struct job *job = work->job;
    const struct press *press = job->state;
    struct message *message = one_message(work, release, "released");
    struct str subject;
    size_t room =
        mail_compose_file_room(release->pdf.len) + 4 * RENDER_TEXT_BYTES + ENTITY_EXTRA_BYTES;
    BUF_SECRET(entity, room);
    TRY(content_entity(work, release, message, &subject, &entity));
    TRY(message_to(job, &work->publics, address, message));
    if (release->channel == CHANNEL_EMAIL)
        return message_from_entity(job, &work->publics, subject, false, buf_str(&entity), message);
    struct pgp_fingerprint signer, key;
    TRY(press_mail_key(job, &signer));
    TRY(press_person_key(job, &release->to->person, &key, ret_refusal));
    if (*ret_refusal != PERMITTED) return OK;
    BUF(armor, 2 * room);
    BUF(wrapped, 2 * room + ENTITY_EXTRA_BYTES);
    TRY(pgp_encrypt_signed(press->pgp, &signer, &key, 1, buf_str(&entity), &armor));
    TRY(mail_compose_encrypted(str_from(message->token), buf_str(&armor), &wrapped));
    return message_from_entity(job, &work->publics, subject, false, buf_str(&wrapped), message);
}

static enum err send_print(struct release_work *work, struct release *release,
                           enum refused *ret_refusal)
{
    struct job *job = work->job;
    const struct press *press = job->state;
    struct release_print *print = &release->print;
    struct recipient_view view;
    BUF_SECRET(sheet, LIMIT_DOCUMENT_BYTES);
    TRY(release_view(work, release, false, &view));
    enum err code = render_label_sheets(press->fonts, &view, 1, &sheet);
    /* the address does not fit an envelope's window */
    if (code == ERR_BAD_INPUT) {
        *ret_refusal = REFUSED_NO_ADDRESS;
        return OK;
    }
    TRY(code);
    print->letter_blob = random_id();
    print->sheet_blob = random_id();
    TRY(press_seal(job, SEAL_PRINT, "print_item.letter", print->id, 1, &work->publics.desk, 1,
                   release->pdf, &print->letter));
    return press_seal(job, SEAL_PRINT, "print_item.sheet", print->id, 1, &work->publics.desk, 1,
                      buf_str(&sheet), &print->sheet);
}

enum err release_send(struct release_work *work, struct release *release, enum refused *ret_refusal)
{
    struct str address = {NULL, 0};
    *ret_refusal = PERMITTED;
    if (release->channel == CHANNEL_PORTAL) {
        TRY(send_notices(work, release));
        return add_text(work, release);
    }
    if (release->channel == CHANNEL_POST) return send_print(work, release, ret_refusal);
    TRY(plain_address(work, release, &address, ret_refusal));
    if (*ret_refusal != PERMITTED) return OK;
    if (release->channel == CHANNEL_LINK) {
        TRY(send_link(work, release, address));
        return add_text(work, release);
    }
    return send_content(work, release, address, ret_refusal);
}
