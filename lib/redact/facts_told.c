/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/facts_in.h"

/*
 * What is on the list, told to a listener or slightly wrong.
 *
 *     jobloggs@post.example    "jo bloggs at post dot example"
 *     jobloggs10               "jo bloggs ten, all one word"
 *     LS57 3JH                 "the LS57 lot"
 *     Monks Dyke               "at monks dike"
 *     Oluwadamilola            "Damilola"
 */

/* The digits of a word that is a number; how many, 0 for none. */
static size_t number_said(const struct norm *norm, size_t word, char ret_digits[3])
{
    static const char *const numbers[] = {
        "zero",     "one",     "two",     "three",     "four",     "five",    "six",
        "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
    if (!is_any(norm, word,
                "zero one two three four five six seven eight nine ten eleven twelve thirteen "
                "fourteen fifteen sixteen seventeen eighteen nineteen"))
        return 0;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!norm_word_is(norm, word, numbers[i])) continue;
        if (i < 10) {
            ret_digits[0] = (char)('0' + i);
            return 1;
        }
        ret_digits[0] = '1', ret_digits[1] = (char)('0' + i - 10);
        return 2;
    }
    return 0;
}

/* The letter whose name the word is, 0 for none. */
static char letter_said(const struct norm *norm, size_t word)
{
    static const struct {
        const char *name;
        char letter;
    } names[] = {{"kay", 'k'},   {"jay", 'j'}, {"bee", 'b'}, {"cee", 'c'}, {"dee", 'd'},
                 {"gee", 'g'},   {"tee", 't'}, {"pee", 'p'}, {"cue", 'q'}, {"queue", 'q'},
                 {"aitch", 'h'}, {"ess", 's'}, {"ex", 'x'},  {"why", 'y'}, {"zed", 'z'},
                 {"vee", 'v'},   {"you", 'u'}, {"are", 'r'}};
    if (!is_any(norm, word,
                "kay jay bee cee dee gee tee pee cue queue aitch ess ex why zed vee you are"))
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (norm_word_is(norm, word, names[i].name)) return names[i].letter;
    return 0;
}

/* "a t" and "d o t", letter by letter: how many words behind the first. */
static size_t sign_in_letters(const struct norm *norm, size_t word)
{
    if (norm->words[word].count != 1 || word + 2 >= norm->word_count) return 0;
    if (norm_word_is(norm, word, "a") && norm_word_is(norm, word + 1, "t")) return 1;
    bool dot = norm_word_is(norm, word, "d") && norm_word_is(norm, word + 1, "o") &&
               norm_word_is(norm, word + 2, "t");
    return dot ? 2 : 0;
}

/* Do the words of the text go on with this term's letters? How many letters; 0 if they don't. */
static uint32_t goes_on_with(const struct norm *norm, size_t word, const struct term *term,
                             uint32_t from)
{
    const struct word *w = &norm->words[word];
    uint32_t left = term->glyph_count - from;
    if (w->count <= left && like_same(norm->glyphs + w->glyph, term->glyphs + from, w->count))
        return w->count;
    if (left > 0 && letter_said(norm, word) == (char)term->glyphs[from].point) return 1;
    char digits[3];
    size_t count = number_said(norm, word, digits);
    if (count == 0 || count > left) return 0;
    for (size_t i = 0; i < count; i++)
        if (term->glyphs[from + i].point != (unsigned char)digits[i]) return 0;
    return (uint32_t)count;
}

/* "jo bloggs at post dot example", "jo bloggs ten" */
static void told(struct search *s, const struct term *term, size_t word)
{
    enum { WORDS_MOST = 24 };
    const struct norm *norm = s->norm;
    uint32_t taken = 0;
    size_t last = word, at = word, own = 0, said = 0;
    for (size_t steps = 0; steps < WORDS_MOST && at < norm->word_count; steps++, at++) {
        uint32_t more = goes_on_with(norm, at, term, taken);
        if (more > 0) {
            taken += more;
            last = at;
            own++;
            if (norm->words[at].count != more) said++;
        } else if (taken > 0 && sign_in_letters(norm, at) > 0) {
            at += sign_in_letters(norm, at);
            said++;
        } else if (taken == 0 ||
                   !is_any(norm, at,
                           "at dot point stop underscore dash hyphen slash all one word small "
                           "letters lower case no gaps gap spaces space together and then it s "
                           "malpa kropka a thing thingy sign symbol bit little round curly circle "
                           "in the with full after that comes next joined up")) {
            return;
        } else {
            said++;
        }
        if (taken == term->glyph_count) break;
        if (norm->words[at].gap_length > 5 || (norm->words[at].gap & GAP_PARAGRAPH)) return;
    }
    if (taken != term->glyph_count || own < 2) return;
    if (said == 0) return; /* facts_find.c looks for these */
    facts_propose(s, term, word, last, false, 88, &facts_why_spelled);
}

/* "the LS57 lot": the first half of a postcode on the list. */
static void half_postcode(struct search *s, const struct term *term, size_t word)
{
    enum { INWARD = 3, LEAST = 3 };
    const struct word *w = &s->norm->words[word];
    if (w->count < LEAST || w->count + INWARD != term->glyph_count) return;
    if (!(w->flags & WORD_MIXED) || (!(w->flags & WORD_CAPITAL) && !s->norm->quiet)) return;
    if (like_same(s->norm->glyphs + w->glyph, term->glyphs, w->count))
        facts_propose(s, term, word, word, false, 80, &facts_why_part);
}

/* "at monks dike": ordinary words, one of them by a letter wrong. */
static void nearly(struct search *s, const struct term *term, size_t word)
{
    enum { LONG = 4 };
    const struct norm *norm = s->norm;
    if (word + term->count > norm->word_count) return;
    size_t wrong = 0, last = word + term->count - 1;
    bool capitals = true;
    for (size_t i = 0; i < term->count; i++) {
        const struct term_word *t = &s->facts->words[term->first + i];
        const struct word *w = &norm->words[word + i];
        if (i > 0 && (norm->words[word + i - 1].gap & (uint16_t) ~(GAP_SPACE | GAP_HYPHEN))) return;
        if (!(w->flags & WORD_CAPITAL)) capitals = false;
        const struct glyph *glyphs = norm->glyphs + w->glyph;
        if (w->bare == t->count && like_same(glyphs, t->glyphs, t->count)) continue;
        if (t->count < LONG || glyphs[0].point != t->glyphs[0].point || ++wrong > 1) return;
        if (like_distance(glyphs, w->bare, t->glyphs, t->count, 1) > 1) return;
    }
    if (wrong != 1 || (!capitals && !after_cue(s, word, "at in near to from for"))) return;
    facts_propose(s, term, word, last, false, 82, &facts_why_one);
}

/* "Damilola" of Oluwadamilola: a name inside a long first name. */
static void inner_name(struct search *s, const struct term *term, size_t word)
{
    enum { LEAST = 4, HEAD = 2 };
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (w->bare < LEAST || w->bare + HEAD > term->glyph_count) return;
    if (facts_kinds(norm, word) & (LEXICON_ORDINARY | LEXICON_PROPER | LEXICON_BRITISH)) return;
    if (facts_allowed(s->facts, norm, word)) return;
    for (uint32_t at = HEAD; at + w->bare <= term->glyph_count; at++) {
        if (!like_same(norm->glyphs + w->glyph, term->glyphs + at, w->bare)) continue;
        facts_propose(s, term, word, word, w->bare != w->count, 75, &facts_why_short);
        return;
    }
}

bool facts_may_be_told(const struct term *term)
{
    enum { LEAST = 8 };
    switch (term->given->category) {
    case MARK_EMAIL:
    case MARK_URL:
    case MARK_HANDLE: return term->glyph_count >= LEAST;
    case MARK_POSTCODE: return true;
    case MARK_SCHOOL:
    case MARK_PLACE:
    case MARK_WORKPLACE:
    case MARK_MEDICAL:
        return !term->telling && !term->digits && term->count >= 2 && term->solid >= 2;
    default: return false;
    }
}

bool facts_is_long_name(const struct term *term)
{
    enum { LONG = 9 };
    return term->given->category == MARK_NAME && term->count == 1 && term->glyph_count >= LONG;
}

void facts_find_told(struct search *s, size_t word)
{
    const struct facts *facts = s->facts;
    const struct glyph *first = &s->norm->glyphs[s->norm->words[word].glyph];
    uint32_t next = facts->told_by_first[first->shape % FACTS_FIRSTS];
    while (next != 0) {
        const struct term *term = &facts->terms[next - 1];
        next = term->next_told;
        if (term->glyphs[0].point != first->point) continue;
        switch (term->given->category) {
        case MARK_EMAIL:
        case MARK_URL:
        case MARK_HANDLE: told(s, term, word); break;
        case MARK_POSTCODE: half_postcode(s, term, word); break;
        default: nearly(s, term, word);
        }
    }
    if (!(s->norm->words[word].flags & WORD_CAPITAL)) return;
    for (size_t i = 0; i < facts->long_name_count; i++)
        inner_name(s, &facts->terms[facts->long_names[i]], word);
}
