/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/register_kept.h"
#include "sys/clock.h"

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
    if (sought_is_phone(query.typed)) query.digits = plain_digits(request, query.typed);
    query.has_days = sought_days(query.typed, clock_day(request->arrived), &query.days);
    char letters[CODE_ID_LETTERS + 1];
    if (code_letters_get(query.typed, CODE_ID_LETTERS, letters))
        (void)code_id_get((struct str){letters, CODE_ID_LETTERS}, &query.id);
    *ret_query = query;
}

static void add_hit(struct register_match *match, const struct register_name *name,
                    enum register_field field)
{
    for (size_t i = 0; i < match->count; i++)
        if (match->hits[i].name == name && match->hits[i].field == field) return;
    if (match->count == REGISTER_HITS) return;
    match->hits[match->count].name = name;
    match->hits[match->count++].field = field;
}

/* " word": the start of a word of the record. */
static bool has_word(const struct register_name *name, struct str wanted,
                     struct register_match *match)
{
    size_t at = str_find(name->words, wanted);
    if (at == STR_NONE) return false;
    while ((unsigned char)name->words.at[at] >= FIELDS) at--; /* words begin with their field */
    add_hit(match, name, (enum register_field)name->words.at[at]);
    return true;
}

/* The query's next word with the space before it. */
static bool next_word(struct str *rest, struct str *ret_wanted)
{
    struct str word;
    if (!str_split(rest, ' ', &word)) return false;
    *ret_wanted = (struct str){word.at - 1, word.len + 1};
    return true;
}

static bool finds_alone(const struct register_query *query, const struct register_name *name,
                        struct register_match *match)
{
    struct str rest = str_from_byte(query->words, 1), wanted;
    if (query->id && query->id == name->id) add_hit(match, name, FIELD_CODE);
    if (query->digits.len && str_find(name->digits, query->digits) != STR_NONE)
        add_hit(match, name, FIELD_PHONE);
    if (query->has_days && name->born >= query->days.from.number &&
        name->born <= query->days.to.number)
        add_hit(match, name, FIELD_BORN);
    if (match->count) return true;
    if (query->words.len == 0) return false;
    while (next_word(&rest, &wanted))
        if (!has_word(name, wanted, match)) {
            match->count = 0;
            return false;
        }
    return true;
}

bool register_finds(const struct register_query *query, const struct register_name *name)
{
    struct register_match match = {.count = 0};
    return finds_alone(query, name, &match);
}

/* The records of an arrangement: its own, the child's, and those of who takes or took part. */
static const struct register_name *record_of(const struct register_view *view,
                                             const struct register_arrangement *arrangement,
                                             size_t nth)
{
    if (nth == 0) return arrangement->name;
    if (nth == 1) return register_child(view, arrangement->child);
    const struct register_side *side = &view->sides[arrangement->first_side + nth - 2];
    const struct register_party *party = register_party(view, side->party);
    return party ? party->name : NULL;
}

static bool finds_together(const struct register_view *view, struct str words,
                           const struct register_arrangement *arrangement,
                           struct register_match *match)
{
    struct str rest = str_from_byte(words, 1), wanted;
    if (words.len == 0) return false;
    while (next_word(&rest, &wanted)) {
        bool is_there = false;
        for (size_t i = 0; !is_there && i < arrangement->side_count + 2; i++) {
            const struct register_name *name = record_of(view, arrangement, i);
            is_there = name && has_word(name, wanted, match);
        }
        if (!is_there) return false;
    }
    return true;
}

bool register_finds_arrangement(const struct register_view *view,
                                const struct register_query *query,
                                const struct register_arrangement *arrangement,
                                struct register_match *ret_match)
{
    struct register_match match = {.count = 0};
    bool is_found = false;
    for (size_t i = 0; !is_found && i < arrangement->side_count + 2; i++) {
        const struct register_name *name = record_of(view, arrangement, i);
        is_found = name && finds_alone(query, name, &match);
    }
    if (!is_found) {
        match.count = 0;
        is_found = finds_together(view, query->words, arrangement, &match);
    }
    if (is_found) *ret_match = match;
    return is_found;
}
