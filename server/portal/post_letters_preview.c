/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

/* The letter as it will be sent, before it is; the draft is saved on the way. */
struct preview {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
    struct portal_draft draft;
};

static enum err read_contacts(struct store *store, void *context)
{
    struct preview *preview = context;
    return portal_contacts(preview->request, store, preview->pair, &preview->contacts);
}

static enum err save(struct store *store, void *context)
{
    struct preview *preview = context;
    struct portal_draft draft = preview->draft; /* the work may run again */
    return portal_draft_save(preview->request, store, preview->pair, &draft);
}

enum err post_letters_preview(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct preview preview = {.request = request, .pair = &pair};
    TRY(request_run(request, read_contacts, &preview));
    TRY(portal_draft_form(request, &preview.contacts, &preview.draft));
    portal_draft_check(request, &preview.draft);
    json_put_bool(request->view, "files_dropped", portal_draft_lost_files(request));
    if (request_has_problem(request)) {
        portal_draft_view(request, &preview.contacts, &preview.draft);
        return reply_page(request, "portal/letter_write");
    }
    TRY(request_run(request, save, &preview));
    portal_draft_view(request, &preview.contacts, &preview.draft);
    json_t *view = request->view, *to = json_array(), *letter = json_object();
    json_put_code(view, "arrangement", portal_place(&preview.contacts, preview.draft.arrangement));
    json_put_str(view, "who", portal_draft_who(request, &preview.contacts, &preview.draft));
    for (size_t i = 0; i < preview.draft.to_count; i++) {
        json_t *entry = json_object();
        json_put_code(entry, "id", preview.draft.to[i]);
        json_add(to, entry);
    }
    portal_put_list(view, "to", to);
    json_put_str(letter, "text", preview.draft.text);
    if (preview.draft.text.len)
        json_put(view, "letter", letter);
    else
        json_decref(letter);
    return reply_page(request, "portal/letter_preview");
}
