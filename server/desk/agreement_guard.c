/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/redact.h"
#include "server/desk/agreement.h"

/*
 * What one person of an arrangement must not learn from a text of staff: their own leak list, and
 * of everybody else names, addresses, e-mail and telephone numbers, and the child's name on the
 * other side. A first name by which somebody may be known is none of it; a surname of the family
 * always is.
 */

enum { WORD_LEAST = 3, LINE_LEAST = 4 };

struct guarding {
    struct request *request;
    const struct desk_arrangement *arrangement;
    const struct arrangement_member *to;
    struct str text;
    bool is_told;
};

static bool is_home(const struct arrangement_member *member)
{
    return str_equal(member->side, STR("adoptive"));
}

static enum err look_for(struct guarding *guarding, struct str secret)
{
    struct marks marks = {0};
    if (str_trim(secret).len < WORD_LEAST) return OK;
    TRY(redact_find_words(guarding->text, secret, MARK_NAME, guarding->request->arena, &marks));
    guarding->is_told = guarding->is_told || marks.count > 0;
    return OK;
}

static bool has_word(struct str text, struct str word)
{
    struct str one;
    while (str_split(&text, ' ', &one))
        if (str_same(one, word)) return true;
    return false;
}

static bool is_last(struct str name, struct str word)
{
    name = str_trim(name);
    return str_ends(name, word) && name.len > word.len && name.at[name.len - word.len - 1] == ' ';
}

/* By a first name they are known; where a family lives follows from its surname. */
static bool is_known(const struct guarding *guarding, const struct arrangement_member *other,
                     struct str name, struct str word)
{
    bool is_secret =
        (is_home(other) || str_equal(other->side, STR("sibling"))) && is_last(name, word);
    return !is_secret && (has_word(other->party.person.known_as, word) ||
                          has_word(other->party.person.relationship, word) ||
                          has_word(guarding->to->party.person.known_as, word));
}

/* "the" and "Mrs" tell nothing. */
static bool is_telling(struct str word)
{
    static const char *const none[] = {"The", "And", "Mrs", "Miss", "Family", "Mum", "Dad"};
    if (word.len < WORD_LEAST || (word.at[0] >= 'a' && word.at[0] <= 'z')) return false;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (str_same(word, str_from(none[i]))) return false;
    return true;
}

static bool is_own(const struct guarding *guarding, struct str word)
{
    const struct person_list *names = &guarding->to->party.person.names;
    for (size_t i = 0; i < names->count; i++)
        if (has_word(names->at[i], word)) return true;
    return false;
}

static enum err look_for_name(struct guarding *guarding, const struct arrangement_member *other,
                              struct str name)
{
    struct str rest = name, word;
    while (str_split(&rest, ' ', &word)) {
        if (!is_telling(word) || is_own(guarding, word)) continue;
        if (!is_known(guarding, other, name, word)) TRY(look_for(guarding, word));
    }
    return OK;
}

/* Each line alone, with the number of the house and without it. */
static enum err look_for_address(struct guarding *guarding, struct str address)
{
    struct str line, part;
    while (str_split(&address, '\n', &line))
        while (str_split(&line, ',', &part)) {
            part = str_trim(part);
            while (part.len && part.at[0] >= '0' && part.at[0] <= '9')
                part = str_from_byte(part, 1);
            part = str_trim(part);
            if (part.len >= LINE_LEAST) TRY(look_for(guarding, part));
        }
    return OK;
}

static enum err look_for_person(struct guarding *guarding, const struct arrangement_member *other)
{
    const struct person *person = &other->party.person;
    for (size_t i = 0; i < person->names.count; i++)
        TRY(look_for_name(guarding, other, person->names.at[i]));
    TRY(look_for_address(guarding, person->address));
    for (size_t i = 0; i < person->emails.count; i++) TRY(look_for(guarding, person->emails.at[i]));
    for (size_t i = 0; i < person->phones.count; i++) TRY(look_for(guarding, person->phones.at[i]));
    return OK;
}

/* The child's name on the other side, but for a first name that is the same on both. */
static enum err look_for_child(struct guarding *guarding)
{
    const struct desk_child *child = &guarding->arrangement->child;
    bool home = is_home(guarding->to);
    struct str secret = home ? child->birth_name : child->adoptive_name;
    struct str known = home ? child->adoptive_name : child->birth_name;
    struct str word;
    while (str_split(&secret, ' ', &word))
        if (is_telling(word) && !has_word(known, word) && !is_own(guarding, word))
            TRY(look_for(guarding, word));
    return OK;
}

/* On the list, and yet how somebody may be known: "Priya" of "Priya and Sam". */
static bool is_known_term(const struct guarding *guarding, struct str term)
{
    const struct desk_arrangement *arrangement = guarding->arrangement;
    for (size_t i = 0; i < arrangement->member_count; i++) {
        const struct arrangement_member *other = &arrangement->members[i];
        if (other == guarding->to || !has_word(other->party.person.known_as, term)) continue;
        bool is_surname = false;
        for (size_t k = 0; k < other->party.person.names.count; k++)
            is_surname = is_surname || is_last(other->party.person.names.at[k], term);
        if (!is_surname) return true;
    }
    return false;
}

enum err agreement_may_tell(struct request *request, const struct desk_arrangement *arrangement,
                            const struct arrangement_member *to, struct str text, bool *ret_may)
{
    struct guarding guarding = {request, arrangement, to, text, false};
    const struct person *person = &to->party.person;
    for (size_t i = 0; i < person->leak_count; i++)
        if (!is_known_term(&guarding, str_trim(person->leaks[i].term)))
            TRY(look_for(&guarding, person->leaks[i].term));
    for (size_t i = 0; i < arrangement->member_count; i++)
        if (&arrangement->members[i] != to)
            TRY(look_for_person(&guarding, &arrangement->members[i]));
    TRY(look_for_child(&guarding));
    *ret_may = !guarding.is_told;
    return OK;
}
