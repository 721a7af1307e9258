/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/facts_in.h"

/* What goes with a term's word in the text: the rest of the term, a house number, "& Sons". */

const struct reason facts_why_whole = {"protected term '", "'"};
const struct reason facts_why_shape = {"protected term '", "' in letters that look alike"};
const struct reason facts_why_apart = {"protected term '", "' written apart or together"};
const struct reason facts_why_part = {"part of protected term '", "'"};
const struct reason facts_why_one = {"one letter from protected term '", "'"};
const struct reason facts_why_two = {"two letters from protected term '", "'"};
const struct reason facts_why_sound = {"sounds like protected term '", "'"};
const struct reason facts_why_inside = {"has protected term '", "' inside it"};
const struct reason facts_why_spelled = {"protected term '", "' spelled out"};
const struct reason facts_why_initials = {"the first letters of protected term '", "'"};
const struct reason facts_why_short = {"a short form of protected term '", "'"};
const struct reason facts_why_form = {"another form of protected name '", "'"};
const struct reason facts_why_mutated = {"protected term '", "' as its grammar changes it"};

bool facts_after(const struct search *s, size_t word, const struct word_list *list)
{
    if (word == 0) return false;
    uint16_t gap = s->norm->words[word - 1].gap;
    return !(gap & (GAP_END | GAP_PARAGRAPH)) && words_has(s->norm, word - 1, list);
}

bool facts_before(const struct search *s, size_t last, const struct word_list *list)
{
    if (s->norm->words[last].gap & (GAP_END | GAP_PARAGRAPH)) return false;
    return words_has(s->norm, last + 1, list);
}

bool facts_house_number(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    if (w->count <= 5 && (w->flags & (WORD_DIGITS | WORD_MIXED))) return true;
    return is_any(
        norm, word,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty "
        "seventy eighty ninety number no flat plot");
}

/* "3 Counties vets", "Doctor Grays": the first word of the term, written another way. */
static bool first_word_otherwise(const struct search *s, const struct term *term, size_t word)
{
    static const char *const numbers[] = {"one", "two",   "three", "four", "five",
                                          "six", "seven", "eight", "nine", "ten"};
    static const char *const titles[][2] = {{"dr", "doctor"}, {"st", "saint"}, {"mt", "mount"},
                                            {"doctor", "dr"}, {"saint", "st"}, {"mount", "mt"}};
    const struct norm *norm = s->norm;
    const struct term_word *t = &s->facts->words[term->first];
    const struct word *w = &norm->words[word];
    if (term->count < 2 || w->gap_length > 2 || (w->gap & (GAP_END | GAP_PARAGRAPH))) return false;
    if (!(w->flags & WORD_DIGITS) &&
        !is_any(norm, word,
                "one two three four five six seven eight nine ten dr doctor st saint mt mount"))
        return false;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (t->hash == norm_hash_ascii(titles[i][0], strlen(titles[i][0])) &&
            norm_word_is(norm, word, titles[i][1]))
            return true;
    for (uint32_t i = 0; i < 10; i++) {
        bool said = t->hash == norm_hash_ascii(numbers[i], strlen(numbers[i]));
        uint32_t digit = norm->glyphs[w->glyph].point;
        if (said && (w->flags & WORD_DIGITS) && digit == (i == 9 ? '1' : '1' + i) &&
            w->count == (i == 9 ? 2u : 1u))
            return true;
        if (norm_word_is(norm, word, numbers[i]) && t->count == (i == 9 ? 2u : 1u) &&
            t->glyphs[0].point == (i == 9 ? '1' : '1' + i))
            return true;
    }
    return false;
}

/* What goes with a term on the left: a house number before a street, "the" before a short form. */
static size_t with_before(const struct search *s, const struct term *term, size_t first)
{
    const struct norm *norm = s->norm;
    if (first > 0 && first_word_otherwise(s, term, first - 1)) first--;
    if (term->given->category == MARK_ADDRESS) {
        for (int steps = 0; steps < 3 && first > 0; steps++, first--) {
            uint16_t gap = norm->words[first - 1].gap;
            uint16_t signs = GAP_SPACE | GAP_COMMA | GAP_HYPHEN | GAP_SLASH;
            if (is_any(norm, first - 1, "no")) signs |= GAP_STOP;
            if ((gap & (uint16_t)~signs) != 0 || norm->words[first - 1].gap_length > 3 ||
                !facts_house_number(norm, first - 1))
                break;
        }
        if (first > 0 && norm->words[first - 1].gap == GAP_SPACE &&
            ((norm_word_is(norm, first - 1, "the") &&
              (norm->words[first - 1].flags & WORD_CAPITAL)) ||
             is_any(norm, first - 1, "bay pitch plot flat unit berth")))
            first--;
        return first;
    }
    /* "Ní Cheallacháin", "C-Lacey", "A. Tregenza" */
    if (term->given->category == MARK_NAME && first > 0) {
        const struct word *before = &norm->words[first - 1];
        if (before->gap == GAP_SPACE &&
            is_any(norm, first - 1, "o ni nic mac mc ui van von de der la le") &&
            (before->flags & WORD_CAPITAL))
            return first - 1;
        if (before->count == 1 && before->gap == GAP_HYPHEN && (before->flags & WORD_CAPITAL))
            return first - 1;
        /* "L Pickersgill" */
        const uint32_t letter = norm->glyphs[before->glyph].point;
        if (before->count == 1 && before->gap == GAP_SPACE && before->gap_length == 1 &&
            (before->flags & WORD_CAPITAL) && !norm->shouting && letter != 'i' && letter != 'a')
            return first - 1;
    }
    /* "Y Bala" */
    if (term->given->category == MARK_PLACE && first > 0 &&
        norm->words[first - 1].gap == GAP_SPACE && norm_word_is(norm, first - 1, "y") &&
        (norm->words[first - 1].flags & WORD_CAPITAL))
        return first - 1;
    bool named = term->given->category == MARK_SCHOOL || term->given->category == MARK_MEDICAL ||
                 term->given->category == MARK_WORKPLACE;
    if (named && term->count > 1 && first > 0 && norm->words[first - 1].gap == GAP_SPACE &&
        norm_word_is(norm, first - 1, "the"))
        return first - 1;
    return first;
}

/* … and on the right: "& Co", "n sons". */
static size_t with_after(const struct search *s, const struct term *term, size_t last)
{
    const struct norm *norm = s->norm;
    /* "Tawney Str. nr 16" */
    if (term->given->category == MARK_ADDRESS && last + 2 < norm->word_count &&
        norm->words[last].gap_length <= 2 &&
        !(norm->words[last].gap & (GAP_LINE | GAP_PARAGRAPH))) {
        size_t at = last;
        if (is_any(norm, at + 1, "str st rd ave") && norm->words[at + 1].gap_length <= 2 &&
            at + 3 < norm->word_count)
            at++;
        if (is_any(norm, at + 1, "nr no number house flat") && facts_house_number(norm, at + 2))
            return at + 2;
    }
    if (term->given->category != MARK_WORKPLACE || last + 1 >= norm->word_count) return last;
    size_t at = last;
    bool link = is_any(norm, last + 1, "n and") && norm->words[last].gap == GAP_SPACE;
    if (link) at++;
    if (at + 1 < norm->word_count && is_any(norm, at + 1, "co sons bros son daughters") &&
        norm->words[at].gap_length <= 3 && !(norm->words[at].gap & (GAP_END | GAP_PARAGRAPH)))
        return at + 1;
    return last;
}

/* "Andrew T", "Denise B.": a first name of the list, and the first letter of a surname of it. */
static bool letter_of_surname(const struct search *s, const struct term *term, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const uint32_t letter = norm->glyphs[w->glyph].point;
    if (w->count != 1 || !(w->flags & WORD_CAPITAL) || letter == 'i' || norm->shouting)
        return false;
    for (size_t i = 0; i < s->facts->term_count; i++) {
        const struct term *other = &s->facts->terms[i];
        if (other == term || other->given->category != MARK_NAME) continue;
        if (s->facts->words[other->first + other->count - 1].glyphs[0].point == letter) return true;
    }
    return false;
}

/* Is a capital with a stop behind it, and then another, what the name goes on with? */
static bool goes_on_in_letters(const struct norm *norm, size_t last, enum mark_category category)
{
    if (category != MARK_SCHOOL && category != MARK_MEDICAL) return false;
    if (last + 1 >= norm->word_count) return false;
    const struct word *w = &norm->words[last], *next = w + 1;
    if (next->count != 1 || !(next->flags & WORD_CAPITAL) || w->gap_length != 1) return false;
    if (w->count == 1) return w->gap == GAP_STOP;
    return w->gap == GAP_SPACE && next->gap == GAP_STOP && next->gap_length == 1 &&
           last + 2 < norm->word_count && next[1].count == 1 && (next[1].flags & WORD_CAPITAL);
}

/* "Chorlton cum Hardy", "Weston super Mare", "Panmure U9s": what a name goes on with. */
static size_t with_rest(const struct search *s, const struct term *term, size_t last)
{
    const struct norm *norm = s->norm;
    if (last + 1 >= norm->word_count) return last;
    /* "Totnes T.K.D.", "Sole Bay H.C." */
    while (goes_on_in_letters(norm, last, term->given->category)) last++;
    if (last + 1 >= norm->word_count) return last;
    const struct word *w = &norm->words[last], *next = w + 1;
    bool tight = (w->gap == GAP_SPACE || w->gap == GAP_HYPHEN) && w->gap_length == 1;
    if (!tight) return last;
    if (term->given->category == MARK_NAME && term->count == 1 && w->gap == GAP_SPACE &&
        letter_of_surname(s, term, last + 1))
        return last + 1;
    if (term->given->category == MARK_SCHOOL) {
        const struct glyph *g = norm->glyphs + next->glyph;
        if ((next->flags & WORD_MIXED) && next->count <= 4 && g[0].point == 'u' &&
            (g[1].flags & GLYPH_DIGIT))
            return last + 1;
        if (is_any(norm, last + 1, "under unders") && last + 2 < norm->word_count &&
            (norm->words[last + 2].flags & (WORD_DIGITS | WORD_MIXED)) &&
            norm->words[last + 2].count <= 3 && norm->words[last + 1].gap_length == 1)
            return last + 2;
    }
    /* "Shoreham-by-Sea" */
    if (term->given->category == MARK_PLACE && w->gap == GAP_HYPHEN &&
        is_any(norm, last + 1, "by on upon le in under super next the") &&
        next->gap == GAP_HYPHEN && next->gap_length == 1 && last + 2 < norm->word_count)
        return last + 2;
    if (term->given->category == MARK_PLACE && last + 2 < norm->word_count &&
        is_any(norm, last + 1, "cum le super juxta") && norm->words[last + 1].gap_length == 1 &&
        (norm->words[last + 2].flags & WORD_CAPITAL))
        return last + 2;
    return last;
}

static struct str reason_text(const struct reason *why, struct str term, struct arena *arena)
{
    size_t before = strlen(why->before), after = strlen(why->after);
    char *text = arena_take(arena, before + term.len + after);
    memcpy(text, why->before, before);
    memcpy(text + before, term.at, term.len);
    memcpy(text + before + term.len, why->after, after);
    return (struct str){text, before + term.len + after};
}

void facts_propose(struct search *s, const struct term *term, size_t first, size_t last, bool bare,
                   int confidence, const struct reason *why)
{
    first = with_before(s, term, first);
    size_t to = with_rest(s, term, with_after(s, term, last));
    bare = bare && to == last &&
           (term->given->category == MARK_NAME || term->given->category == MARK_PLACE);
    last = to;
    size_t start = norm_word_start(s->norm, first);
    size_t end = bare ? norm_word_bare_end(s->norm, last) : norm_word_end(s->norm, last);
    marks_add(s->marks, s->arena,
              (struct mark){start, end, term->given->category, MARK_LEAK_LIST, confidence,
                            reason_text(why, term->given->term, s->arena)});
}

/* Letters left out inside: "Hse", "Rd", "Hosptl". */
bool facts_contracted(const struct glyph *glyphs, uint32_t count, const struct term_word *t)
{
    if (count < 2 || count >= t->count || glyphs[0].point != t->glyphs[0].point) return false;
    if (glyphs[count - 1].point != t->glyphs[t->count - 1].point) return false;
    uint32_t at = 0;
    for (uint32_t i = 0; i < t->count && at < count; i++)
        if (glyphs[at].point == t->glyphs[i].point) at++;
    return at == count;
}

static bool sounds_as(const struct glyph *glyphs, uint32_t count, const struct term_word *t)
{
    char sound[LIKE_SOUND + 1];
    if (glyphs[0].point != t->glyphs[0].point) return false;
    like_sound(glyphs, count, sound);
    return strcmp(sound, t->sound) == 0;
}

/* Does the text's word belong to the term, beside one that does? */
static bool belongs(const struct search *s, const struct term *term, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    for (size_t i = 0; i < term->count; i++) {
        const struct term_word *t = &s->facts->words[term->first + i];
        if (w->hash == t->hash && w->count == t->count) return true;
        /* "Mill o' Dunnet" */
        if (norm_word_is(norm, word, "o") && t->count == 2 && t->glyphs[0].point == 'o' &&
            t->glyphs[1].point == 'f')
            return true;
        /* "C. R. Trebanog" */
        if (w->count == 1 && (w->flags & WORD_CAPITAL) && (w->gap & (GAP_STOP | GAP_HYPHEN)) &&
            glyphs[0].point == t->glyphs[0].point)
            return true;
        if (norm_word_is(norm, word, "x") && t->count == 5 && t->glyphs[0].point == 'c' &&
            t->glyphs[4].point == 's')
            return true; /* "Charing X" */
        if (t->count >= 4 && w->count >= 3 && w->count < t->count &&
            like_same(glyphs, t->glyphs, w->count))
            return true; /* cut short: "Soc", "Prim" */
        if (t->count >= 7 && w->count >= 4 && w->count + 2 < t->count &&
            glyphs[w->count - 1].point == 's' && like_same(glyphs, t->glyphs, w->count - 1))
            return true; /* "Lancs" */
        /* "HC" of Health Centre, "Farmhouse" of Farm House */
        if ((w->flags & WORD_CAPS) && w->count >= 2 && i + w->count <= term->count) {
            uint32_t k = 0;
            while (k < w->count && glyphs[k].point == t[k].glyphs[0].point) k++;
            if (k == w->count) return true;
        }
        if (i + 1 < term->count && w->bare == t->count + t[1].count && t->count >= 3 &&
            like_same(glyphs, t->glyphs, t->count) &&
            like_same(glyphs + t->count, t[1].glyphs, t[1].count))
            return true;
        /* "Veterinary" of Vets */
        uint32_t one = facts_singular(t->glyphs, t->count);
        if (one >= 3 && t->count <= 5 && w->count > t->count + 2 && t->kind != WORD_TELLING &&
            like_same(glyphs, t->glyphs, one))
            return true;
        if (t->saint && is_any(norm, word, FACTS_SAINTS)) return true;
        if ((t->kind == WORD_GENERIC || t->count <= 6) && facts_contracted(glyphs, w->count, t))
            return true; /* "Hse", "Pk" */
        if (w->count == 2 && t->kind != WORD_TELLING && t->count >= 4 && (w->gap & GAP_STOP) &&
            like_same(glyphs, t->glyphs, 2))
            return true; /* "Ho." */
        if (t->count >= 3 && like_shape_start(glyphs, w->bare, t->glyphs, t->count) == w->bare &&
            w->bare >= t->count - 1)
            return true;
        if (t->count == 4 && w->bare == 4 && like_same(glyphs, t->glyphs, 2) &&
            like_distance(glyphs, 4, t->glyphs, 4, 1) <= 1)
            return true; /* "caff" */
        if (t->count == 4 && w->bare == 4 && t->kind == WORD_GENERIC &&
            facts_kinds(norm, word) == 0 && sounds_as(glyphs, w->bare, t))
            return true; /* "muws" */
        /* "Floors" of Flooring, "Builder" of Builders */
        uint32_t stem = 0;
        while (stem < t->count && stem < w->bare && glyphs[stem].point == t->glyphs[stem].point)
            stem++;
        if (stem >= 5 && stem + 3 >= t->count && stem + 3 >= w->bare) return true;
        if (t->count >= 5 && w->bare >= 4 &&
            like_distance(glyphs, w->bare, t->glyphs, t->count, 1) <= 1)
            return true;
    }
    return false;
}

bool facts_joins(const struct norm *norm, size_t word)
{
    uint16_t gap = norm->words[word].gap;
    return !(gap & (GAP_PARAGRAPH | GAP_END)) &&
           norm->words[word].gap_length <= ((gap & GAP_LINE) ? LETTERHEAD : 4);
}

/* Does a sentence end behind this word, and is it no shortened one ("Prim. School")? */
static bool sentence_between(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (!(w->gap & GAP_STOP) || word + 1 >= norm->word_count || !(w[1].flags & WORD_OPENS))
        return false;
    return w->count > 4 || (w->count == 4 && facts_kinds(s->norm, word) != 0);
}

static const char link_words[] = "and of the by in on a";

/* From a word that fits, outwards to what belongs to it. Returns the term's own words taken in. */
size_t facts_extend(const struct search *s, const struct term *term, size_t *first, size_t *last,
                    bool *bare)
{
    const struct norm *norm = s->norm;
    const struct word_list *generic = facts_generic(term->given->category);
    size_t own = 0, from = *first, to = *last;
    bool name = term->given->category == MARK_NAME;
    bool alone = term->count == 1; /* nothing more of it to take in but what it is the name of */
    for (size_t steps = 0; !alone && from > 0 && steps < 6 && facts_joins(norm, from - 1);
         steps++) {
        if (sentence_between(s, from - 1)) break;
        if (!belongs(s, term, from - 1)) break;
        from--;
        if (!is_any(norm, from, link_words)) own++;
    }
    for (size_t steps = 0; to + 1 < norm->word_count && steps < 6 && facts_joins(norm, to);
         steps++) {
        if (sentence_between(s, to)) break;
        /* "Calder and Wharfe", of Calder & Wharfe */
        if (!alone && !name && is_any(norm, to + 1, "and n") && to + 2 < norm->word_count &&
            facts_joins(norm, to + 1) && belongs(s, term, to + 2)) {
            to += 2;
            own += 2;
            continue;
        }
        bool its = !alone && belongs(s, term, to + 1);
        bool kind =
            !name && !its && !(norm->words[to].gap & (GAP_COMMA | GAP_STOP | GAP_LINE)) &&
            generic != NULL && words_has(norm, to + 1, generic) &&
            !is_any(norm, to + 1, "and of the by in on near club team park town city group");
        if (!its && !kind) break;
        to++;
        if (its && !is_any(norm, to, link_words)) own++;
    }
    if (to != *last) *bare = norm->words[to].bare != norm->words[to].count;
    /* Not over a link word that ends it. */
    while (to > *last && is_any(norm, to, "and of the by in on")) to--;
    while (from < *first && is_any(norm, from, "and of the by in on")) from++;
    *first = from;
    *last = to;
    return own;
}

bool facts_is_generic(enum mark_category category, const struct norm *norm, size_t word)
{
    const struct word_list *generic = facts_generic(category);
    return generic != NULL && words_has(norm, word, generic);
}

bool facts_generic_beside(const struct search *s, const struct term *term, size_t last)
{
    const struct norm *norm = s->norm;
    if (term->given->category == MARK_NAME) return before_cue(s, last, "family household");
    return last + 1 < norm->word_count && facts_joins(norm, last) &&
           facts_is_generic(term->given->category, norm, last + 1) &&
           !is_any(norm, last + 1, "and of the by in on near");
}
