/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

/* Reading a letter is written down before it is shown. */
struct reading {
    struct request *request;
    int64_t id;
};

static enum err read_letter(struct store *store, void *context)
{
    struct reading *reading = context;
    struct request *request = reading->request;
    struct desk_keyring keyring;
    struct desk_letter letter;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_letter_read(request, store, &keyring, reading->id, DESK_TEXTS, &letter));
    TRY(desk_letter_view(request, store, &keyring, &letter));
    TRY(desk_history_put(request, store, &keyring, letter.id));
    bool is_making;
    TRY(desk_copies_put(request, store, &letter, &is_making));
    desk_review_view(request, &letter);
    return desk_audit(store, "letter_read", "letter", reading->id, "party", letter.from_party);
}

enum err desk_letter_page(struct request *request, int64_t id)
{
    struct reading reading = {request, id};
    TRY(request_run(request, read_letter, &reading));
    return reply_page(request, "desk/letter");
}

enum err get_letters_ID(struct request *request)
{
    return desk_letter_page(request, request_number(request, 0));
}
