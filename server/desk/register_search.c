/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/register_kept.h"

static bool looks_like_phone(struct str typed)
{
    size_t digits = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c >= '0' && c <= '9')
            digits++;
        else if (c != ' ' && c != '+' && c != '-' && c != '(' && c != ')')
            return false;
    }
    return digits >= 5;
}

/* "01632 960" as it stands in the plain form: "441632960". */
static struct str plain_digits(struct request *request, struct str typed)
{
    BUF(digits, 64);
    for (size_t i = 0; i < typed.len; i++)
        if (typed.at[i] >= '0' && typed.at[i] <= '9') buf_add_byte(&digits, typed.at[i]);
    struct str all = buf_str(&digits);
    if (str_starts(all, STR("00")))
        all = str_from_byte(all, 2);
    else if (str_starts(all, STR("0")))
        return arena_print(request->arena, "44%.*s", STR_ARG(str_from_byte(all, 1)));
    return arena_str(request->arena, all);
}

void register_query(struct request *request, struct str typed, struct register_query *ret_query)
{
    struct register_query query = {.typed = str_trim(typed)};
    BUF_SECRET(words, RECORD_WORDS);
    register_kept_words(&words, query.typed);
    if (buf_done(&words) == OK) query.words = arena_str(request->arena, buf_str(&words));
    if (looks_like_phone(query.typed)) query.digits = plain_digits(request, query.typed);
    char letters[CODE_ID_LETTERS + 1];
    if (code_letters_get(query.typed, CODE_ID_LETTERS, letters))
        (void)code_id_get((struct str){letters, CODE_ID_LETTERS}, &query.id);
    *ret_query = query;
}

bool register_finds(const struct register_query *query, const struct register_name *name)
{
    if (query->id && query->id == name->id) return true;
    if (query->digits.len && str_find(name->digits, query->digits) != STR_NONE) return true;
    if (query->words.len == 0) return false;
    struct str rest = str_from_byte(query->words, 1), word;
    while (str_split(&rest, ' ', &word)) {
        /* " word": the start of a word, the space before it taken from the query */
        struct str wanted = {word.at - 1, word.len + 1};
        if (str_find(name->words, wanted) == STR_NONE) return false;
    }
    return true;
}

bool register_finds_arrangement(const struct register_view *view,
                                const struct register_query *query,
                                const struct register_arrangement *arrangement)
{
    if (register_finds(query, arrangement->name)) return true;
    const struct register_name *child = register_child(view, arrangement->child);
    if (child && register_finds(query, child)) return true;
    for (size_t i = 0; i < arrangement->side_count; i++) {
        const struct register_side *side = &view->sides[arrangement->first_side + i];
        const struct register_party *party = register_party(view, side->party);
        if (party && register_finds(query, party->name)) return true;
    }
    return false;
}
