/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

/* Is a word that is on the list somebody else: of history, of a tale, known from their work? */

/* "the new Jacqueline Marsden book": a whole name of somebody whose work everybody can have. */
static bool known_from_work(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    static const char works[] =
        "book books novel novels film films song songs album albums poem poems poster posters tour "
        "concert gig tickets shirt goal goals hattrick single singles musical biography concerts";
    /* "the new Swift album", "a Kane shirt" */
    if (!norm->shouting && (norm->words[word].flags & WORD_CAPITAL) &&
        norm->words[word].gap == GAP_SPACE && before_cue(s, word, works) &&
        !facts_after(s, word, WORDS("the mr mrs miss ms dr")))
        return true;
    if (word == 0 || norm->shouting || norm->words[word - 1].gap != GAP_SPACE) return false;
    if (!(norm->words[word].flags & norm->words[word - 1].flags & WORD_CAPITAL)) return false;
    if (after_cue(s, word, "captain king queen prince princess lord admiral") &&
        is_any(norm, word + 1, "sailed ruled reigned was and had who discovered fought died"))
        return true;
    if (facts_allowed(s->facts, norm, word - 1) ||
        !(lexicon_kinds(s->facts->lexicon, norm->words[word - 1].hash) & LEXICON_FIRST))
        return false;
    if (before_cue(s, word, works)) return true;
    static const char publics[] =
        "by author writer singer actor actress footballer president presenter comedian like "
        "hero heroine idol favourite fave hers fan poster scored goal goals olympics episode "
        "tickets concert gig tour telly tv film series album song songs chef explorer inventor";
    enum { NEAR = 4 };
    for (size_t i = 2; i <= NEAR && i <= word; i++) {
        if (norm->words[word - i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (i > 1 && is_any(norm, word - i, publics)) return true;
    }
    for (size_t i = word; i < word + NEAR && i + 1 < norm->word_count; i++) {
        if (norm->words[i].gap & (GAP_END | GAP_PARAGRAPH | GAP_STOP)) break;
        if (is_any(norm, i + 1, publics) && !is_any(norm, i + 1, "by like")) return true;
    }
    return false;
}

/* "Thomas the Tank Engine", "James and the Giant Peach", "Charlotte's Web" */
static bool of_a_tale(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    if (norm->shouting || !(norm->words[word].flags & WORD_CAPITAL)) return false;
    if (norm->words[word].gap != GAP_SPACE || word + 2 >= norm->word_count) return false;
    size_t the = word + 1;
    if (norm_word_is(norm, the, "and") && norm->words[the].gap == GAP_SPACE) the++;
    if (!norm_word_is(norm, the, "the") || the + 1 >= norm->word_count) return false;
    return norm->words[the + 1].flags & WORD_CAPITAL;
}

/* "a week in Jordan", "her trip to Florence": a name that is a far place too. */
static bool a_country(const struct search *s, size_t word)
{
    return is_any(s->norm, word,
                  "jordan florence sydney paris georgia virginia carolina austin houston dallas "
                  "madison brooklyn chad israel india china asia holland france ireland england "
                  "scotland wales london berlin verona vienna siena adelaide victoria kent devon "
                  "cornwall africa dakota montana savannah phoenix memphis orlando") &&
           (after_cue(s, word, "in to from near visit visited round across around of") ||
            before_cue(s, word, "street road airport"));
}

/* "Abraham Lincoln", "Jordan Pickford": a place's word that is a part of somebody's name. */
static bool with_another_name(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct lexicon *lexicon = s->facts->lexicon;
    const struct word *w = &norm->words[word];
    if (norm->shouting || !(w->flags & WORD_CAPITAL)) return false;
    if (word > 0 && norm->words[word - 1].gap == GAP_SPACE) {
        unsigned kinds = lexicon_kinds(lexicon, norm->words[word - 1].hash);
        if ((kinds & LEXICON_FIRST) && !(kinds & (LEXICON_ORDINARY | LEXICON_BRITISH)) &&
            (norm->words[word - 1].flags & WORD_CAPITAL))
            return true;
    }
    if (w->gap != GAP_SPACE || word + 1 >= norm->word_count) return false;
    const struct word *next = w + 1;
    return (lexicon_kinds(lexicon, w->hash) & LEXICON_FIRST) && (next->flags & WORD_CAPITAL) &&
           !(next->flags & (WORD_CAPS | WORD_DIGITS | WORD_MIXED)) && next->count > 3 &&
           !(lexicon_kinds(lexicon, next->hash) & LEXICON_ORDINARY) &&
           (lexicon_kinds(lexicon, next->hash) & LEXICON_SURNAME);
}

/* "knows everything about Nelson: one arm, one eye", where history is spoken of. */
static bool of_history(const struct search *s, size_t word)
{
    enum { NEAR = 25 };
    const struct norm *norm = s->norm;
    if (!is_any(norm, word,
                "nelson wellington drake raleigh cromwell churchill lincoln washington stephenson "
                "brunel newton darwin wolfe gordon scott livingstone raffles clive montgomery "
                "kitchener stewart bruce wallace victoria albert alfred canute harold becket"))
        return false;
    for (size_t i = word > NEAR ? word - NEAR : 0; i < word + NEAR && i < norm->word_count; i++)
        if (is_any(norm, i,
                   "hms trafalgar admiral battle battles waterloo armada tudor tudors victorian "
                   "victorians history museum statue column sailor sailors explorer inventor "
                   "queen king roundheads civil slavery wars topic president engine railway"))
            return !after_cue(s, word, "in at near to");
    return false;
}

/* "luke skywalker", where somebody is found by that name: here it is a person in a story. */
static bool user_name_of_a_person(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    if (word == 0 || norm->words[word - 1].gap != GAP_SPACE) return false;
    unsigned kinds = lexicon_kinds(s->facts->lexicon, norm->words[word - 1].hash);
    return (kinds & LEXICON_FIRST) && !(kinds & LEXICON_ORDINARY) &&
           !facts_on_an_app(norm, word, word);
}

/* "He went in an Airbus", "my Bentley": what the firm makes, not the firm. */
static bool its_goods(const struct search *s, size_t word)
{
    if (!after_cue(s, word, "a an") || facts_at_work(s, word, MARK_WORKPLACE)) return false;
    return !before_cue(s, word,
                       "factory plant works depot warehouse office shop branch site job shift "
                       "driver van lorry uniform interview apprentice apprenticeship");
}

/* "a boy called Barry", where a place of that name is on the list. */
bool facts_a_person(const struct search *s, size_t word, enum mark_category category)
{
    /* "her name is Baird, after the man who" */
    if (after_cue(s, word, "is called named") && s->norm->words[word].gap_length <= 2 &&
        before_cue(s, word, "after"))
        return true;
    if (category == MARK_NAME)
        return known_from_work(s, word) || of_a_tale(s, word) || a_country(s, word);
    if (category == MARK_HANDLE) return user_name_of_a_person(s, word);
    if (category == MARK_WORKPLACE && its_goods(s, word)) return true;
    if (with_another_name(s, word) || of_history(s, word)) return true;
    if (after_cue(s, word,
                  "lord admiral captain king queen prince princess emperor saint mister") &&
        (s->norm->words[word - 1].flags & WORD_CAPITAL))
        return true;
    /* "Chester the cat", "dressed as Nelson", "H. G. Wells" */
    if (before_cue(s, word, "the") &&
        is_any(s->norm, word + 2,
               "cat dog rabbit hamster bear pony horse fish goldfish puppy kitten tortoise budgie "
               "parrot elf lion tiger elephant monkey panda teddy dinosaur dragon duck snail"))
        return true;
    if (word >= 2 && after_cue(s, word, "as") &&
        is_any(s->norm, word - 2, "dressed went came going dress him her up"))
        return true;
    if (word > 0 && s->norm->words[word - 1].count == 1 &&
        (s->norm->words[word - 1].flags & WORD_CAPITAL) &&
        s->norm->words[word - 1].gap == (GAP_STOP | GAP_SPACE))
        return true;
    /* "Nelson was a sailor" */
    if ((s->norm->words[word].flags & WORD_OPENS) && before_cue(s, word, "was is") &&
        is_any(s->norm, word + 2, "a an the my his her born so very") &&
        (facts_kinds(s->norm, word) & LEXICON_FIRST))
        return true;
    static const char pets[] =
        "hamster dog cat rabbit goldfish pony kitten puppy guinea pig parrot";
    for (size_t back = 1; back <= 2 && back <= word; back++)
        if (is_any(s->norm, word - back, pets)) return true;
    if (after_cue(s, word, "called named"))
        for (size_t back = 2; back <= 5 && back <= word; back++)
            if (is_any(s->norm, word - back,
                       "friend friends boy girl lad man lady dog cat baby guy"))
                return true;
    if (!(facts_kinds(s->norm, word) & LEXICON_FIRST)) return false;
    return after_cue(s, word,
                     "called named is aunt auntie uncle friend mate with brother sister son "
                     "daughter cousin nephew niece grandson granddaughter husband wife partner "
                     "boyfriend girlfriend stepdad");
}
