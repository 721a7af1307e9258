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

void names_lone(struct names *n, size_t word)
{
    enum { NEAR = 6 };
    if (n->norm->shouting || n->caseless || n->loose || !lone(n, word) || !names_surname(n, word))
        return;
    if (names_after(n, word, NEAR, CUE_BIT(PET) | CUE_BIT(CLUB_FAN) | CUE_BIT(TRIP))) return;
    if (!by_trade(n, word) && !named(n, word) && !of_a_family(n, word) &&
        (n->crowded || !does(n, word)))
        return;
    names_mark(n, word, word, MARK_NAME, 50, "a surname, by what stands beside it");
}
