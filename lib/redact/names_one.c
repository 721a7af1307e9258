/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

/* Is one word that has a capital a place, behind what says where: "at Harmer's", "live in Otley"?
 */

const char names_why_unknown[] = "a name that is in no dictionary, where a place stands";
const char names_why_known[] = "a town or village, where a place stands";
static const char why_plain[] = "a word with a capital letter, where a place stands";

/* "my mother in Bacau", "half of Kingston": a far town where somebody lives. */
static bool somebodys_home(const struct names *n, const struct where *where)
{
    enum { NEAR = 6 };
    return IS(n, where->cue, OF) || names_after(n, where->cue, NEAR, CUE_BIT(KIN));
}

/* "still go to Bethania", "I help at the Zion": what chapels and churches are named after. */
bool names_chapel(const struct names *n, size_t word, const struct where *where)
{
    bool plays =
        where->in && pattern_after(n->p, where->cue, 4, "organ choir chapel preach minister");
    return (where->strict || where->goes || plays) &&
           pattern_is(
               n->p, word,
               "ascension assumption annunciation bethania bethany bethel bethesda beulah "
               "calfaria calvary carmel ebenezer ebeneser elim emmanuel gilgal hebron hermon "
               "horeb immanuel jerusalem libanus moriah nazareth nebo peniel penuel rehoboth "
               "saron seion siloam siloh soar tabernacle tabernacl trinity zion zoar");
}

/* An ordinary word, or one that no list of names has: a place only where its cue is strong. */
static bool plain_word(const struct names *n, size_t word, const struct where *where, bool trip)
{
    const unsigned kinds = n->kinds[word];
    /* "I drink every night in the Angel", "the Angel on Alexandra Road" */
    if (where->the && where->in && (kinds & LEXICON_ORDINARY) &&
        (pattern_after(n->p, word, 8,
                       "drink drinks drinking drank pint pints pub quiz darts karaoke") ||
         (pattern_is(n->p, word + 1, "on") && names_before(n, word + 1, 3, CUE_BIT(K_ROAD)))))
        return true;
    if (names_first_name(n, word)) return false;
    bool plain = kinds & (LEXICON_ORDINARY | LEXICON_RARE);
    if (plain && n->loose) return false;
    if (IS(n, word, INSTITUTION)) return false; /* "in the Army", "on the Broads" */
    if (names_next(n, word) && (n->norm->words[word + 1].flags & WORD_DIGITS) &&
        pattern_is(n->p, word, "year yr form class level key grade primary page part p"))
        return false; /* "in Year 7" */
    if (plain)
        return where->strict || (where->for_it && !trip) || where->goes || where->lives ||
               (where->the && !trip && (where->in || IS(n, where->cue, ON))) ||
               (norm_word_is(n->norm, where->cue, "in") &&
                names_after(n, where->cue, 4, CUE_BIT(STUDY)));
    return where->strict || where->lives || where->for_it || where->goes ||
           (where->the && !trip && where->in);
}

/* A word that is known, after what says that somebody works, is cared for or lives there. */
static bool theirs(const struct names *n, size_t word, const struct where *where)
{
    const bool possessive = n->norm->words[word].flags & WORD_POSSESSIVE;
    if (IS(n, word, SAFE)) return true;                          /* it is where somebody works */
    if (possessive && where->strict && where->does) return true; /* "born at King's" */
    if (names_chapel(n, word, where)) return true;
    if (!names_first_name(n, word)) return false;
    /* "I work in Arthur's the chippy", "an interview at Heinz" */
    return possessive ? where->in && names_after(n, where->cue, 2, CUE_BIT(WORK))
                      : where->strict && names_after(n, where->cue, 4, CUE_BIT(WORK));
}

/* Is a town or the like where somebody lives or does something, and no mere trip? Sets whether it
 * is one at all. */
static bool a_town(const struct names *n, size_t word, const struct where *where, bool trip,
                   bool *ret_is_one)
{
    const unsigned kinds = n->kinds[word];
    const bool first_name = names_first_name(n, word);
    const bool possessive = n->norm->words[word].flags & WORD_POSSESSIVE;
    *ret_is_one = true;
    if (first_name && (possessive || !(kinds & LEXICON_BRITISH))) return false;
    if ((kinds & LEXICON_CITY) && !(kinds & LEXICON_ORDINARY))
        return (where->lives || where->does || norm_word_is(n->norm, where->cue, "at")) &&
               !where->for_it && !trip;
    if ((kinds & LEXICON_HOLIDAY) && trip && !where->lives && !where->does) return false;
    if ((kinds & LEXICON_BRITISH) && !(kinds & LEXICON_ORDINARY))
        return !first_name || where->lives || IS(n, where->cue, STRICT);
    if (kinds & LEXICON_HOLIDAY) return where->lives && !trip;
    if ((kinds & LEXICON_ABROAD) && !(kinds & LEXICON_ORDINARY))
        return (where->lives || where->does || somebodys_home(n, where)) && !trip && !where->goes;
    *ret_is_one = false;
    return false;
}

bool names_one_word(const struct names *n, size_t word, const struct where *where,
                    const char **ret_why, int *ret_confidence)
{
    const unsigned kinds = n->kinds[word];
    const bool possessive = n->norm->words[word].flags & WORD_POSSESSIVE;
    const bool trip = names_after(n, where->cue, 6, CUE_BIT(TRIP) | CUE_BIT(CLUB_FAN));
    *ret_confidence = 60;
    *ret_why = names_why_known;
    /* "my mother in Ibadan" */
    if (IS(n, word, FAR_TOWN) && !(kinds & LEXICON_BRITISH))
        return (where->lives || somebodys_home(n, where)) && !trip && !where->goes;
    /* "went on the coach to Blackpool" */
    if ((kinds & LEXICON_BRITISH) && trip && !where->lives && !where->does && !possessive &&
        norm_word_is(n->norm, where->cue, "to"))
        return false;
    if (names_unknown(n, word)) {
        if (!(kinds & LEXICON_BRITISH)) *ret_why = names_why_unknown;
        return n->norm->words[word].count > 3 || (kinds & LEXICON_BRITISH) || where->strict;
    }
    if (theirs(n, word, where)) return true;
    /* "a Saturday girl in Osborne's" */
    if (possessive && where->in && where->cue > 0 &&
        pattern_is(n->p, where->cue - 1, "girl lad boy job assistant cashier hours shifts"))
        return true;
    /* "I am now in Slough", whatever else the word means */
    if (where->in && (kinds & LEXICON_BRITISH) && !names_first_name(n, word) && where->cue > 0 &&
        norm_word_is(n->norm, where->cue, "in") && pattern_is(n->p, where->cue - 1, "now im"))
        return true;
    bool town, is = a_town(n, word, where, trip, &town);
    if (town) return is;
    *ret_why = why_plain;
    *ret_confidence = 45;
    return plain_word(n, word, where, trip);
}
