/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

struct saved {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
    struct portal_draft draft;
};

static enum err read_draft(struct store *store, void *context)
{
    struct saved *saved = context;
    TRY(portal_contacts(saved->request, store, saved->pair, &saved->contacts));
    return portal_draft_find(saved->request, store, saved->pair, request_number(saved->request, 0),
                             &saved->draft);
}

enum err get_drafts_ID(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct saved saved = {.request = request, .pair = &pair};
    TRY(request_run(request, read_draft, &saved));
    portal_draft_view(request, &saved.contacts, &saved.draft);
    return reply_page(request, "portal/letter_write");
}
