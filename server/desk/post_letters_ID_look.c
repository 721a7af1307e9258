/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/decide.h"

/*
 * Somebody takes part only since the letter came, and the press proposed nothing for them: it looks
 * through the letter once more. What staff have marked so far stays.
 */
static bool is_looked_through(const struct desk_letter *letter)
{
    for (size_t i = 0; i < letter->recipient_count; i++)
        if (!review_is_for(&letter->review, letter->recipients[i].id)) return false;
    return true;
}

static enum err look(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct desk_letter letter;
    int64_t id = request_number(request, 0);
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_letter_read(request, store, &keyring, id, DESK_TEXTS, &letter));
    if (!letter.has_review || is_looked_through(&letter)) return ERR_CONFLICT;
    if (!desk_may_look(request, &letter)) return ERR_CONFLICT;
    TRY(decide_check(request, &letter, false));
    TRY(decide_move(request, store, &letter, "received"));
    TRY(decide_queue(request, store, "prepare_letter", id));
    request_then(request, "/letters");
    return desk_audit(store, "letter_looked_again", "letter", id, "party", letter.from_party);
}

enum err post_letters_ID_look(struct request *request)
{
    TRY(request_run_once(request, look, request));
    return reply_then(request, "letter-looked");
}
