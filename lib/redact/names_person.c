/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/month.h"
#include "redact/names_in.h"

/* Surnames: after a title, after what somebody is, before "family". */

/* "pani Anny", "panie Robercie": a first name as Polish changes it. */
static bool inflected_first(const struct names *n, size_t word)
{
    enum { LONGEST = 24, CUT = 3 };
    const struct word *w = &n->norm->words[word];
    struct glyph stem[LONGEST];
    if (w->count < 4 || w->count >= LONGEST) return false;
    memcpy(stem, n->norm->glyphs + w->glyph, w->count * sizeof *stem);
    for (uint32_t left = w->count - 1; left >= 3 && left + CUT >= w->count; left--) {
        if (lexicon_kinds(n->p->lexicon, norm_hash(stem, left)) & LEXICON_FIRST) return true;
        uint32_t was = stem[left].point;
        stem[left].point = 'a';
        bool first = lexicon_kinds(n->p->lexicon, norm_hash(stem, left + 1)) & LEXICON_FIRST;
        stem[left].point = was;
        if (first) return true;
    }
    return false;
}

/* "Mrs Ann Pellingham", "dr. garstang", "Mr G. Okonkwo" */
static void titled(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (!IS(n, word, TITLE) || !names_next(n, word)) return;
    size_t first = word + 1, last = first;
    /* "her teddy, Mr Snuffles", "the cat is called Sir Purrcival" */
    if (names_after(n, word, 3, CUE_BIT(PET)) && !(norm_gap_before(norm, word) & GAP_STOP) &&
        !(word > 0 && pattern_is(n->p, word - 1, "from")) &&
        pattern_is(n->p, word, "mr mrs miss sir lady captain professor major lord dame master"))
        return;
    /* "I play Mrs Lyons", on a stage */
    if (word > 0 && pattern_is(n->p, word - 1, "play plays played playing")) return;
    /* An initial before the surname. */
    if (norm->words[first].count == 1 && (names_capital(n, first) || n->caseless) &&
        names_next(n, first))
        last++;
    /* "Dr Amb1ecote", as a scanner reads it */
    const bool misread = (norm->words[last].flags & WORD_MIXED) && n->p->scanned &&
                         norm->words[last].count > 4 && names_capital(n, last);
    if (norm->words[last].count < 2 || (norm->words[last].flags & WORD_DIGITS) ||
        ((norm->words[last].flags & WORD_MIXED) && !misread))
        return;
    /* "I miss yas" */
    if (norm_word_is(norm, word, "miss") && !names_capital(n, word) && word > 0 &&
        pattern_is(n->p, word - 1,
                   "i we they you u really will ill a dont do so to gonna wud would "
                   "always still just il ll did"))
        return;
    /* "Father Joe", "Sir Alf" */
    if (names_first_name(n, last) && !(n->kinds[last] & LEXICON_SURNAME) &&
        pattern_is(n->p, word, "sir lady dame father fr sister") &&
        !(names_next(n, last) && names_capital(n, last + 1)))
        return;
    if (IS(n, last, KNOWN_PEOPLE) || IS(n, last, TITLE) || IS(n, last, TIME)) return;
    if (pattern_is(n->p, word, "pan pani panie panu pania") && inflected_first(n, last) &&
        !(names_next(n, last) && names_capital(n, last + 1)))
        return;
    bool title_small = IS(n, word, TITLE_SMALL) && !names_capital(n, word);
    const unsigned plain = LEXICON_ORDINARY | LEXICON_RARE;
    bool strange = !(n->kinds[last] & plain) && !names_safe(n, last);
    /* "mr pargeter", whatever rare word that is */
    if (n->caseless && pattern_is(n->p, word, "mr mrs ms dr") && !names_safe(n, last) &&
        !(n->kinds[last] & LEXICON_ORDINARY) && norm->words[last].count > 3)
        strange = true;
    if (!names_capital(n, last) && !(strange && (n->caseless || !title_small))) return;
    if (title_small && (!strange || names_first_name(n, last) ||
                        (n->caseless && !names_unknown(n, last) &&
                         !((n->kinds[last] & LEXICON_SURNAME) && !norm->shouting)))) {
        /* "my sister Ellie", but "coach Dave Umpleby" */
        return;
    }
    if (facts_allowed(n->p->facts, norm, last) ||
        (IS(n, last, FIRST) && names_next(n, last) && names_capital(n, last + 1))) {
        /* "Mrs Ann Pemberton": the first name stays, the surname goes. */
        if (!names_next(n, last) || !names_capital(n, last + 1) || !names_surname(n, last + 1))
            return;
        if (n->kinds[last + 1] & LEXICON_ORDINARY) return;
        first = last = last + 1;
    } else if (names_next(n, last) && names_capital(n, last + 1) &&
               norm->words[last + 1].count > 2 && !(norm->words[last + 1].flags & WORD_OPENS) &&
               !(n->kinds[last + 1] & LEXICON_ORDINARY) && month_of(norm, last + 1) == 0 &&
               !names_safe(n, last + 1)) {
        last++;
    }
    names_mark(n, first, names_surname_end(n, last), MARK_NAME, 80, "a name after a title");
}

/* Over "is", "called", a comma: "her tutor, Adeyinka", "my key worker is called Gail Umpleby". */
static size_t after_role(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    size_t at = word;
    for (int steps = 0; steps < 4 && at + 1 < norm->word_count; steps++) {
        uint16_t gap = norm->words[at].gap;
        if (gap & (uint16_t) ~(GAP_SPACE | GAP_LINE | GAP_COMMA | GAP_OPEN)) return 0;
        at++;
        if (names_capital(n, at)) return at;
        if (!pattern_is(n->p, at, "is was called named a an who whos the new his her name of year"))
            return 0;
    }
    return 0;
}

static const char why_role[] = "a name after a word like 'teacher' or 'nurse'";

static void role(struct names *n, size_t word)
{
    if (!IS(n, word, ROLE) || n->norm->shouting) return;
    size_t first = after_role(n, word);
    if (first == 0 || IS(n, first, TITLE) || !names_surname(n, first)) return;
    bool two = names_next(n, first) && names_capital(n, first + 1) && names_surname(n, first + 1) &&
               !(n->norm->words[first + 1].flags & WORD_OPENS);
    if (names_first_name(n, first)) { /* what stands behind it is the surname */
        if (!two || (n->kinds[first + 1] & LEXICON_ORDINARY)) return;
        size_t from = facts_allowed(n->p->facts, n->norm, first) ? first + 1 : first;
        names_mark(n, from, names_surname_end(n, first + 1), MARK_NAME, 65, why_role);
        return;
    }
    const unsigned strange = LEXICON_SURNAME | LEXICON_SELDOM;
    if (!names_unknown(n, first) && !(n->kinds[first] & strange)) return;
    if (n->kinds[first] & LEXICON_ORDINARY) return;
    if (two && (names_unknown(n, first + 1) || (n->kinds[first + 1] & strange)) &&
        !(n->kinds[first + 1] & LEXICON_ORDINARY))
        first++, names_mark(n, first - 1, first - 1, MARK_NAME, 60, why_role);
    names_mark(n, first, names_surname_end(n, first), MARK_NAME, 65, why_role);
}

/* "the Umpleby family", "the family Stankute" */
static void family(struct names *n, size_t word)
{
    if (!IS(n, word, FAMILY) || n->norm->shouting) return;
    if (word > 0 && names_next(n, word - 1) && names_shaped(n, word - 1) &&
        names_surname(n, word - 1) && !names_first_name(n, word - 1) &&
        !(n->kinds[word - 1] & LEXICON_ORDINARY))
        names_mark(n, word - 1, word - 1, MARK_NAME, 70, "a name beside 'family'");
    if (!names_next(n, word) || !names_capital(n, word + 1) || !names_surname(n, word + 1)) return;
    if (names_first_name(n, word + 1) || (n->kinds[word + 1] & LEXICON_ORDINARY)) return;
    names_mark(n, word + 1, word + 1, MARK_NAME, 70, "a name beside 'family'");
}

/* "all the Lewises", "the Okonkwos" */
static void plural(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    const struct word *w = &norm->words[word];
    if (n->norm->shouting || word == 0 || w->count < 5 || !norm_word_is(norm, word - 1, "the"))
        return;
    if (!names_capital(n, word) || !names_next(n, word - 1) || !names_surname(n, word)) return;
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    if (glyphs[w->count - 1].point != 's' || w->bare != w->count) return;
    if (n->kinds[word] & (LEXICON_ORDINARY | LEXICON_PROPER)) return;
    unsigned kinds = lexicon_kinds(n->p->lexicon, norm_hash(glyphs, w->count - 1));
    if (glyphs[w->count - 2].point == 'e')
        kinds |= lexicon_kinds(n->p->lexicon, norm_hash(glyphs, w->count - 2));
    if (!(kinds & LEXICON_SURNAME) && !names_unknown(n, word)) return;
    if (names_next(n, word) && names_capital(n, word + 1)) return;
    /* "one episode of The Dengineers" */
    if (names_capital(n, word - 1) && !(norm->words[word - 1].flags & WORD_OPENS)) return;
    names_mark(n, word, word, MARK_NAME, 60, "a family's name");
}

/* "a guy called Boothroyd" */
static void called_surname(struct names *n, size_t word)
{
    if (!IS(n, word, CALLED) || n->norm->shouting || !names_next(n, word)) return;
    size_t next = word + 1;
    if (names_after(n, word, 4, CUE_BIT(PET))) return;
    /* "a lady called jan perriman", "the lady called Bushra Mirza" */
    if (names_first_name(n, next) && names_next(n, next) && names_surname(n, next + 1) &&
        !(n->norm->words[next + 1].flags & WORD_OPENS) &&
        !(n->kinds[next + 1] & (LEXICON_ORDINARY | LEXICON_RARE)) && n->cues[next + 1] == 0 &&
        (names_capital(n, next + 1) || names_unknown(n, next + 1)) && !names_famous(n, next)) {
        names_mark(n, next + 1, names_surname_end(n, next + 1), MARK_NAME, 60,
                   "a surname after 'called' and a first name");
        return;
    }
    if (!names_capital(n, next) || !names_surname(n, next) || names_first_name(n, next)) return;
    const bool person =
        pattern_after(n->p, word, 4,
                      "man woman lady guy fella bloke vicar teacher doctor porter gaffer lad boss "
                      "nurse judge farmer neighbour gentleman chap policeman copper officer "
                      "warden cleaner carer driver old");
    if (!person && names_after(n, word, 4, CUE_BIT(NAMING))) return;
    /* "a lad called Kev Ramsbottom", whatever name Kev is */
    if (names_next(n, next) && names_capital(n, next + 1) && names_surname(n, next + 1) &&
        !(n->norm->words[next + 1].flags & WORD_OPENS) &&
        !(n->kinds[next + 1] & LEXICON_ORDINARY) && !names_first_name(n, next + 1)) {
        names_mark(n, next, names_surname_end(n, next + 1), MARK_NAME, 60,
                   "a whole name after 'called'");
        return;
    }
    const unsigned strange = LEXICON_SURNAME | LEXICON_SELDOM | LEXICON_RARE | LEXICON_BRITISH;
    if ((n->kinds[next] & LEXICON_ORDINARY) && !(person && (n->kinds[next] & LEXICON_SURNAME)))
        return;
    if (!(n->kinds[next] & strange) && !(person && names_unknown(n, next))) return;
    names_mark(n, next, names_surname_end(n, next), MARK_NAME, 50, "a surname after 'called'");
}

/* "Greenhalgh, who has the allotment" */
static void who(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (norm->shouting || word + 1 >= norm->word_count || !names_capital(n, word)) return;
    if (norm->words[word].gap != (GAP_COMMA | GAP_SPACE)) return;
    if (!pattern_is(n->p, word + 1, "who whom whose")) return;
    if (!names_surname(n, word) || names_first_name(n, word) ||
        (norm->words[word].flags & WORD_OPENS))
        return;
    const unsigned plain = LEXICON_ORDINARY | LEXICON_PROPER;
    if (n->kinds[word] & plain) return;
    if (word > 0 && (IS(n, word - 1, KIN) || IS(n, word - 1, PET) || IS(n, word - 1, CALLED)))
        return;
    names_mark(n, word, word, MARK_NAME, 50, "a name before 'who'");
}

/* "Priti Sandhar, Duty Worker": a whole name before what somebody is. */
static void before_role(struct names *n, size_t word)
{
    enum { MOST = 3 };
    const struct norm *norm = n->norm;
    if (norm->shouting || word + 2 >= norm->word_count || !names_capital(n, word)) return;
    if (norm->words[word].gap != GAP_SPACE || !names_shaped(n, word + 1)) return;
    size_t last = names_surname_end(n, word + 1);
    const uint16_t signs = GAP_COMMA | GAP_SPACE | GAP_LINE | GAP_OPEN | GAP_HYPHEN;
    uint16_t gap = norm->words[last].gap;
    if (!(gap & (GAP_COMMA | GAP_LINE | GAP_OPEN)) || (gap & (uint16_t)~signs)) return;
    if (!names_unknown(n, last) || !names_surname(n, last) || norm->words[word].count < 3) return;
    if ((n->kinds[word] & LEXICON_ORDINARY) || names_safe(n, word) || IS(n, word, KIN)) return;
    for (size_t at = last + 1; at <= last + MOST && at < norm->word_count; at++) {
        if (!names_capital(n, at)) return;
        if (IS(n, at, ROLE) ||
            pattern_is(n->p, at, "practitioner coordinator assistant director")) {
            names_mark(n, word, last, MARK_NAME, 60, "a whole name before what somebody is");
            return;
        }
        if (norm->words[at].gap != GAP_SPACE) return;
    }
}

/* "they spelled it Dellacroy", "spelt Fanshaw": how a name is written or said. */
static void spelled_out(struct names *n, size_t word)
{
    if (!pattern_begins(n->p, word, BEGINS_NAME,
                        "spelled spelt pronounced rhymes say said sounds") ||
        n->norm->shouting || !names_next(n, word))
        return;
    size_t next = word + 1;
    if (pattern_is(n->p, next, "it with like as") && names_next(n, next)) next++;
    if (pattern_is(n->p, word, "say said sounds rhymes") && next == word + 1) return;
    if (pattern_is(n->p, word, "say said sounds") && !pattern_is(n->p, word + 1, "it like")) return;
    if (!names_shaped(n, next) || !names_surname(n, next) || names_first_name(n, next)) return;
    if (!names_unknown(n, next)) return;
    names_mark(n, next, names_surname_end(n, next), MARK_NAME, 50, "how a name is written");
}

/* "MY BEST FREND IS ORLA TRANMER", all in capitals. */
static void shouted(struct names *n, size_t word)
{
    if (!n->norm->shouting || !names_next(n, word) || IS(n, word, KIN)) return;
    if (!names_first_name(n, word) || (n->kinds[word] & LEXICON_ORDINARY)) return;
    size_t next = word + 1;
    if (n->norm->words[next].count < 5 || !names_surname(n, next) || n->cues[next] != 0) return;
    if (n->kinds[next] & (LEXICON_ORDINARY | LEXICON_RARE | LEXICON_PROPER | LEXICON_FIRST)) return;
    bool told =
        word > 0 && (IS(n, word - 1, KIN) || IS(n, word - 1, ROLE) || IS(n, word - 1, CALLED) ||
                     pattern_is(n->p, word - 1, "is with dr and was"));
    if (!told && !(n->kinds[next] & LEXICON_SURNAME)) return;
    names_mark(n, next, names_surname_end(n, next), MARK_NAME, 55, "a surname after a first name");
}

/* "my drugs worker gary fenwick", where all is small. */
static void small_surname(struct names *n, size_t word)
{
    enum { LEAST = 4, LONG = 6 };
    const struct norm *norm = n->norm;
    if (!norm->quiet || norm->shouting || norm->words[word].gap != GAP_SPACE) return;
    if (!names_first_name(n, word) || (n->kinds[word] & LEXICON_ORDINARY) || IS(n, word, KIN))
        return;
    size_t next = word + 1;
    if (next >= norm->word_count || norm->words[next].count < LEAST) return;
    if (names_capital(n, next) || !names_surname(n, next) || n->cues[next] != 0) return;
    if (n->kinds[next] & (LEXICON_ORDINARY | LEXICON_FIRST)) return;
    bool listed = n->kinds[next] & (LEXICON_SURNAME | LEXICON_SELDOM | LEXICON_BRITISH);
    bool told = word > 0 && names_next(n, word - 1) &&
                (IS(n, word - 1, KIN) || IS(n, word - 1, ROLE) || IS(n, word - 1, CALLED) ||
                 pattern_is(n->p, word - 1, "our my with from to is lad lass vet"));
    if (!listed && !(told && norm->words[next].count >= LONG && n->kinds[next] == 0)) return;
    if (names_famous(n, word) || names_public(n, word)) return;
    names_mark(n, next, names_surname_end(n, next), MARK_NAME, 55, "a surname after a first name");
}

/* "my maiden name was Applegarth", "her surname is now Hext" */
static void surname_is(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    bool told = pattern_begins(n->p, word, BEGINS_NAME, "surname surnames");
    if (pattern_begins(n->p, word, BEGINS_NAME, "name narne") && word > 0)
        told =
            pattern_is(n->p, word - 1, "maiden maid rnaiden last second family married birth sur");
    if (!told || norm->shouting) return;
    size_t at = word;
    for (int steps = 0; steps < 4 && names_next(n, at); steps++) {
        at++;
        if (!pattern_is(n->p, at, "is was were now changed to used be will before it")) break;
    }
    if (at == word || at == word + 1 || names_safe(n, at) || !names_surname(n, at)) return;
    if (!names_capital(n, at) && (n->kinds[at] & LEXICON_ORDINARY)) return;
    names_mark(n, at, names_surname_end(n, at), MARK_NAME, 65, "a name after 'surname'");
}

/* "née Senior", whatever word that is. */
static void born_as(struct names *n, size_t word)
{
    if (!pattern_begins(n->p, word, BEGINS_NAME, "nee") || n->norm->shouting) return;
    if (!names_next(n, word) || !names_capital(n, word + 1) || !names_surname(n, word + 1)) return;
    names_mark(n, word + 1, names_surname_end(n, word + 1), MARK_NAME, 75, "a name after 'née'");
}

/* "Mis Umpleby": a title as children and scanners write it. */
static void nearly_titled(struct names *n, size_t word)
{
    if (!pattern_begins(n->p, word, BEGINS_NAME, "mis mrss misses misis mssr mrz docter doc mster"))
        return;
    if (!names_capital(n, word) || !names_next(n, word) || n->norm->shouting) return;
    const size_t next = word + 1;
    if (!names_capital(n, next) || !names_surname(n, next) || names_first_name(n, next)) return;
    if (n->kinds[next] & LEXICON_ORDINARY) return;
    names_mark(n, next, names_surname_end(n, next), MARK_NAME, 65, "a name after a title");
}

void names_person(struct names *n, size_t word)
{
    born_as(n, word);
    nearly_titled(n, word);
    small_surname(n, word);
    surname_is(n, word);
    before_role(n, word);
    spelled_out(n, word);
    shouted(n, word);
    who(n, word);
    called_surname(n, word);
    plural(n, word);
    titled(n, word);
    role(n, word);
    names_after_first(n, word);
    family(n, word);
}
