/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

/* An empty letter, to everybody of the arrangement that the link named or of the first one. */
struct new_letter {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
};

static enum err read_contacts(struct store *store, void *context)
{
    struct new_letter *letter = context;
    return portal_contacts(letter->request, store, letter->pair, &letter->contacts);
}

enum err get_letters_new(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct new_letter letter = {.request = request, .pair = &pair};
    TRY(request_run(request, read_contacts, &letter));
    if (letter.contacts.count == 0) return ERR_NOT_FOUND;
    struct portal_draft draft = {.id = random_id(),
                                 .arrangement = letter.contacts.at[0].arrangement};
    int64_t wanted;
    if (form_id(&request->query, "to", &wanted))
        for (size_t i = 0; i < letter.contacts.count; i++)
            if (letter.contacts.at[i].place == wanted)
                draft.arrangement = letter.contacts.at[i].arrangement;
    TRY(portal_draft_everybody(&letter.contacts, &draft));
    portal_draft_view(request, &letter.contacts, &draft);
    return reply_page(request, "portal/letter_write");
}
