/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"
#include "sys/fault.h"
#include "worker/press/contacts.h"
#include "worker/press/jobs.h"
#include "worker/press/message.h"

/* An account was made: its owner may now see whom they write to, and is told that it is ready. */
struct welcome {
    struct job *job;
    struct contacts contacts;
    struct message message;
    bool is_gone; /* the account was replaced meanwhile */
    json_t *view;
};

static enum err read(struct store *store, void *context)
{
    struct welcome *welcome = context;
    TRY(contacts_label(store, welcome->job, &welcome->contacts));
    json_end(&welcome->view);
    TRY(message_view(store, welcome->job, &welcome->view));
    enum err code =
        message_to_account(store, welcome->job, welcome->job->account, &welcome->message);
    welcome->is_gone = code == ERR_NOT_FOUND;
    return welcome->is_gone ? OK : code;
}

static enum err write(struct store *store, void *context)
{
    const struct welcome *welcome = context;
    TRY(contacts_store(store, &welcome->contacts));
    return welcome->is_gone ? OK : message_store(store, &welcome->message);
}

enum err welcome_account(struct job *job)
{
    struct seal_publics publics;
    struct welcome welcome = {.job = job, .message = message_new("join_done", job->party, STR(""))};
    TRY(press_publics(job, &publics));
    enum err code = queue_step(job, read, &welcome);
    if (code == OK) code = message_from_template(job, &publics, welcome.view, &welcome.message);
    json_end(&welcome.view);
    TRY(code);
    FAULT_POINT(welcome_sealed);
    return queue_finish(job, write, &welcome);
}
