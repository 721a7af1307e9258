/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/month.h"
#include "redact/names_in.h"

/* Surnames behind a first name, and what tells a surname. */

/* Could the word be somebody's surname? */
bool names_surname(const struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    if (w->count < 3 || (w->flags & (WORD_DIGITS | WORD_MIXED))) return false;
    /* "E. You've three guesses." */
    if (pattern_is(n->p, word,
                   "youve theyve weve youll theyll theyre youre dont doesnt didnt isnt wasnt arent "
                   "werent couldnt wouldnt shouldnt hasnt havent hadnt cant shouldve couldve "
                   "ahll ahm ahve wouldve itll thatll therell thats theres whats heres"))
        return false;
    if ((w->flags & WORD_CAPS) &&
        pattern_is(n->p, word, "dob nhs upn nino tel mob ref reg email address"))
        return false; /* the head of a column */
    if (names_safe(n, word) || IS(n, word, KIN) || month_of(n->norm, word) != 0) return false;
    return !facts_allowed(n->p->facts, n->norm, word);
}

/* From a surname on: "Okonjo-Bright", "van der Berg". */
size_t names_surname_end(const struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    size_t last = word;
    while (last + 1 < norm->word_count && last < word + 2 && names_joined(n, last)) {
        bool hyphen = norm->words[last].gap & GAP_HYPHEN;
        if (!hyphen || norm->words[last + 1].count < 2) break;
        if (!names_capital(n, last + 1) && names_capital(n, last)) break;
        last++;
    }
    return last;
}

/* Somebody whom everybody knows: a song, a film, a player. */
bool names_public(const struct names *n, size_t first)
{
    const uint64_t lists = CUE_BIT(CLUB_FAN) | CUE_BIT(PET);
    if (IS(n, first, KNOWN_START) || names_famous(n, first)) return true;
    if (names_after(n, first, 3, lists)) return true;
    /* "went as Willy Wonka", "hers is Dina Asher-Smith" */
    if (first > 0 && pattern_is(n->p, first - 1, "as")) return true;
    if (pattern_after(
            n->p, first, 3,
            "hero heroine idol favourite favorite fave hers telly tv stage screen dressed "
            "idols heroes character teddy fish") ||
        pattern_before(n->p, first + 1, 4, "hero heroine idol favourite fave"))
        return true;
    if (pattern_before(n->p, first + 1, 2,
                       "book books novel novels film films song songs album poem poems poster "
                       "scored stories programme sausages cakes cake sauce pie pies biscuits soup "
                       "recipe show tour gig concert tickets podcast helmet costume doll"))
        return true;
    if (pattern_after(n->p, first, 4,
                      "author writer singer actor actress footballer goalkeeper boxer cyclist "
                      "painter artist explorer president biography autobiography documentary "
                      "starring character swims bowls bats tudors stuarts victorians romans "
                      "assembly history wives"))
        return true;
    enum { NEAR = 6 };
    static const char public[] =
        "album albums tour concert concerts gig gigs tickets episode episodes presenter comedian "
        "novelist illustrator minister olympics olympic medal medallist formula darts wrestler "
        "wrestling exhibition biography documentary poster posters vlogger youtuber podcast "
        "drummer soundtrack wax sitcom panto tribute sequel trilogy premiere stadium wembley "
        "lionesses astronaut suffragette inventor composer sculptor";
    if (pattern_after(n->p, first, NEAR, public) || pattern_before(n->p, first + 1, NEAR, public))
        return true;
    return first > 0 && pattern_after(n->p, first, 3, "by film song book movie show concert");
}

/* "nana Charlton", "my cousin Ciobotaru"; not "called Treacle", "Dear Imogen". */
static bool kin_surname(const struct names *n, size_t word, size_t next)
{
    if (pattern_is(n->p, word,
                   "called named name love loves dear hi hello hey hiya hugs kisses baby"))
        return false;
    if (n->norm->words[word].flags & WORD_OPENS) return false;
    /* "aunty Precious-Ofori" */
    if ((n->norm->words[next].gap & GAP_HYPHEN) && names_joined(n, next) &&
        names_capital(n, next + 1) && names_unknown(n, next + 1))
        return true;
    if ((n->kinds[next] & LEXICON_ORDINARY) || names_first_name(n, next)) return false;
    return names_unknown(n, next) ||
           (n->kinds[next] & (LEXICON_SURNAME | LEXICON_SELDOM | LEXICON_BRITISH));
}

/* May a surname stand behind this word: a first name, an initial, "my cousin"? */
static bool before_surname(const struct names *n, size_t word, bool initial)
{
    const struct word *w = &n->norm->words[word];
    if (pattern_is(n->p, word, "mae") && names_foreign(n, word)) return false; /* "mae Cadi'n" */
    /* "my cousin Ciobotaru", "sandra Umpleby" */
    if (!names_capital(n, word) && !IS(n, word, KIN) &&
        (!(n->kinds[word] & LEXICON_FIRST) || (n->kinds[word] & LEXICON_ORDINARY)))
        return false;
    if (!initial && !names_first_name(n, word) && !IS(n, word, KIN)) return false;
    return !(w->flags & WORD_POSSESSIVE) && !IS(n, word, TITLE) && !(w->gap & GAP_LINE);
}

/* The surname behind the word, over a middle name; 0 for none. */
static size_t surname_behind(const struct names *n, size_t word, bool initial)
{
    const struct norm *norm = n->norm;
    const size_t next = word + 1;
    if (!names_capital(n, next) || !names_surname(n, next)) return 0;
    if ((norm->words[next].flags & WORD_OPENS) && !initial) return 0;
    if (!names_first_name(n, next)) return next;
    if (names_next(n, next) && names_capital(n, next + 1) && names_surname(n, next + 1) &&
        !(norm->words[next].gap & (GAP_LINE | GAP_STOP)) && !names_first_name(n, next + 1) &&
        !(norm->words[next + 1].flags & WORD_OPENS))
        return next + 1;
    bool hyphen = next + 1 < norm->word_count && norm->words[next].gap == GAP_HYPHEN &&
                  names_capital(n, next + 1) && names_surname(n, next + 1) &&
                  !names_first_name(n, next + 1);
    return hyphen || (initial && (n->kinds[next] & LEXICON_SURNAME)) ? next : 0;
}

/* "my boyfriend is Darren Pickles" */
static bool somebodys(const struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    return !(w->flags & WORD_OPENS) && !n->loose && w->gap == GAP_SPACE &&
           names_after(n, word, 2, CUE_BIT(KIN) | CUE_BIT(ROLE)) &&
           !names_after(n, word, 3, CUE_BIT(PET)) &&
           !pattern_after(n->p, word, 2,
                          "called named love loves dear hi hello hey hiya hugs "
                          "kisses name baby");
}

/* "a lad named Zain Merchant": capitals tell, where they are used well. */
static bool well_written(const struct names *n, size_t word, size_t next)
{
    const struct word *w = &n->norm->words[word];
    return !n->loose && !n->caseless && names_capital(n, word) && w->gap == GAP_SPACE &&
           !(w->flags & WORD_OPENS) && !IS(n, word, KIN) &&
           !(n->kinds[word] & (LEXICON_ORDINARY | LEXICON_BRITISH)) && !IS(n, next, PET) &&
           n->cues[next] == 0 && n->norm->words[next].count > 4 &&
           !(n->norm->words[next].flags & WORD_CAPS) &&
           !pattern_is(n->p, next,
                       "adoption letterbox support service services contact team council "
                       "children family bear rabbit panda monkey") &&
           !names_after(n, word, 4, CUE_BIT(PET));
}

/* Is it the name of a school, a street and the like? */
static bool of_a_kind(const struct names *n, size_t word)
{
    enum mark_category category;
    return names_kind(n, word, &category) || IS(n, word, K_ROAD);
}

/* "Sheila Farquharson", "T. Bartholomew" */
void names_after_first(struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    if (n->norm->shouting || !names_next(n, word)) return;
    bool initial = w->count == 1 && (w->gap & GAP_STOP);
    if (!before_surname(n, word, initial)) return;
    const size_t next = surname_behind(n, word, initial);
    if (next == 0) return;
    const bool opens = w->flags & WORD_OPENS;
    if (n->kinds[next] & LEXICON_ORDINARY) {
        if (opens) return;
        if (!(n->kinds[next] & LEXICON_SURNAME) && !somebodys(n, word) &&
            !well_written(n, word, next))
            return;
    }
    if (IS(n, word, KIN) && !kin_surname(n, word, next)) return;
    if (of_a_kind(n, next)) return;
    if (names_next(n, next) && names_capital(n, next + 1) && of_a_kind(n, next + 1)) return;
    if (!initial && names_public(n, word)) return;
    /* A first name that is not allowed goes with its surname. */
    bool with = names_capital(n, word) && !IS(n, word, KIN) && !opens &&
                !facts_allowed(n->p->facts, n->norm, word);
    names_mark(n, with ? word : next, names_surname_end(n, next), MARK_NAME, 65,
               "a surname after a first name");
}
