/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/day.h"
#include "core/json.h"
#include "mail/addr.h"
#include "mail/answer.h"
#include "sanitise/letter.h"
#include "sys/clock.h"
#include "worker/press/message.h"
#include "worker/press/prepare.h"

/*
 * The acknowledgement: who wrote an e-mail that became a letter is told on the same day that it has
 * arrived, in words that anybody may read. It goes
 *
 *   - to the proved address in From of a person who is known by it, and whose e-mail is confirmed,
 *   - never to a machine, a list or ourselves (mail/answer.h, RFC 3834),
 *   - once a day to each person, whatever comes: two machines that answer each other end there,
 *   - with the transaction that says whose letter it is, so that no retry sends it twice.
 */
struct prepare_answer {
    struct job *job;
    int64_t letter, party;
    struct day day;
    struct message message;
};

struct asking {
    struct job *job;
    int64_t party;
    struct str agency; /* its short name */
    struct utc now;
    bool may_write; /* the person lives, and the address is right as far as we know */
    struct str alias;
    json_t *view;
};

static enum err ask(struct store *store, void *context)
{
    struct asking *asking = context;
    struct job *job = asking->job;
    struct store_rows rows;
    json_end(&asking->view);
    TRY(store_query_one(store, QUERY_agency_self, NO_PARAMS, job->arena, &rows));
    asking->agency = rows_str(&rows, 0, "slug");
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, job->arena, &rows));
    if (!rows_utc(&rows, 0, "instant", &asking->now)) return ERR_DB;
    TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(asking->party)), job->arena, &rows));
    struct str state = rows_str(&rows, 0, "state");
    asking->may_write = rows_bool(&rows, 0, "email_confirmed") && !str_equal(state, STR("dead")) &&
                        !str_equal(state, STR("ended"));
    asking->alias = rows_str(&rows, 0, "alias_token");
    return message_view(store, job, &asking->view);
}

static bool acknowledges(const struct press *press, struct str agency)
{
    for (size_t i = 0; i < PRESS_MAILBOXES; i++)
        if (str_equal(press->mailboxes[i].agency, agency) && press->mailboxes[i].acknowledges)
            return true;
    return false;
}

static bool may_answer(struct job *job, const struct mail *mail, struct str from)
{
    const struct press *press = job->state;
    struct mail_answer_own own[PRESS_MAILBOXES + 1] = {{.address = press->sender}};
    struct str *to = ARENA_MANY(job->arena, mail->address_count, struct str);
    struct mail_answer_mail facts = {
        .is_automatic = mail->automatic != AUTOMATIC_NO,
        .wants_no_answer = mail->wants_no_answer,
        .from = from,
        .to = to,
    };
    for (size_t i = 0; i < PRESS_MAILBOXES; i++)
        own[i + 1] =
            (struct mail_answer_own){press->mailboxes[i].address, press->mailboxes[i].reply_domain};
    for (size_t i = 0; i < mail->address_count; i++)
        if (mail->addresses[i].role == ADDRESS_TO || mail->addresses[i].role == ADDRESS_CC)
            to[facts.to_count++] = mail->addresses[i].mailbox;
    return mail_answer_may(&facts, own, PRESS_MAILBOXES + 1, job->arena);
}

static enum err compose(struct asking *asking, const struct prepare *prepare, int64_t letter,
                        struct str from, struct prepare_answer *answer)
{
    struct job *job = asking->job;
    struct seal_publics publics;
    struct mail_addr addr;
    TRY(press_publics(job, &publics));
    TRY(mail_addr_parse(from, job->arena, &addr));
    answer->job = job;
    answer->letter = letter;
    answer->party = asking->party;
    answer->day = clock_day(asking->now);
    answer->message = message_new("receipt", asking->party, asking->alias);
    answer->message.is_answer = true;
    answer->message.answers = mail_answer_id(prepare->mail->message_id);
    json_put_reference(asking->view, "reference", letter);
    TRY(message_from_template(job, &publics, asking->view, &answer->message));
    return message_to(job, &publics, mail_addr_spec(&addr, job->arena), &answer->message);
}

enum err prepare_answer_make(struct job *job, int64_t letter, const struct prepare *prepare,
                             const struct prepare_sender *sender,
                             struct prepare_answer **ret_answer)
{
    const struct address *from = prepare->mail ? mail_address(prepare->mail, ADDRESS_FROM) : NULL;
    struct asking asking = {.job = job, .party = sender->party};
    *ret_answer = NULL;
    if (!from || !may_answer(job, prepare->mail, from->mailbox)) return OK;
    enum err code = queue_step(job, ask, &asking);
    if (code == OK && asking.may_write && acknowledges(job->state, asking.agency)) {
        struct prepare_answer *answer = ARENA_ONE(job->arena, struct prepare_answer);
        code = compose(&asking, prepare, letter, from->mailbox, answer);
        if (code == OK) *ret_answer = answer;
    }
    json_end(&asking.view);
    return code;
}

enum err prepare_answer_store(struct store *store, const struct prepare_answer *answer)
{
    struct store_rows rows;
    BUF(day, 16);
    day_put(&day, answer->day);
    TRY(store_query(store, QUERY_acknowledgement_add,
                    PARAMS(P_INT(answer->party), P_TEXT(buf_str(&day)), P_INT(answer->letter)),
                    answer->job->arena, &rows));
    return rows.count ? message_store(store, &answer->message) : OK;
}
