/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "redact/concern.h"
#include "server/desk/letter.h"

/* The copies exactly as they will be made from the saved marks, and the decision about them. */
struct deciding {
    struct request *request;
    int64_t id;
    struct desk_letter letter;
};

static struct str to_address(struct request *request, const struct desk_party *party)
{
    const struct person *person = &party->person;
    if (str_equal(party->channel, STR("post"))) {
        struct str line = person->address;
        size_t end = str_find_byte(line, '\n');
        return end == STR_NONE ? line : arena_print(request->arena, "%.*s …", (int)end, line.at);
    }
    return person->emails.count ? person->emails.at[0] : (struct str){NULL, 0};
}

/* After a mistake in the approval those that were ticked. */
static bool is_chosen(const struct request *request, int64_t party, bool otherwise)
{
    bool is_approval = str_equal(form_line(&request->form, "decision"), STR("approve"));
    return is_approval ? desk_ticked(request, "to", party, otherwise) : otherwise;
}

static json_t *copy_of(struct request *request, const struct desk_letter *letter, size_t nth,
                       const struct store_rows *out)
{
    const struct desk_party *party = &letter->recipients[nth];
    json_t *copy = json_object(), *parts = json_array();
    int64_t removed = 0;
    json_put_code(copy, "id", party->id);
    json_put_str(copy, "name", desk_party_name(request, party));
    json_put(copy, "side", desk_tagged(request, party->side));
    json_put(copy, "channel", desk_tagged(request, party->channel));
    struct str address = to_address(request, party);
    if (address.len) json_put_str(copy, "to_address", address);
    const char *blocked = desk_why_blocked(letter, nth);
    if (blocked) json_put_str(copy, "blocked", str_from(blocked));
    bool has_copy = desk_has_copy(out, party->id);
    json_put_bool(copy, "has_copy", has_copy);
    json_put_bool(copy, "chosen", !blocked && is_chosen(request, party->id, !has_copy));
    for (size_t i = 0; i < letter->review.part_count; i++) {
        const struct review_part *part = &letter->review.parts[i];
        json_t *view = desk_copy_view(request, letter, part, letter->contents[i], party->id);
        json_put_str(view, "heading", desk_part_heading(request, &letter->review, part));
        json_add(parts, view);
    }
    for (size_t i = 0; i < letter->review.mark_count; i++)
        removed += review_mark_is_for(&letter->review.marks[i], party->id);
    desk_put_number(copy, "removed_count", removed);
    desk_put_list(copy, "parts", parts);
    return copy;
}

static void put_open_concerns(struct request *request, const struct desk_letter *letter)
{
    json_t *list = json_array();
    for (size_t i = 0; i < letter->review.concern_count; i++) {
        const struct review_concern *concern = &letter->review.concerns[i];
        enum concern_kind kind;
        if (concern->seen) continue;
        json_t *entry = json_object();
        desk_put_number(entry, "n", concern->number);
        json_put_str(entry, "label",
                     concern_get(concern->category, &kind) ? str_from(concern_label(kind))
                                                           : concern->category);
        json_add(list, entry);
    }
    desk_put_list(request->view, "open_concerns", list);
}

static enum err put_second(struct deciding *deciding, struct store *store,
                           const struct desk_keyring *keyring)
{
    const struct desk_letter *letter = &deciding->letter;
    const struct desk_decision *first = desk_first_approval(letter);
    bool is_asked = str_equal(letter->state, STR("second_check")) && first &&
                    desk_may_move(deciding->request, letter->state, STR("approved")) &&
                    !desk_is_own(deciding->request, letter);
    if (!is_asked) return OK;
    struct str name;
    TRY(desk_staff_name(deciding->request, store, keyring, first->author, &name));
    json_t *second = json_object();
    json_put_str(second, "by", name);
    desk_put_instant(second, "on", first->at, false);
    json_put_str(second, "question", desk_second_question(deciding->request, letter));
    json_put(deciding->request->view, "second", second);
    return OK;
}

static enum err read_decision(struct store *store, void *context)
{
    struct deciding *deciding = context;
    struct request *request = deciding->request;
    struct desk_letter *letter = &deciding->letter;
    struct desk_keyring keyring;
    unsigned char digest[32];
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_letter_read(request, store, &keyring, deciding->id, DESK_WHOLE, letter));
    if (!letter->has_review) return ERR_NOT_FOUND;
    TRY(desk_letter_view(request, store, &keyring, letter));
    TRY(desk_history_put(request, store, &keyring, letter->id));
    bool is_second = str_equal(letter->state, STR("second_check"));
    struct store_rows out;
    TRY(store_query(store, QUERY_dispatch_of_letter, PARAMS(P_INT(letter->id)), request->arena,
                    &out));
    json_t *copies = json_array();
    for (size_t i = 0; i < letter->recipient_count; i++)
        if (!is_second || desk_is_approved(letter, letter->recipients[i].id))
            json_add(copies, copy_of(request, letter, i, &out));
    desk_put_list(request->view, "copies", copies);
    put_open_concerns(request, letter);
    TRY(desk_screen_digest(request, &letter->review, letter->contents, digest));
    BUF(hex, 100);
    code_hex_put(&hex, digest, sizeof digest);
    json_put_str(request->view, "digest", buf_str(&hex));
    bool open = str_equal(letter->arrangement_state, STR("active"));
    bool may_decide = desk_may_mark(request, letter);
    if (!open)
        json_put_str(request->view, "stop", STR("The arrangement is not open just now."));
    else if (!may_decide && str_equal(letter->state, STR("escalated")))
        json_put_str(request->view, "stop", STR("A manager was asked, and a manager decides."));
    json_put_bool(request->view, "may_approve",
                  open && may_decide && letter->recipient_count > 0 && !desk_has_nothing(letter));
    TRY(put_second(deciding, store, &keyring));
    return desk_audit(store, "copies_shown", "letter", deciding->id, "party", letter->from_party);
}

enum err desk_decision_page(struct request *request, int64_t id)
{
    struct deciding deciding = {.request = request, .id = id};
    TRY(request_run(request, read_decision, &deciding));
    return reply_page(request, "desk/decision");
}

enum err get_letters_ID_decision(struct request *request)
{
    return desk_decision_page(request, request_number(request, 0));
}
