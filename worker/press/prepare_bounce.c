/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/code.h"
#include "mail/addr.h"
#include "sanitise/letter.h"
#include "worker/press/message.h"
#include "worker/press/prepare.h"

/*
 * What comes back of what we sent. A mail of a machine is about a message of ours if it names the
 * message's random part, which stands nowhere but in that message:
 *
 *   - in the Message-ID of what it brings back,
 *   - in its own In-Reply-To or References,
 *   - in the address that it was sent to, where each message has a return address of its own.
 *
 * Its reader knows that part too, and anybody can write a mail that looks like a mail server's. So
 * it changes something only for the address that the message went to, and only that message's
 * dispatch and that person; the most that a reader can do by it is to stop their own mail.
 */

enum {
    MAIL_TOKEN_LETTERS = 32,
    ADDRESSES = 20, /* that a report is looked at for */
    IDS = 100,      /* the same of References */
};

/* ---- the message ---- */

/* The random part of a Message-ID of ours: "<32 hex digits@…>". */
struct str prepare_message_token(struct str message_id)
{
    message_id = str_trim(message_id);
    if (str_starts(message_id, STR("<"))) message_id = str_from_byte(message_id, 1);
    struct str token = str_slice(message_id, 0, str_find_byte(message_id, '@'));
    unsigned char bytes[MAIL_TOKEN_LETTERS / 2];
    return code_hex_get(token, bytes, sizeof bytes) ? token : (struct str){NULL, 0};
}

static enum err ask(struct store *store, struct job *job, struct str token,
                    struct store_rows *ret_rows)
{
    ret_rows->count = 0;
    if (token.len == 0) return OK;
    return store_query(store, QUERY_message_by_token, PARAMS(P_TEXT(token)), job->arena, ret_rows);
}

/* The first of the Message-IDs of a header that is one of ours. */
static enum err ask_each(struct store *store, struct job *job, struct str ids,
                         struct store_rows *ret_rows)
{
    struct str id;
    ret_rows->count = 0;
    for (int i = 0; i < IDS && ret_rows->count == 0 && str_split(&ids, ' ', &id); i++)
        TRY(ask(store, job, prepare_message_token(id), ret_rows));
    return OK;
}

static enum err find_message(struct store *store, struct job *job, const struct mail *mail,
                             struct store_rows *ret_rows)
{
    TRY(ask(store, job, prepare_message_token(mail->bounce.original_message_id), ret_rows));
    if (ret_rows->count == 0) TRY(ask_each(store, job, mail->in_reply_to, ret_rows));
    if (ret_rows->count == 0) TRY(ask_each(store, job, mail->references, ret_rows));
    for (size_t i = 0; i < mail->address_count && i < ADDRESSES && ret_rows->count == 0; i++)
        if (mail->addresses[i].role == ADDRESS_TO)
            TRY(ask(store, job, prepare_message_token(mail->addresses[i].mailbox), ret_rows));
    return OK;
}

/* ---- the address ---- */

/* Of a message to an account's own address, which is sealed to the post: one of the person's. */
static bool is_persons(const struct person *person, struct str address, size_t most,
                       struct arena *arena)
{
    struct str plain, other;
    if (mail_addr_canonical(address, arena, &plain) != OK) return false;
    for (size_t i = 0; i < person->emails.count && i < most; i++)
        if (mail_addr_canonical(person->emails.at[i], arena, &other) == OK &&
            str_equal(plain, other))
            return true;
    return false;
}

static enum err read_person(struct store *store, struct job *job, int64_t party,
                            struct person *ret_person)
{
    struct store_rows rows;
    struct str record;
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(party)), job->arena, &rows));
    TRY(press_open(job, SEAL_PARTY, "party", party, rows_int(&rows, 0, "record_version"),
                   rows_str(&rows, 0, "sealed_record"), &record));
    return person_read(record, job->arena, ret_person);
}

static enum err judge_address(struct store *store, struct job *job, const struct store_rows *rows,
                              struct str address, struct prepare_bounce *bounce)
{
    unsigned char sent_to[KDF_MAC_BYTES], named[KDF_MAC_BYTES];
    struct person person = {0};
    int64_t party = rows_int(rows, 0, "to_party");
    bool has_digest = rows_raw(rows, 0, "to_digest", sent_to, sizeof sent_to);
    enum err code = message_to_digest(job, bounce->message, address, named);
    if (code == ERR_BAD_INPUT || code == ERR_BAD_UTF8) return OK; /* it names no address */
    TRY(code);
    if (party) TRY(read_person(store, job, party, &person));
    bounce->is_recipients = has_digest ? memcmp(sent_to, named, sizeof named) == 0
                                       : is_persons(&person, address, SIZE_MAX, job->arena);
    /* Mail goes to the first of the addresses. */
    bounce->is_current = bounce->is_recipients && is_persons(&person, address, 1, job->arena);
    return OK;
}

/* ---- all of it ---- */

static const char *bounce_word(const struct mail *mail)
{
    if (mail->automatic == AUTOMATIC_REPLIED) return "away";
    switch (mail->bounce.kind) {
    case BOUNCE_HARD: return "hard";
    case BOUNCE_SOFT: return "soft";
    case BOUNCE_DELAY: return "delay";
    case BOUNCE_REFUSED: return "refused";
    case BOUNCE_NONE:
    case BOUNCE_KINDS: break;
    }
    return NULL;
}

/* "5.1.1" of whatever the report has in its place; the database takes nothing else. */
static bool is_code(struct str code)
{
    size_t group = 0, digits = 0;
    if (code.len == 0 || (code.at[0] != '2' && code.at[0] != '4' && code.at[0] != '5'))
        return false;
    for (size_t i = 0; i < code.len; i++) {
        bool is_dot = code.at[i] == '.';
        if (is_dot ? digits == 0 : code.at[i] < '0' || code.at[i] > '9') return false;
        digits = is_dot ? 0 : digits + 1;
        group += is_dot;
        if (digits > (group == 0 ? 1u : 3u)) return false;
    }
    return group == 2 && digits > 0;
}

enum err prepare_find_bounce(struct store *store, struct job *job, const struct mail *mail,
                             struct prepare_bounce *ret_bounce)
{
    struct store_rows rows;
    struct prepare_bounce bounce = {.kind = bounce_word(mail)};
    const struct address *from = mail_address(mail, ADDRESS_FROM);
    *ret_bounce = bounce;
    if (!bounce.kind) return OK;
    TRY(find_message(store, job, mail, &rows));
    if (rows.count == 0) return OK;
    bounce.message = rows_int(&rows, 0, "message_id");
    if (is_code(mail->bounce.status)) bounce.code = mail->bounce.status;
    struct str named = mail->bounce.recipient;
    if (mail->automatic == AUTOMATIC_REPLIED && from) named = from->mailbox;
    TRY(judge_address(store, job, &rows, named, &bounce));
    *ret_bounce = bounce;
    return OK;
}

enum err prepare_note_bounce(struct store *store, int64_t letter,
                             const struct prepare_bounce *bounce)
{
    ARENA(arena, (size_t)16 * 1024);
    struct store_rows rows;
    if (!bounce->message) return OK;
    return store_query_one(store, QUERY_bounce_note,
                           PARAMS(P_INT(letter), P_INT(bounce->message),
                                  P_TEXT(str_from(bounce->kind)),
                                  bounce->code.len ? P_TEXT(bounce->code) : P_NULL,
                                  P_BOOL(bounce->is_recipients), P_BOOL(bounce->is_current)),
                           arena, &rows);
}
