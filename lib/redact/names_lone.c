/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

/* Surnames that stand alone: told by what somebody does, or by what stands behind them. */

/* Could the word be a surname that nobody allowed, and nothing else? */
static bool lone(const struct names *n, size_t word)
{
    enum { SHORTEST = 5 };
    const struct norm *norm = n->norm;
    const struct word *w = &norm->words[word];
    const unsigned known = LEXICON_ORDINARY | LEXICON_FIRST | LEXICON_PROPER | LEXICON_HOLIDAY |
                           LEXICON_ABROAD | LEXICON_CITY;
    if (!(w->flags & WORD_CAPITAL) || w->count < SHORTEST || (w->flags & WORD_CAPS)) return false;
    if (w->flags & (WORD_DIGITS | WORD_MIXED | WORD_POSSESSIVE)) return false;
    if (n->cues[word] != 0 || (n->kinds[word] & known) != 0) return false;
    if (facts_allowed(n->p->facts, norm, word) || names_foreign(n, word)) return false;
    if (word > 0 && names_joined(n, word - 1) &&
        (names_capital(n, word - 1) || IS(n, word - 1, TITLE)) &&
        !(norm->words[word - 1].flags & WORD_OPENS))
        return false;
    return !(names_joined(n, word) && names_capital(n, word + 1));
}

/* "where Pickersley lets them", "Toselind thinks she will": a person does so. */
static bool does(const struct names *n, size_t word)
{
    return names_next(n, word) &&
           pattern_is(n->p, word + 1,
                      "lets told tells says said thinks thought reckons gave gives wants asked "
                      "asks teaches taught praised praises promised calls rang rings shouted "
                      "shouts laughs laughed smiled let");
}

/* "Sefton the butcher", "Entwistle from the library" */
static bool by_trade(const struct names *n, size_t word)
{
    if (!names_next(n, word) || !names_next(n, word + 1)) return false;
    if (pattern_is(n->p, word + 1, "the"))
        return IS(n, word + 2, ROLE) && !names_capital(n, word + 2);
    return pattern_is(n->p, word + 1, "from") && pattern_is(n->p, word + 2, "the") &&
           pattern_is(n->p, word + 3,
                      "library office council agency surgery clinic hospital church school shop "
                      "farm team police");
}

/* "a policeman by the name of Wakeling", "parents' evening with Sykes" */
static bool named(const struct names *n, size_t word)
{
    if (word < 3 || !names_next(n, word - 1)) return false;
    if (pattern_is(n->p, word - 1, "of") && pattern_is(n->p, word - 2, "name") &&
        pattern_is(n->p, word - 3, "the"))
        return true;
    return pattern_is(n->p, word - 1, "with") && pattern_is(n->p, word - 2, "evening meeting") &&
           names_after(n, word, 5, CUE_BIT(KIN) | CUE_BIT(STUDY) | CUE_BIT(ROLE));
}

/* "the Lutwyche girls", "young Gowland" */
static bool of_a_family(const struct names *n, size_t word)
{
    if (word == 0 || !names_next(n, word - 1)) return false;
    /* "my old Corsa" is no old man. */
    if (pattern_is(n->p, word - 1, "old")) return n->kinds[word] & LEXICON_SURNAME;
    if (pattern_is(n->p, word - 1, "young")) return names_unknown(n, word);
    return pattern_is(n->p, word - 1, "the those them") && names_unknown(n, word) &&
           names_next(n, word) &&
           pattern_is(n->p, word + 1,
                      "girls boys lads lasses twins brothers sisters kids children bairns");
}

/* "I do bits for Morgan-Prowse": two surnames joined, neither of them a place or an ordinary word.
 */
static void joined_surnames(struct names *n, size_t word)
{
    enum { SHORTEST = 4 };
    const unsigned known = LEXICON_ORDINARY | LEXICON_FIRST | LEXICON_PROPER | LEXICON_HOLIDAY |
                           LEXICON_ABROAD | LEXICON_CITY;
    const struct norm *norm = n->norm;
    const struct word *w = &norm->words[word];
    if (w->gap != GAP_HYPHEN || w->gap_length != 1 || word + 1 >= norm->word_count) return;
    const struct word *next = w + 1;
    if (!(w->flags & next->flags & WORD_CAPITAL) || ((w->flags | next->flags) & WORD_CAPS)) return;
    if ((w->flags | next->flags) & (WORD_DIGITS | WORD_MIXED)) return;
    if (w->count < SHORTEST || next->count < SHORTEST || next->gap == GAP_HYPHEN) return;
    if (n->cues[word] != 0 || n->cues[word + 1] != 0) return;
    if (facts_allowed(n->p->facts, norm, word) || facts_allowed(n->p->facts, norm, word + 1))
        return;
    const unsigned surname = LEXICON_SURNAME | LEXICON_SELDOM;
    const bool first = (n->kinds[word] & surname) || names_unknown(n, word);
    const bool last = ((n->kinds[word + 1] & surname) || names_unknown(n, word + 1)) &&
                      !(n->kinds[word + 1] & known);
    if (!first || !last || (n->kinds[word] & (LEXICON_ORDINARY | LEXICON_HOLIDAY))) return;
    if (names_foreign(n, word)) return;
    names_mark(n, word, word + 1, MARK_NAME, 62, "two surnames joined");
}

/* "I am not a Shipham", "a mate of Cheslyn's": what only a surname is. */
static bool of_that_name(const struct names *n, size_t word)
{
    if (word < 2 || !names_next(n, word - 1) || !names_next(n, word - 2)) return false;
    if (!names_unknown(n, word)) return false;
    /* "pressured by one Entwistley" */
    if (pattern_is(n->p, word - 1, "one"))
        return pattern_is(n->p, word - 2, "by from with to") && !IS(n, word, PET);
    if (pattern_is(n->p, word - 1, "of"))
        return pattern_is(n->p, word - 2, "mate mates pal cousin brother sister son daughter");
    return pattern_is(n->p, word - 1, "a an") &&
           (pattern_is(n->p, word - 2, "am im not was") ||
            (pattern_is(n->p, word - 2, "still now really") && word > 2)) &&
           !names_before(n, word, 3, CUE_BIT(CLUB_FAN) | CUE_BIT(PET));
}

static void surname_of_that_name(struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    if (!names_capital(n, word) || w->count < 5 || (w->flags & (WORD_DIGITS | WORD_MIXED))) return;
    if (n->cues[word] != 0 || facts_allowed(n->p->facts, n->norm, word)) return;
    if (names_joined(n, word) && names_capital(n, word + 1)) return;
    if (of_that_name(n, word))
        names_mark(n, word, word, MARK_NAME, 45, "a surname, by what stands beside it");
}

void names_lone(struct names *n, size_t word)
{
    enum { NEAR = 6 };
    if (!n->norm->shouting && !n->caseless && !n->loose) {
        joined_surnames(n, word);
        surname_of_that_name(n, word);
    }
    if (n->norm->shouting || n->caseless || n->loose || !lone(n, word) || !names_surname(n, word))
        return;
    if (names_after(n, word, NEAR, CUE_BIT(PET) | CUE_BIT(CLUB_FAN) | CUE_BIT(TRIP))) return;
    if (!by_trade(n, word) && !named(n, word) && !of_a_family(n, word) &&
        (n->crowded || !does(n, word)))
        return;
    names_mark(n, word, word, MARK_NAME, 50, "a surname, by what stands beside it");
}
