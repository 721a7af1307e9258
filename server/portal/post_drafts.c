/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/portal/portal.h"

/* Saves what is written so far, sealed to the writer's own key. */
struct saving {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
    struct portal_draft draft;
};

static enum err read_contacts(struct store *store, void *context)
{
    struct saving *saving = context;
    return portal_contacts(saving->request, store, saving->pair, &saving->contacts);
}

static enum err save(struct store *store, void *context)
{
    struct saving *saving = context;
    struct portal_draft draft = saving->draft; /* the work may run again */
    TRY(portal_draft_save(saving->request, store, saving->pair, &draft));
    BUF(id, 16);
    code_id_put(&id, draft.id);
    request_then(saving->request, "/drafts/%s", id.at);
    return OK;
}

enum err post_drafts(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct saving saving = {.request = request, .pair = &pair};
    TRY(request_run(request, read_contacts, &saving));
    TRY(portal_draft_form(request, &saving.contacts, &saving.draft));
    if (str_trim(saving.draft.text).len == 0) request_problem(request, "text", "draft-empty");
    if (request_has_problem(request)) {
        json_put_bool(request->view, "files_dropped", portal_draft_lost_files(request));
        portal_draft_view(request, &saving.contacts, &saving.draft);
        return reply_page(request, "portal/letter_write");
    }
    TRY(request_run_once(request, save, &saving));
    return reply_then(request,
                      portal_draft_lost_files(request) ? "draft-without-files" : "draft-saved");
}
