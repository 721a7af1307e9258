/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern_in.h"

/*
 * Codes told piece by piece: some letters alone, some by their names, numbers in words.
 *
 *     LS fifty-seven, 3 Q T · s k nine seven two r t      a postcode
 *     P.O. nine three K.L.Z. · W K 9 7 . T R E            a number plate
 *     big dee, underscore, J F C                          a name on an app
 */

enum { SIGNS = 8, PIECES = 14 };

struct pieces {
    char signs[SIGNS];
    size_t count;
    bool capitals; /* its letters alone are capitals, or letters by their names */
    bool said;     /* some of it is a word, or letters stand alone */
};

#define LETTER_NAMES                                                                              \
    "you ex tee kay jay dee bee cee see em en ess eff ef gee aitch haitch pee queue cue vee why " \
    "wye zed zee el ell ar doubleyou dubya"

/* The letter of a name of one; 0 for none. */
static char letter_named(struct patterns *p, size_t word)
{
    static const struct {
        const char *name;
        char letter;
    } names[] = {{"you", 'u'}, {"ex", 'x'},    {"tee", 't'},    {"kay", 'k'},   {"jay", 'j'},
                 {"dee", 'd'}, {"bee", 'b'},   {"cee", 'c'},    {"see", 'c'},   {"em", 'm'},
                 {"en", 'n'},  {"ess", 's'},   {"eff", 'f'},    {"ef", 'f'},    {"gee", 'g'},
                 {"pee", 'p'}, {"aitch", 'h'}, {"haitch", 'h'}, {"queue", 'q'}, {"cue", 'q'},
                 {"vee", 'v'}, {"why", 'y'},   {"wye", 'y'},    {"zed", 'z'},   {"zee", 'z'},
                 {"el", 'l'},  {"ell", 'l'},   {"ar", 'r'},     {"dubya", 'w'}, {"doubleyou", 'w'}};
    if (!pattern_is(p, word, LETTER_NAMES)) return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (norm_word_is(p->norm, word, names[i].name)) return names[i].letter;
    return 0;
}

static bool put(struct pieces *pieces, char sign)
{
    if (pieces->count >= SIGNS) return false;
    pieces->signs[pieces->count++] = sign;
    return true;
}

/* Adds what the words from here say; how many they are, 0 for none. */
static size_t take(struct patterns *p, size_t word, struct pieces *pieces)
{
    enum { TOGETHER = 3 };
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    if (pattern_is(p, word, "double") && word + 1 < norm->word_count &&
        pattern_is(p, word + 1, "you u")) {
        pieces->said = true;
        return put(pieces, 'w') ? 2 : 0;
    }
    /* A digit before it lets "ninety" begin the number. */
    struct run run = {.count = 1};
    if (!(w->flags & (WORD_DIGITS | WORD_MIXED)) && w->count > 1) {
        size_t words = pattern_word_digit(p, word) != 0 || pattern_is(p, word, PATTERN_TENS)
                           ? pattern_take(p, word, &run)
                           : 0;
        if (words > 0) {
            pieces->said = true;
            for (size_t i = 1; i < run.count; i++)
                if (!put(pieces, run.digits[i])) return 0;
            return words;
        }
        char letter = letter_named(p, word);
        if (letter != 0 && pieces->count > 0) {
            pieces->said = true;
            return put(pieces, letter) ? 1 : 0;
        }
        if (w->count > TOGETHER || pattern_is(p, word, "and is the its on at my for")) return 0;
    }
    if (w->count > TOGETHER + 1) return 0;
    if (w->count == 1 && !(w->flags & WORD_DIGITS)) pieces->said = true;
    for (size_t i = 0; i < w->count; i++) {
        const struct glyph *g = &norm->glyphs[w->glyph + i];
        if (g->point >= 0x80) return 0;
        if (!(g->flags & (GLYPH_DIGIT | GLYPH_UPPER))) pieces->capitals = false;
        if (!put(pieces, (char)g->point)) return 0;
    }
    return 1;
}

static bool fits(const struct pieces *pieces, const struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        bool digit = pieces->signs[i] >= '0' && pieces->signs[i] <= '9';
        if (digit != (form->signs[i] == '9')) return false;
    }
    return true;
}

static bool fits_any(const struct pieces *pieces, const struct form *forms, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (forms[i].count == pieces->count && fits(pieces, &forms[i])) return true;
    return false;
}

static bool goes_on(const struct patterns *p, size_t word)
{
    const uint16_t signs = GAP_SPACE | GAP_LINE | GAP_HYPHEN | GAP_STOP | GAP_COMMA | GAP_OPEN |
                           GAP_CLOSE | GAP_QUOTE | GAP_OTHER;
    return pattern_next(p, word, signs, 4);
}

/* A postcode or a number plate of three pieces or more. */
static void told_code(struct patterns *p, size_t word)
{
    static const struct form posts[] = {FORM("AA999AA"), FORM("AA99AA"),  FORM("A999AA"),
                                        FORM("A99AA"),   FORM("AA9A9AA"), FORM("A9A9AA")};
    static const struct form plates[] = {FORM("AA99AAA"), FORM("A999AAA"), FORM("AAA999A"),
                                         FORM("AAA9999")};
    enum { POSTS = sizeof posts / sizeof *posts, PLATES = sizeof plates / sizeof *plates };
    const struct norm *norm = p->norm;
    struct pieces pieces = {.capitals = true};
    if (word > 0 && norm->words[word - 1].count == 1 && goes_on(p, word - 1) &&
        (norm->words[word - 1].flags & WORD_CAPITAL) && norm->words[word - 1].gap_length == 1)
        return;
    bool post = false, plate = false, capitals = false, said = false;
    size_t at = word, words = 0, last = word;
    for (size_t count = 0; count < PIECES && at < norm->word_count; count++) {
        words = take(p, at, &pieces);
        if (words == 0) break;
        at += words;
        const bool as_plate = count >= 2 && fits_any(&pieces, plates, PLATES);
        if (as_plate || (count >= 2 && fits_any(&pieces, posts, POSTS))) {
            plate = as_plate;
            post = !plate;
            last = at - 1;
            capitals = pieces.capitals, said = pieces.said;
        }
        if (!goes_on(p, at - 1)) break;
    }
    if ((!post && !plate) || !said) return;
    bool cued =
        post ? pattern_after(p, word, 8, "postcode postcodes pc post code kod pocztowy address")
             : pattern_after(p, word, 10,
                             "reg registration plate plates numberplate car van motor vehicle "
                             "lorry bike truck kart drives driving pink white black silver blue");
    if (!cued && (!capitals || norm->shouting)) return;
    pattern_mark(p, word, last, post ? MARK_POSTCODE : MARK_VEHICLE, cued ? 88 : 78,
                 post ? "a postcode told in pieces" : "a number plate told in pieces");
}

/* "big dee, underscore, J F C, underscore, eighty nine" */
static void told_handle(struct patterns *p, size_t word)
{
    enum { BACK = 3, WORDS = 16 };
    const struct norm *norm = p->norm;
    const uint16_t signs = GAP_SPACE | GAP_COMMA | GAP_LINE | GAP_QUOTE | GAP_STOP | GAP_HYPHEN;
    if (!pattern_begins(p, word, BEGINS_HANDLE, "underscore")) return;
    size_t first = word, last = word, lone = 0;
    while (first > 0 && word - first < BACK && pattern_next(p, first - 1, signs, 2) &&
           !(norm->words[first - 1].gap & GAP_LINE) &&
           !pattern_is(p, first - 1,
                       "is its im am called under type add as at on it me my mine the a an and by "
                       "search for find named insta snap snapchat instagram tiktok name")) {
        if (pattern_is(p, first - 1, "underscore")) return; /* its first one has marked all */
        first--;
    }
    while (last + 1 < norm->word_count && last < word + WORDS && pattern_next(p, last, signs, 2)) {
        size_t next = last + 1;
        if (pattern_is(p, next, "underscore dash hyphen dot"))
            lone = 0;
        else if ((norm->words[next].count > 1 &&
                  ++lone > (pattern_is(p, last, PATTERN_TENS) ? 2 : 1)) ||
                 pattern_is(p, next, "on at and say if is so but or i"))
            break;
        last = next;
    }
    if (first == word || last == word) return;
    pattern_mark(p, first, last, MARK_HANDLE, 80, "a name on an app, told in pieces");
}

/* Does a digit or a number word stand behind the first word of a code as soon as it must: behind at
 * most two letters more, each a word or "double you"? */
static bool digit_soon(const struct norm *norm, size_t word)
{
    enum { WITHIN = 5 };
    for (size_t i = word + 1; i <= word + WITHIN && i < norm->word_count; i++)
        if ((norm->words[i].flags & (WORD_DIGITS | WORD_MIXED)) ||
            (norm->begins[i] & (BEGINS_NUMBER | BEGINS_SPELLED)))
            return true;
    return false;
}

void pattern_pieces(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    told_handle(p, word);
    if (w->count > 2 || (w->flags & (WORD_DIGITS | WORD_MIXED)) || word + 2 >= norm->word_count)
        return;
    const struct word *next = w + 1;
    if (next->count > 3 && !(norm->begins[word + 1] & (BEGINS_NUMBER | BEGINS_SPELLED))) return;
    if (digit_soon(norm, word)) told_code(p, word);
}
