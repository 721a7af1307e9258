/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/letter.h"

/* ---- facts ---- */

static struct str recipients_named(struct request *request, const struct desk_letter *letter)
{
    struct str to = STR("");
    for (size_t i = 0; i < letter->recipient_count; i++)
        to = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(to),
                         i == 0                             ? ""
                         : i + 1 == letter->recipient_count ? " and "
                                                            : ", ",
                         STR_ARG(desk_party_name(request, &letter->recipients[i])));
    return letter->recipient_count ? to : STR("nobody");
}

static const char *channel_words(struct str channel)
{
    if (str_equal(channel, STR("portal"))) return "through their online account";
    if (str_equal(channel, STR("email"))) return "by e-mail";
    return "on paper";
}

static struct str came(struct request *request, const struct desk_letter *letter)
{
    JSON words = json_object();
    desk_put_instant(words, "at", letter->received, true);
    return arena_print(request->arena, "%.*s, %s", STR_ARG(json_get_str(words, "at")),
                       channel_words(letter->channel));
}

const char *desk_why_blocked(const struct desk_letter *letter, size_t nth)
{
    const struct desk_party *party = &letter->recipients[nth];
    if (!str_equal(letter->arrangement_state, STR("active")))
        return "Nothing may be sent just now: the arrangement is not open.";
    if (str_equal(party->state, STR("paused"))) return "Letters to this person are paused.";
    if (str_equal(party->state, STR("dead"))) return "This person has died.";
    if (str_equal(party->state, STR("moved")))
        return "This person has moved: the address is not known.";
    if (str_equal(party->state, STR("ended"))) return "This person no longer takes part.";
    if (!letter->receiving[nth]) return "This person does not receive letters at present.";
    if (letter->has_review && !review_is_for(&letter->review, party->id))
        return "The letter was not looked through for this person yet.";
    return NULL;
}

static void put_unlooked(struct request *request, const struct desk_letter *letter)
{
    struct str names = STR("");
    for (size_t i = 0; i < letter->recipient_count && letter->has_review; i++)
        if (!review_is_for(&letter->review, letter->recipients[i].id))
            names =
                arena_print(request->arena, "%.*s%s%.*s", STR_ARG(names), names.len ? " and " : "",
                            STR_ARG(desk_party_name(request, &letter->recipients[i])));
    if (names.len == 0) return;
    json_t *unlooked = json_object();
    json_put_str(unlooked, "names", names);
    json_put_bool(unlooked, "may", desk_may_look(request, letter));
    json_put(request->view, "unlooked", unlooked);
}

static void put_recipients(struct request *request, const struct desk_letter *letter)
{
    json_t *list = json_array();
    for (size_t i = 0; i < letter->recipient_count; i++) {
        const struct desk_party *party = &letter->recipients[i];
        json_t *entry = json_object();
        json_put_code(entry, "id", party->id);
        json_put_str(entry, "name", desk_party_name(request, party));
        json_put(entry, "side", desk_tagged(request, party->side));
        json_put(entry, "channel", desk_tagged(request, party->channel));
        const char *blocked = desk_why_blocked(letter, i);
        if (blocked) json_put_str(entry, "blocked", str_from(blocked));
        json_add(list, entry);
    }
    json_put_bool(request->view, "several", letter->recipient_count > 1);
    desk_put_list(request->view, "recipients", list);
}

static enum err put_second(struct request *request, struct store *store,
                           const struct desk_keyring *keyring, const struct desk_letter *letter,
                           json_t *facts)
{
    const struct desk_decision *first = desk_first_approval(letter);
    if (!first || !str_equal(letter->state, STR("second_check"))) return OK;
    struct str name;
    TRY(desk_staff_name(request, store, keyring, first->author, &name));
    json_t *second = json_object();
    json_put_str(second, "by", name);
    desk_put_instant(second, "on", first->at, false);
    json_put(facts, "second", second);
    return OK;
}

/* The agency's library of notes to senders. */
static const struct {
    const char *id, *title, *words;
} library[] = {
    {"place", "Ask about a place",
     "Thank you for your letter. It says where something happened. May we leave out the name of "
     "the place? Please tell us, and we will send it on."},
    {"photo", "Ask about a photo",
     "Thank you for your letter and the photo. The photo shows something that could tell where it "
     "was taken. Could you send us another one?"},
    {"hurt", "Ask about words that may hurt",
     "Thank you for your letter. There is a part that could be hard to read. Please phone us: we "
     "would like to talk about it with you before we send it on."},
};

static json_t *wordings(void)
{
    json_t *object = json_object(), *list = json_array();
    for (size_t i = 0; i < sizeof library / sizeof *library; i++) {
        json_t *entry = json_object();
        json_put_str(entry, "id", str_from(library[i].id));
        json_put_str(entry, "title", str_from(library[i].title));
        json_put_str(entry, "words", str_from(library[i].words));
        json_add(list, entry);
    }
    json_put(object, "list", list);
    return object;
}

enum err desk_letter_view(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct desk_letter *letter)
{
    json_t *facts = json_object();
    json_put(request->view, "letter", facts);
    json_put_code(facts, "id", letter->id);
    json_put_str(facts, "path",
                 arena_print(request->arena, "/letters/%s",
                             json_string_value(json_object_get(facts, "id"))));
    json_put_reference(facts, "reference", letter->id);
    json_put_str(facts, "from", desk_party_name(request, &letter->from));
    json_put_code(facts, "from_id", letter->from_party);
    json_put(facts, "side", desk_tagged(request, letter->from.side));
    json_put_str(facts, "to", recipients_named(request, letter));
    json_put_str(facts, "child", letter->child.adoptive_name);
    json_put_code(facts, "arrangement_id", letter->arrangement);
    json_put_str(facts, "came", came(request, letter));
    json_put(facts, "state", desk_tagged(request, letter->state));
    json_put_bool(facts, "two_person", letter->two_person);
    if (letter->risk.len) json_put_str(facts, "risk", letter->risk);
    json_put_bool(facts, "own", desk_is_own(request, letter));
    json_put_bool(facts, "needs_second", desk_needs_second(request, letter));
    json_put_bool(facts, "may_reopen",
                  str_equal(letter->state, STR("returned")) &&
                      desk_may_move(request, letter->state, STR("in_review")));
    json_put_bool(facts, "for_manager",
                  str_equal(letter->state, STR("escalated")) && !desk_may_mark(request, letter));
    desk_mail_put(request, &letter->review, facts);
    TRY(put_second(request, store, keyring, letter, facts));
    json_t *warnings = json_array();
    for (size_t i = 0; i < letter->review.warning_count; i++)
        json_add(warnings, json_str(letter->review.warnings[i]));
    desk_put_list(request->view, "warnings", warnings);
    json_put_bool(request->view, "nothing", desk_has_nothing(letter));
    put_recipients(request, letter);
    put_unlooked(request, letter);
    desk_put_number(request->view, "version", letter->version);
    json_put_bool(request->view, "may_mark", desk_may_mark(request, letter));
    json_put(request->view, "wordings", wordings());
    json_put_bool(request->view, "may_decide", desk_may_mark(request, letter));
    return OK;
}

struct str desk_wording(struct str id)
{
    for (size_t i = 0; i < sizeof library / sizeof *library; i++)
        if (str_equal(id, str_from(library[i].id))) return str_from(library[i].words);
    return STR("");
}
