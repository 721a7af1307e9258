/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Asks GOV.UK Notify what became of one message that it took, or may have taken. What did not
 * arrive goes to staff; what it has is in doubt no longer; while it is under way, or Notify cannot
 * be asked, the database makes a job to ask again (message_found). Nothing is ever sent here.
 */
#include <string.h>

#include "sys/clock.h"
#include "sys/fault.h"
#include "worker/post/post.h"

struct checking {
    struct job *job;
    struct post_agency agency;
    int64_t message; /* 0: there is nothing to ask any more */
    struct str notify_id, token;
    struct str found_id, status; /* empty: not known */
    struct str outcome;
};

static enum err read_message(struct store *store, void *context)
{
    struct checking *checking = context;
    struct store_rows rows;
    TRY(post_agency_read(store, checking->job->arena, &checking->agency));
    TRY(store_query_one(store, QUERY_message_watched, NO_PARAMS, checking->job->arena, &rows));
    checking->message = rows_int(&rows, 0, "message_id");
    checking->notify_id = rows_str(&rows, 0, "notify_id");
    checking->token = rows_str(&rows, 0, "mail_token");
    return OK;
}

static struct store_param text_or_null(struct str text)
{
    return text.len ? P_TEXT(text) : P_NULL;
}

static enum err write_found(struct store *store, void *context)
{
    struct checking *checking = context;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_message_found,
                        PARAMS(text_or_null(checking->found_id), text_or_null(checking->status)),
                        checking->job->arena, &rows));
    checking->outcome = rows_str(&rows, 0, "outcome");
    return OK;
}

/* The word for the log. */
static enum err ask(struct checking *checking, const struct post_notify *notify,
                    const char **ret_word)
{
    struct arena *arena = checking->job->arena;
    struct mail_notify_found found;
    char word[MAIL_NOTIFY_CODE_BYTES] = "";
    *ret_word = "no_section"; /* its section is gone from the configuration */
    if (!notify) return OK;
    enum err code = mail_notify_look(&notify->service, checking->notify_id, checking->token,
                                     clock_now(), &found, word);
    *ret_word = arena_c(arena, str_from(word));
    if (code == ERR_NET) return OK;
    if (code == ERR_NOT_FOUND) {
        checking->status = STR("absent");
        return OK;
    }
    TRY(code);
    checking->found_id = arena_str(arena, str_from(found.id));
    checking->status = arena_str(arena, str_from(found.status));
    *ret_word = arena_c(arena, checking->status);
    return OK;
}

enum err check_notify(struct job *job)
{
    struct post *post = job->state;
    struct checking checking = {.job = job};
    const char *word;
    TRY(queue_step(job, read_message, &checking));
    if (!checking.message) return OK;
    TRY(ask(&checking, post_notify_of(post, checking.agency.slug), &word));
    FAULT_POINT(notify_looked);
    TRY(queue_finish(job, write_found, &checking));
    post->outcome = arena_c(job->arena, checking.outcome);
    post->outcome_code = word;
    return OK;
}
