/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/press/message.h"

#include <string.h>

#include "core/code.h"
#include "core/json.h"
#include "core/limits.h"
#include "crypt/secret.h"
#include "crypt/token.h"
#include "mail/addr.h"
#include "mail/message.h"
#include "store/blob.h"
#include "store/job.h"

/* What is longer than this stands in a blob; the column takes 1 MiB. */
enum { BODY_COLUMN_BYTES = 512 * 1024, TEXT_BYTES = 2 * 1024 * 1024, TOKEN_BYTES = 16 };

struct message message_new(const char *kind, int64_t party, struct str alias)
{
    struct message message = {.kind = kind, .id = random_id(), .party = party, .alias = alias};
    unsigned char random[TOKEN_BYTES];
    random_bytes(random, sizeof random);
    BUF(token, sizeof message.token);
    code_hex_put(&token, random, sizeof random);
    memcpy(message.token, token.at, token.len);
    return message;
}

enum err message_view(struct store *store, struct job *job, json_t **ret_view)
{
    const struct press *press = job->state;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, job->arena, &rows));
    json_t *view = json_object(), *service = json_object();
    json_put_str(service, "name", rows_str(&rows, 0, "neutral_name"));
    static const struct {
        const char *column, *key;
    } help[] = {{"help_phone", "phone"}, {"help_email", "email"}, {"help_hours", "hours"}};
    for (size_t i = 0; i < sizeof help / sizeof *help; i++)
        if (!rows_null(&rows, 0, help[i].column))
            json_put_str(service, help[i].key, rows_str(&rows, 0, help[i].column));
    json_put(view, "service", service);
    json_put_str(view, "portal", press->origin);
    *ret_view = view;
    return OK;
}

static enum err seal_body(struct job *job, const struct seal_publics *publics, struct str body,
                          struct message *message)
{
    TRY(press_seal(job, SEAL_MESSAGE, "message", message->id, 1, &publics->post, 1, body,
                   &message->body));
    if (message->body.len > BODY_COLUMN_BYTES) message->body_blob = random_id();
    return OK;
}

static enum err render(struct job *job, const char *name, const json_t *view, struct buf *text)
{
    const struct press *press = job->state;
    return tmpl_render(press->templates, arena_print(job->arena, "mail/%s", name), view, text);
}

enum err message_from_template(struct job *job, const struct seal_publics *publics,
                               const json_t *view, struct message *message)
{
    BUF_SECRET(text, TEXT_BYTES);
    BUF_SECRET(body, 4 * TEXT_BYTES);
    TRY(render(job, message->kind, view, &text));
    struct mail_message like = {
        .alias = message->alias, .is_answer = message->is_answer, .answers = message->answers};
    TRY(mail_message_from_text(buf_str(&text), &like, &body));
    return seal_body(job, publics, buf_str(&body), message);
}

enum err message_for_phone(struct job *job, const struct seal_publics *publics, const json_t *view,
                           struct message *message)
{
    BUF_SECRET(text, TEXT_BYTES);
    BUF_SECRET(body, 4 * TEXT_BYTES);
    message->is_text = true;
    TRY(render(job, arena_print(job->arena, "text_%s", message->kind).at, view, &text));
    TRY(mail_message_for_phone(buf_str(&text), &body));
    return seal_body(job, publics, buf_str(&body), message);
}

enum err message_render(struct job *job, const char *name, const json_t *view,
                        struct str *ret_subject, struct str *ret_text)
{
    static const char label[] = "Subject: ";
    BUF_SECRET(text, TEXT_BYTES);
    TRY(render(job, name, view, &text));
    struct str whole = arena_str(job->arena, str_trim(buf_str(&text)));
    size_t end = str_find(whole, STR("\n\n"));
    if (!str_starts(whole, STR("Subject: ")) || end == STR_NONE) return ERR_BAD_TEMPLATE;
    *ret_subject = str_slice(whole, sizeof label - 1, end);
    *ret_text = str_from_byte(whole, end + 2);
    return OK;
}

enum err message_from_entity(struct job *job, const struct seal_publics *publics,
                             struct str subject, bool automatic, struct str entity,
                             struct message *message)
{
    BUF_SECRET(body, entity.len + LIMIT_RECORD_BYTES);
    struct mail_message content = {
        .subject = subject, .alias = message->alias, .automatic = automatic, .entity = entity};
    TRY(mail_message_put(&content, &body));
    return seal_body(job, publics, buf_str(&body), message);
}

enum err message_to_digest(struct job *job, int64_t message, struct str address,
                           unsigned char ret_digest[KDF_MAC_BYTES])
{
    const struct press *press = job->state;
    const struct secret *key;
    struct str canonical;
    TRY(mail_addr_canonical(address, job->arena, &canonical));
    TRY(keys_find(press->keys, KEY_SENDER, job->agency, &key));
    struct str value = arena_print(job->arena, "%lld %.*s", (long long)message, STR_ARG(canonical));
    return token_lookup(key, MAC_MESSAGE_TO, job->agency, value, ret_digest);
}

enum err message_to(struct job *job, const struct seal_publics *publics, struct str address,
                    struct message *message)
{
    if (!message->is_text) TRY(message_to_digest(job, message->id, address, message->to_digest));
    message->has_digest = !message->is_text;
    message->is_to_account = false;
    message->address_version = 1;
    return press_seal(job, SEAL_ADDRESS, "message", message->id, 1, &publics->post, 1, address,
                      &message->address);
}

enum err message_to_account(struct store *store, struct job *job, int64_t account,
                            struct message *message)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_account_code_address, PARAMS(P_INT(account)), job->arena,
                        &rows));
    message->is_to_account = true;
    message->account = account;
    message->address = rows_str(&rows, 0, "sealed_code_address");
    message->address_version = rows_int(&rows, 0, "version");
    return OK;
}

static struct store_param id_or_null(int64_t id)
{
    return id ? P_INT(id) : P_NULL;
}

static enum err store_text(struct store *store, const struct message *message)
{
    ASSERT(message->dispatch == 0 && message->body_blob == 0 && message->party);
    ASSERT(message->text_version && (message->beside != 0) != (message->notice != 0));
    TRY(store_do(store, QUERY_message_add_text,
                 PARAMS(P_INT(message->id), P_TEXT(str_from(message->kind)), P_INT(message->party),
                        P_BYTES(message->body), P_BYTES(message->address),
                        P_TEXT(str_from(message->token)), P_INT(message->text_version),
                        id_or_null(message->beside), id_or_null(message->notice))));
    return store_do(store, QUERY_job_add_message,
                    PARAMS(P_INT(message->id), P_NULL, P_INT(JOB_USUAL)));
}

enum err message_store(struct store *store, const struct message *message)
{
    if (message->is_text) return store_text(store, message);
    if (message->body_blob)
        TRY(store_blob_put(store, message->body_blob, "message", 0, message->body));
    TRY(store_do(store, QUERY_message_add,
                 PARAMS(P_INT(message->id), P_TEXT(str_from(message->kind)),
                        id_or_null(message->dispatch), id_or_null(message->party),
                        id_or_null(message->account),
                        message->body_blob ? P_NULL : P_BYTES(message->body),
                        id_or_null(message->body_blob), P_BYTES(message->address),
                        P_TEXT(message->is_to_account ? STR("account") : STR("message")),
                        P_INT(message->address_version), P_TEXT(str_from(message->token)),
                        message->has_digest ? P_RAW(message->to_digest) : P_NULL,
                        id_or_null(message->notice))));
    return store_do(store, QUERY_job_add_message,
                    PARAMS(P_INT(message->id), id_or_null(message->dispatch),
                           P_INT(message->notice ? JOB_REMINDER : JOB_USUAL)));
}
