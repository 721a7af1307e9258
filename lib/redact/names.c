/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names.h"

#include <string.h>

#include "redact/month.h"
#include "redact/names_in.h"

enum { RUN_WORDS = 7 };

void names_mark(struct names *n, size_t first, size_t last, enum mark_category category,
                int confidence, const char *why)
{
    size_t end = category == MARK_NAME ? norm_word_bare_end(n->norm, last)
                                       : norm_word_end(n->norm, last); /* "St Mary's" */
    marks_add(n->p->marks, n->p->arena,
              (struct mark){norm_word_start(n->norm, first), end, category, MARK_UNLISTED,
                            confidence, str_from(why)});
}

/* Is the line end after this word only where the text was wrapped? */
static bool wrapped(const struct norm *norm, size_t word)
{
    enum { WIDE = 45 };
    size_t end = norm_word_end(norm, word);
    return end >= WIDE && memchr(norm->text.at + end - WIDE, '\n', WIDE) == NULL;
}

static bool next_of(const struct norm *norm, size_t word)
{
    if (word + 1 >= norm->word_count) return false;
    const struct word *w = &norm->words[word];
    if (w->gap == GAP_SPACE) return w->gap_length <= 2;
    if ((w->gap & GAP_LINE) && !wrapped(norm, word)) return false;
    uint16_t stop = w->count <= 4 ? GAP_STOP : 0;
    /* "the Brethren' Chapel" */
    if (w->gap == (GAP_QUOTE | GAP_SPACE) && w->gap_length == 2 &&
        norm->glyphs[w->glyph + w->count - 1].point == 's' &&
        norm->text.at[norm_word_end(norm, word)] != '"')
        return true;
    return (w->gap & (uint16_t) ~(GAP_SPACE | GAP_LINE | stop)) == 0 && w->gap_length <= 2 &&
           (w->gap & (GAP_SPACE | GAP_LINE));
}

bool names_joined(const struct names *n, size_t word)
{
    if (names_next(n, word)) return true;
    if (word + 1 >= n->norm->word_count) return false;
    const struct word *w = &n->norm->words[word];
    return (w->gap & GAP_HYPHEN) && w->gap_length <= 2 &&
           (w->gap & (uint16_t) ~(GAP_HYPHEN | GAP_LINE | GAP_SPACE)) == 0 &&
           (w->gap != (GAP_HYPHEN | GAP_SPACE) || norm_gap(n->norm, word).at[0] == '-');
}

bool names_unknown(const struct names *n, size_t word)
{
    uint16_t known = LEXICON_ORDINARY | LEXICON_RARE | LEXICON_PROPER | LEXICON_FIRST |
                     LEXICON_HOLIDAY | LEXICON_ABROAD;
    /* The rarest words are surnames and villages too: a capital decides. */
    if (!n->norm->shouting && names_capital(n, word)) known &= (uint16_t)~LEXICON_RARE;
    return (n->kinds[word] & known) == 0 && !IS(n, word, FIRST) && !names_safe(n, word) &&
           n->norm->words[word].count > 2;
}

bool names_first_name(const struct names *n, size_t word)
{
    if ((n->kinds[word] & LEXICON_FIRST) || IS(n, word, FIRST) ||
        facts_allowed(n->p->facts, n->norm, word))
        return true;
    /* "Val": short for one */
    enum { SHORT = 5 };
    return names_capital(n, word) &&
           (n->norm->words[word].count <= SHORT || (n->kinds[word] & LEXICON_BRITISH)) &&
           !(n->kinds[word] & LEXICON_ORDINARY) &&
           lexicon_same(n->p->lexicon, n->norm->words[word].hash) != 0;
}

bool names_famous(const struct names *n, size_t word)
{
    enum { LONGEST = 32 };
    if (word + 1 >= n->norm->word_count) return false;
    /* "at the Eric Morecambe": named after somebody */
    if (word > 0 && norm_word_is(n->norm, word - 1, "the") &&
        ((names_first_name(n, word) && !(n->kinds[word] & LEXICON_ORDINARY)) ||
         pattern_is(n->p, word, "prince princess king queen lord duke earl captain")))
        return false;
    const struct word *w = &n->norm->words[word], *next = w + 1;
    const struct glyph *from = n->norm->glyphs + w->glyph;
    size_t count = w->count + next->bare, made = 0;
    const struct words *known = lexicon_words(n->p->lexicon);
    if (words_cues(known, norm_hash(from, count)) & CUE_BIT(FAMOUS)) return true;
    if (!n->p->scanned || count > LONGEST) return false;
    /* "Winklernan": rn is m, 1 is l. */
    struct glyph mended[LONGEST];
    for (size_t i = 0; i < count; i++) {
        mended[made] = from[i];
        if (from[i].point == 'r' && i + 1 < count && from[i + 1].point == 'n') {
            mended[made].point = 'm';
            i++;
        } else if (from[i].point == '1') {
            mended[made].point = 'l';
        } else if (from[i].point == '0') {
            mended[made].point = 'o';
        }
        made++;
    }
    return words_cues(known, norm_hash(mended, made)) & CUE_BIT(FAMOUS);
}

bool names_british(const struct names *n, size_t first, size_t last)
{
    const struct word *from = &n->norm->words[first], *to = &n->norm->words[last];
    if (first == last) return n->kinds[first] & LEXICON_BRITISH;
    uint32_t count = to->glyph + to->bare - from->glyph;
    return lexicon_kinds(n->p->lexicon, norm_hash(n->norm->glyphs + from->glyph, count)) &
           LEXICON_BRITISH;
}

bool names_safe(const struct names *n, size_t word)
{
    const uint64_t lists = CUE_BIT(SAFE) | CUE_BIT(TIME) | CUE_BIT(NATION);
    return (n->cues[word] & lists) != 0;
}

bool names_shaped(const struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    if (!(w->flags & WORD_CAPITAL) || (w->flags & (WORD_DIGITS | WORD_MIXED)) || w->count < 2)
        return false;
    if (!(w->flags & WORD_OPENS)) return true;
    return (n->kinds[word] & (LEXICON_ORDINARY | LEXICON_RARE)) == 0;
}

/* Where a name may go on over small words: "of", "on the", "&". 0: nowhere. */
static size_t go_on(const struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (word + 1 >= norm->word_count) return 0;
    if (norm->words[word].gap & (GAP_PARAGRAPH | GAP_END)) return 0;
    /* "the L&D. She" */
    if ((norm->words[word].gap & GAP_STOP) && (n->kinds[word + 1] & LEXICON_ORDINARY)) return 0;
    if (names_joined(n, word) && !(norm->words[word + 1].flags & WORD_OPENS)) {
        if (names_capital(n, word + 1)) return word + 1;
        size_t at = word + 1;
        for (int small = 0; small < 2 && at + 1 < norm->word_count; small++, at++) {
            if (!IS(n, at, JOIN) || !names_joined(n, at)) return 0;
            if (!names_capital(n, at + 1)) continue;
            /* "Stratford on Avon", but "Addaction on Norfolk Street" */
            bool hyphen = norm->words[at].gap & GAP_HYPHEN;
            bool on = pattern_is(n->p, word + 1, "on in") && !hyphen;
            return on && !names_british(n, word, at + 1) ? 0 : at + 1;
        }
        return 0;
    }
    /* "Hall & Sons", "L&D" */
    const struct str gap = norm_gap(norm, word);
    bool and = gap.len > 0 && gap.len <= 3 && str_equal(str_trim(gap), STR("&"));
    return and&&names_capital(n, word + 1) ? word + 1 : 0;
}

/* A word that a scanner read with a digit in it: "E1iot". */
static bool misread(const struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    size_t digits = 0;
    for (size_t i = 0; i < w->count; i++)
        if (n->norm->glyphs[w->glyph + i].flags & GLYPH_DIGIT) digits++;
    return n->p->scanned && digits == 1 && w->count > 4;
}

size_t names_run(const struct names *n, size_t word)
{
    size_t last = word;
    for (;;) {
        size_t at = go_on(n, last);
        if (at == 0 || at >= word + RUN_WORDS) break;
        if (n->norm->words[at].flags & WORD_DIGITS) break;
        if ((n->norm->words[at].flags & WORD_MIXED) && !misread(n, at)) break;
        if (n->norm->words[at].flags & WORD_OPENS) break;
        if (IS(n, at, TIME) && !names_joined(n, last)) break;
        if (month_of(n->norm, at) != 0 && at > last + 1) break; /* "Spain in May" */
        last = at;
    }
    /* "Glan-llyn" */
    while (last + 1 < n->norm->word_count && n->norm->words[last].gap == GAP_HYPHEN &&
           n->norm->words[last].gap_length == 1 && !names_capital(n, last + 1) &&
           n->norm->words[last + 1].count > 2 && !(n->norm->words[last + 1].flags & WORD_DIGITS))
        last++;
    if (last > word && n->norm->words[last - 1].gap == GAP_HYPHEN) return last;
    while (last > word &&
           (IS(n, last, TIME) || n->norm->words[last].count < 2 || !names_capital(n, last)))
        last--;
    return last;
}

bool names_kind_of(uint64_t cues, enum mark_category *ret_category)
{
    if (cues & CUE_BIT(K_SCHOOL))
        *ret_category = MARK_SCHOOL;
    else if (cues & CUE_BIT(K_MEDICAL))
        *ret_category = MARK_MEDICAL;
    else if (cues & CUE_BIT(K_WORK))
        *ret_category = MARK_WORKPLACE;
    else if (cues & CUE_BIT(K_PLACE))
        *ret_category = MARK_PLACE;
    else
        return false;
    return true;
}

static bool sentence_ends(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    if (w->gap & (GAP_END | GAP_PARAGRAPH)) return true;
    return (w->gap & GAP_STOP) && (w->gap & (GAP_SPACE | GAP_LINE)) && w->count > 3;
}

bool names_after(const struct names *n, size_t word, size_t back, uint64_t lists)
{
    for (size_t i = 1; i <= back && i <= word; i++) {
        if (sentence_ends(n->norm, word - i)) return false;
        if (n->cues[word - i] & lists) return true;
    }
    return false;
}

bool names_before(const struct names *n, size_t word, size_t ahead, uint64_t lists)
{
    for (size_t at = word; at < word + ahead && at + 1 < n->norm->word_count; at++) {
        if (sentence_ends(n->norm, at)) return false;
        if (n->cues[at + 1] & lists) return true;
    }
    return false;
}

/* Is the text round here in another language? */
bool names_foreign(const struct names *n, size_t word)
{
    enum { NEAR = 8, FEW = 5 };
    const struct norm *norm = n->norm;
    size_t seen = 0, plain = 0;
    for (size_t i = word > NEAR ? word - NEAR : 0; i <= word + NEAR && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        if (i == word || w->count < 3 || (w->flags & (WORD_CAPITAL | WORD_DIGITS | WORD_MIXED)))
            continue;
        if (w->hash == 0) continue; /* the agency's wording */
        seen++;
        if (n->kinds[i] & LEXICON_ORDINARY) plain++;
    }
    return (seen >= FEW && plain * 5 < seen * 2) || (seen >= 2 && plain == 0);
}

/* "I'm on nights as a nurse at" */
static bool as_staff(const struct names *n, size_t first)
{
    enum { BACK = 7 };
    for (size_t i = 2; i < BACK && i + 1 < first; i++)
        if (pattern_is(n->p, first - i, "a an the") && pattern_is(n->p, first - i - 1, "as") &&
            pattern_is(n->p, first - i + 1,
                       "nurse carer porter cleaner receptionist doctor midwife cook chef guard "
                       "driver security teacher assistant physio healthcare senior trainee") &&
            !sentence_ends(n->norm, first - i))
            return true;
    return false;
}

/* "I work in hotel Saracen's Court": a place by its kind, and somebody works there. */
enum mark_category names_at_work(const struct names *n, size_t first, enum mark_category category)
{
    enum { BACK = 4 };
    if (category == MARK_PLACE &&
        pattern_after(n->p, first, BACK, "work works worked working job shift shifts employed"))
        return MARK_WORKPLACE;
    return category;
}

/* "shinty with Stinchar Valley", "driving for Holmans": what somebody does or belongs to, who
 * writes of children in a family's letter and of grown people in a relative's. */
static bool belongs(const struct names *n, size_t first)
{
    size_t at = first;
    while (at > 0 && first - at < 2 && IS(n, at - 1, OUTER) && names_next(n, at - 1)) at--;
    return at > 0 && names_next(n, at - 1) && pattern_is(n->p, at - 1, "for with") &&
           !IS(n, first, SAINT) && !(n->kinds[first] & LEXICON_BRITISH);
}

/* "Burnley General", "Haven High", "the Glencoe Road Health Centre" */
static bool by_last_word(const struct names *n, size_t last, enum mark_category *ret_category)
{
    if (pattern_is(n->p, last, "general infirmary") ||
        (last > 0 && pattern_is(n->p, last, "centre center") &&
         pattern_is(n->p, last - 1, "health medical dental")) ||
        (names_next(n, last) && pattern_is(n->p, last + 1, "health medical dental") &&
         pattern_is(n->p, last + 2, "centre center practice")))
        *ret_category = MARK_MEDICAL;
    else if (pattern_is(n->p, last, "high"))
        *ret_category = MARK_SCHOOL;
    else
        return false;
    return true;
}

/* "my hours at Locks Heath", "in the kitchen at Clee View", "a Saturday girl in Osborne's" */
static bool of_its_hours(const struct names *n, size_t first)
{
    return first > 1 && pattern_is(n->p, first - 1, "at in") &&
           pattern_is(
               n->p, first - 2,
               "hours shifts kitchen kitchens canteen till tills girl lad assistant cashier");
}

enum mark_category names_category(const struct names *n, size_t first, size_t last)
{
    enum mark_category category;
    if (by_last_word(n, last, &category)) return category;
    for (size_t word = last + 1; word-- > first;)
        if (names_kind(n, word, &category)) return names_at_work(n, first, category);
    if (names_next(n, last) && names_kind(n, last + 1, &category))
        return names_at_work(n, first, category);
    if (as_staff(n, first) || of_its_hours(n, first)) return MARK_WORKPLACE;
    if (IS(n, first, PRISON)) return MARK_PLACE;
    enum { NEAR = 5 };
    if (pattern_after(n->p, first, NEAR,
                      "church mass chapel baptised christened wedding funeral "
                      "buried vicar priest mosque temple") ||
        pattern_before(n->p, last, NEAR, "church mass vicar priest congregation"))
        return MARK_PLACE;
    for (size_t i = last; i < last + NEAR && i + 2 < n->norm->word_count; i++) {
        if (sentence_ends(n->norm, i)) break;
        if (pattern_is(n->p, i + 1, "year yr form class") && n->norm->words[i + 2].count <= 2 &&
            (n->norm->words[i + 2].flags & WORD_DIGITS))
            return MARK_SCHOOL; /* "he is at Manor, year 9" */
    }
    if (pattern_before(n->p, last, NEAR,
                       "chest hip knee heart leg lungs liver kidneys bowel stroke "
                       "tonsils appendix scan xray operation stitches"))
        return MARK_MEDICAL;
    /* "Dr Venkatesan at Broomfield" */
    if (first > 0 && pattern_is(n->p, first - 1, "at from in the") &&
        pattern_after(n->p, first, 5,
                      "dr prof consultant wrist ankle collarbone xray injection "
                      "lump asthma braces speech hearing"))
        return MARK_MEDICAL;
    /* "dances at Razzamataz in Elland" */
    if (first == last && first > 0 && pattern_is(n->p, first - 1, "in near from") &&
        (n->kinds[first] & LEXICON_BRITISH) && !(n->norm->words[first].flags & WORD_POSSESSIVE))
        return MARK_PLACE;
    /* The nearest word that tells, to the left before the right. */
    enum { BACK = 9, AHEAD = 5 };
    const uint64_t tells = CUE_BIT(LIVE) | CUE_BIT(STUDY) | CUE_BIT(WORK) | CUE_BIT(CARE);
    uint64_t bits = 0;
    for (size_t i = 1; i <= BACK && i <= first && bits == 0; i++) {
        if (sentence_ends(n->norm, first - i)) break;
        bits = n->cues[first - i] & tells;
    }
    for (size_t at = last; at < last + AHEAD && at + 1 < n->norm->word_count && bits == 0; at++) {
        if (sentence_ends(n->norm, at)) break;
        bits = n->cues[at + 1] & tells & ~CUE_BIT(LIVE);
    }
    if (bits & CUE_BIT(CARE)) return MARK_MEDICAL;
    if (bits & CUE_BIT(STUDY)) return MARK_SCHOOL;
    if (bits & CUE_BIT(WORK)) return MARK_WORKPLACE;
    if (bits == 0 && belongs(n, first)) return n->p->from_relative ? MARK_WORKPLACE : MARK_SCHOOL;
    return MARK_PLACE;
}

/* Does the writer give ordinary words capitals, here and there? Then a capital tells little. */
static bool loose_capitals(const struct names *n)
{
    enum { ONE_IN = 60, FREE = 4 };
    size_t capitals = 0;
    for (size_t i = 1; i < n->norm->word_count; i++) {
        const struct word *w = &n->norm->words[i];
        if (!(w->flags & WORD_CAPITAL) || (w->flags & (WORD_OPENS | WORD_CAPS)) || w->count < 3)
            continue;
        if ((n->norm->words[i - 1].flags & WORD_CAPITAL) || n->cues[i - 1] != 0) continue;
        if ((n->norm->words[i - 1].gap & (uint16_t) ~(GAP_SPACE | GAP_COMMA)) != 0) continue;
        if ((n->kinds[i] & LEXICON_ORDINARY) && !(n->kinds[i] & LEXICON_FIRST) && n->cues[i] == 0)
            capitals++;
    }
    return capitals > FREE && capitals * ONE_IN > n->norm->word_count;
}

/* Is the letter full of names that everybody knows: shows, toys, holidays, food? Then one more that
 * nothing announces is likely of them. */
static bool crowded(const struct names *n)
{
    enum { FREE = 4, ONE_IN = 45 };
    size_t known = 0;
    for (size_t i = 0; i < n->norm->word_count; i++)
        if (names_capital(n, i) && IS(n, i, SAFE) && !(n->norm->words[i].flags & WORD_OPENS))
            known++;
    return known > FREE && known * ONE_IN > n->norm->word_count;
}

/* May a place of writers who use no capitals stand at the word? */
static bool small_may_begin(const struct names *n, size_t word)
{
    const uint64_t before =
        CUE_BIT(STRICT) | CUE_BIT(IN) | CUE_BIT(TO) | CUE_BIT(ON) | CUE_BIT(FOR) | CUE_BIT(OUTER);
    if (n->caseless || (n->norm->begins[word] & BEGINS_SAINT)) return true;
    if (word == 0 || names_capital(n, word)) return false;
    return (n->cues[word - 1] & before) || (n->norm->begins[word - 1] & BEGINS_PLACE);
}

/* "the r D&E": one letter before a capital. */
static bool lone_letter(const struct names *n, size_t word)
{
    return n->norm->words[word].count == 1 && word + 1 < n->norm->word_count &&
           names_capital(n, word + 1);
}

/* Most words begin no name: what each part needs is seen without it. A rule that begins otherwise
 * must be let in here, or its list be one of words.h that say so (pattern_begins). */
static void look_at(struct names *n, size_t word)
{
    const uint64_t person =
        CUE_BIT(CALLED) | CUE_BIT(TITLE) | CUE_BIT(ROLE) | CUE_BIT(KIN) | CUE_BIT(FAMILY);
    const uint64_t place = NAMES_KINDS | CUE_BIT(CALLED) | CUE_BIT(PRISON);
    const uint64_t cues = n->cues[word];
    const unsigned flags = n->norm->words[word].flags, begins = n->norm->begins[word];
    const bool capital = flags & WORD_CAPITAL;
    if (capital || n->caseless || (n->kinds[word] & LEXICON_FIRST) || (cues & person) ||
        (begins & BEGINS_NAME))
        names_person(n, word);
    if ((cues & place) || (flags & WORD_MIXED) || (begins & BEGINS_FIRM)) names_place(n, word);
    if ((flags & (WORD_CAPITAL | WORD_CAPS)) || lone_letter(n, word)) names_where(n, word);
    if (capital) names_lone(n, word);
    if (small_may_begin(n, word)) names_small(n, word);
}

void names_find(struct patterns *patterns)
{
    const struct norm *norm = patterns->norm;
    struct names names = {.p = patterns,
                          .norm = norm,
                          .cues = norm->cues,
                          .kinds = ARENA_MANY(patterns->arena, norm->word_count + 1, uint16_t),
                          .next = ARENA_MANY(patterns->arena, norm->word_count + 1, bool),
                          .caseless = norm->quiet || norm->shouting};
    for (size_t i = 0; i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        names.kinds[i] = w->bare == w->count
                             ? norm->kinds[i]
                             : (uint16_t)lexicon_kinds(patterns->lexicon, norm_bare_hash(norm, w));
        names.next[i] = next_of(norm, i);
    }
    names.loose = loose_capitals(&names);
    names.crowded = crowded(&names);
    for (size_t i = 0; i < norm->word_count; i++) look_at(&names, i);
    names_beside(&names);
}
