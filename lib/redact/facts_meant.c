/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"
#include "redact/month.h"

/* Is a word that is on the list meant, or is it an ordinary word or another thing's name? */

/* "Rose, May, Hope and Mark": one of several names, in a list. */
static bool one_of_many(const struct norm *norm, size_t word)
{
    bool before = word > 0 && norm->words[word - 1].gap == (GAP_COMMA | GAP_SPACE) &&
                  (norm->words[word - 1].flags & WORD_CAPITAL) &&
                  !(norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED));
    bool after = word + 1 < norm->word_count && norm->words[word].gap == (GAP_COMMA | GAP_SPACE) &&
                 (norm->words[word + 1].flags & WORD_CAPITAL) &&
                 !(norm->words[word + 1].flags & (WORD_DIGITS | WORD_MIXED));
    bool more = word >= 2 && norm_word_is(norm, word - 1, "and") &&
                (norm->words[word - 2].flags & WORD_CAPITAL) && word >= 3 &&
                norm->words[word - 3].gap == (GAP_COMMA | GAP_SPACE);
    return (before && after) || more || (before && is_any(norm, word + 1, "and"));
}

/* "works at next", "her hours at the innovation", "swims with the otters": an ordinary word, but
 * where somebody works, learns or is treated. */
bool facts_at_work(const struct search *s, size_t word, enum mark_category category)
{
    enum { NEAR = 5 };
    const struct norm *norm = s->norm;
    if (word < 2 || norm->shouting) return false;
    size_t at = word - 1;
    bool the = norm_word_is(norm, at, "the");
    if (the) at--;
    const struct word_list *tells = NULL, *links = WORDS("at la w");
    if (category == MARK_WORKPLACE)
        tells = WORDS("work works worked working job jobs shift shifts hours nights depozit lucrez "
                      "pracuje interview employed till warehouse");
    if (category == MARK_SCHOOL) {
        links = the ? WORDS("with for in") : WORDS("at");
        tells = WORDS("swim swims swam swum swimming play plays played playing plays run runs ran "
                      "team training trains sings sang goes started starts learning");
    }
    if (category == MARK_MEDICAL)
        tells = WORDS("doctor doctors appointment appointments nurse clinic registered operation");
    if (tells == NULL || !words_has(norm, at, links)) return false;
    for (size_t i = 0; i <= at + 1; i++) {
        if (i > 0 && (i > NEAR || (norm->words[at - i].gap & (GAP_END | GAP_PARAGRAPH)))) break;
        if (at < i) break;
        /* "in the play she was a giraffe": a noun */
        const bool noun = at > i && is_any(norm, at - i, "play plays") &&
                          is_any(norm, at - i - 1, "the a school our nativity christmas");
        if (!noun && words_has(norm, at - i, tells)) return true;
    }
    return false;
}

/* "the King", "Green Class", "the Lion King": an ordinary word with a capital that is no surname.
 */
static bool part_of_a_title(const struct search *s, size_t word, size_t last)
{
    const struct norm *norm = s->norm;
    const struct lexicon *lexicon = s->facts->lexicon;
    const uint8_t number = WORD_DIGITS | WORD_MIXED;
    if (after_cue(s, word, "a an") && before_cue(s, last, "now") &&
        (norm->words[word].flags & WORD_CAPITAL))
        return false; /* "she is a Beck now" */
    if (after_cue(s, word, "the a an my our his her your this that some every") &&
        !(norm->words[word - 1].flags & WORD_CAPITAL))
        return true;
    if (norm->words[last].gap == GAP_SPACE && last + 1 < norm->word_count) {
        const struct word *next = &norm->words[last + 1];
        bool first = word > 0 && (norm->words[word - 1].flags & WORD_CAPITAL);
        if ((next->flags & WORD_CAPITAL) && !(next->flags & (number | WORD_CAPS)) &&
            next->count > 2 && !first && lexicon_ordinary(lexicon, next->hash))
            return true;
    }
    if (word == 0 || norm->words[word - 1].gap != GAP_SPACE) return false;
    const struct word *before = &norm->words[word - 1];
    unsigned kinds = lexicon_kinds(lexicon, before->hash);
    return (before->flags & WORD_CAPITAL) && !(before->flags & (WORD_OPENS | number)) &&
           (kinds & LEXICON_ORDINARY) && !(kinds & LEXICON_FIRST) && before->count > 2;
}

/*
 * An ordinary word that is on the list: is it meant? A capital inside a sentence says so, unless it
 * is a month after "in" or all is capitals; else a title, "the … family", "live in …".
 */
bool facts_meant(const struct search *s, size_t word, size_t last, enum mark_category category)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (category == MARK_NAME &&
        after_cue(
            s, word,
            "boxing christmas mothers fathers valentines earth sports pancake new years year"))
        return false; /* Boxing Day */
    if (category == MARK_NAME && one_of_many(norm, word)) return false;
    /* "bluebird" is a bird, but for where names on apps are spoken of. */
    if (category == MARK_HANDLE) return facts_on_an_app(norm, word, last);
    if (facts_at_work(s, word, category)) return true;
    if (category == MARK_SCHOOL &&
        is_any(
            norm, word,
            "rainbow rainbows brownie brownies beaver beavers cub cubs scout scouts guide guides"))
        return false; /* Rainbows are everywhere */
    /* "in her orchards jumper" */
    if (category == MARK_SCHOOL && s->norm->words[last].gap == GAP_SPACE &&
        before_cue(
            s, last,
            "jumper jumpers uniform blazer blazers tie bookbag hoodie sweatshirt polo fleece "
            "gates newsletter assembly teachers pupils lot parents playground website"))
        return true;
    static const char titles[] = "mr mrs ms miss dr surname nurse auntie uncle";
    static const char places[] = "live lives living liv moved move from near around round town";
    if (category == MARK_NAME &&
        (after_cue(s, word, titles) || before_cue(s, last, "family familys household")))
        return true;
    if (category == MARK_PLACE && after_cue(s, word, "in to at near from") && word >= 2 &&
        is_any(norm, word - 2, places))
        return true;
    if (category == MARK_PLACE && before_cue(s, last, "of"))
        return false; /* the Battle of Britain */
    bool capital = (w->flags & WORD_CAPITAL) && !(w->flags & WORD_OPENS);
    /* "ASK AT MICKS GARAGE, LEEK, CORNER OF" */
    if (norm->shouting)
        return category == MARK_PLACE && (norm_gap_before(norm, word) & GAP_COMMA) &&
               (norm->words[last].gap & GAP_COMMA);
    if (!capital) return false;
    if (category == MARK_NAME && part_of_a_title(s, word, last)) return false;
    /* "Page 2" */
    if (category == MARK_NAME && norm->words[last].gap == GAP_SPACE &&
        is_any(norm, word, "page chapter") && last + 1 < norm->word_count &&
        (norm->words[last + 1].flags & WORD_DIGITS))
        return false;
    /* a sign that says "Keep out of reach" */
    if (category == MARK_NAME && (norm_gap_before(norm, word) & GAP_QUOTE) &&
        norm->words[last].gap == GAP_SPACE && last + 1 < norm->word_count &&
        !(norm->words[last + 1].flags & WORD_CAPITAL))
        return false;
    if (month_of(norm, word) != 0) {
        if (before_cue(s, last, "letter letters post newsletter update contact")) return false;
        if (one_of_many(norm, word)) return false;
        if (after_cue(s, word, "in of last this next since until by early late mid every and or") ||
            (word > 0 && (norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED))) ||
            (last + 1 < norm->word_count && (norm->words[last + 1].flags & WORD_DIGITS)))
            return false;
        return word > 0 && (norm->words[word - 1].flags & WORD_CAPITAL) &&
               !(norm->words[word - 1].flags & WORD_OPENS);
    }
    /* "Rose and Will" are first names as likely as the surname Rose. */
    if (category == MARK_NAME && word > 0 && !(norm->words[word - 1].flags & WORD_CAPITAL) &&
        !after_cue(s, word, "the surname") &&
        !(word >= 2 && after_cue(s, word, "is") && is_any(norm, word - 2, "surname name")) &&
        (facts_kinds(s->norm, word) & LEXICON_FIRST))
        return false;
    return true;
}

/* "shes becky bakes dales on insta", "on xbox as big liam p" */
bool facts_on_an_app(const struct norm *norm, size_t first, size_t last)
{
    enum { NEAR = 5 };
    const struct word_list *apps = WORDS(
        "insta instagram ig snap snapchat tiktok tik facebook fb twitter whatsapp discord xbox "
        "psn playstation roblox steam youtube skype username user handle minecraft fortnite "
        "twitch page account profile online app under search videos vids video channel clips reels "
        "streams stream followers folowers add follow");
    for (size_t i = 1; i <= NEAR && i <= first; i++) {
        if (norm->words[first - i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (words_has(norm, first - i, apps)) return true;
    }
    for (size_t i = last; i < last + NEAR && i + 1 < norm->word_count; i++) {
        if (norm->words[i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (words_has(norm, i + 1, apps)) return true;
    }
    return false;
}

/* A term of ordinary words alone, in small letters where capitals are used: "the bridge". */
bool facts_only_words(const struct search *s, const struct term *term, size_t first, size_t last)
{
    const struct norm *norm = s->norm;
    if (term->telling || norm->shouting) return false;
    /* "you are my little stars" */
    if (norm->quiet)
        return term->given->category == MARK_SCHOOL && after_cue(s, first, "my") &&
               !facts_worn(s, last, MARK_SCHOOL);
    if (term->digits && term->given->category != MARK_ADDRESS) return false;
    if (term->given->category == MARK_HANDLE) return false;
    /* "number 5 in the queue" */
    if (term->given->category == MARK_ADDRESS && last == first + 1 &&
        is_any(norm, first, "number") && !(norm->words[first].flags & WORD_CAPITAL) &&
        before_cue(s, last, "in of on for out to"))
        return true;
    /* "my group at hope house on a tuesday" */
    if (last > first && after_cue(s, first, "at to from near nr outside") &&
        !is_any(norm, first, "the a our my") && term->given->category != MARK_NAME &&
        term->given->category != MARK_ADDRESS)
        return false;
    if (term->given->category == MARK_ADDRESS && first > 0 && facts_house_number(norm, first - 1) &&
        !(norm->words[first - 1].gap & (GAP_STOP | GAP_END | GAP_PARAGRAPH)))
        return false;
    for (size_t i = first; i <= last; i++) {
        if (norm->words[i].flags & (WORD_DIGITS | WORD_MIXED)) return false;
        if ((norm->words[i].flags & WORD_CAPITAL) && !is_any(norm, i, "the a") &&
            !(norm->words[i].flags & WORD_OPENS))
            return false;
    }
    return true;
}

/* "St George's Day", "the St Andrew's cross" */
bool facts_feast(const struct search *s, size_t last)
{
    return s->norm->words[last].gap == GAP_SPACE &&
           before_cue(s, last, "day night eve flag cross dance parade weekend");
}

/* "Stilton on toast": a place that is better known for what is eaten. */
static bool food_nearby(const struct search *s, size_t word)
{
    enum { NEAR = 8 };
    const struct norm *norm = s->norm;
    if (!is_any(norm, word,
                "stilton cheddar wensleydale cheshire leicester lancashire gloucester caerphilly "
                "bakewell eccles pontefract bath chelsea eton sandwich kendal cornish worcester "
                "worcestershire melton aberdeen arbroath dundee"))
        return false;
    for (size_t i = word > NEAR ? word - NEAR : 0; i < word + NEAR && i < norm->word_count; i++)
        if (is_any(
                norm, i,
                "cheese cheeses toast crackers bun buns tart tarts cake cakes eat eats ate eating "
                "supper dinner lunch recipe sauce pickle biscuit biscuits baked baking flavour"))
            return true;
    return false;
}

/* "Leeds won", "Leeds went up", "his Leeds top": the city's football club. */
static bool of_a_club(const struct search *s, size_t last)
{
    if (before_cue(s, last, "went stayed go going come came got get"))
        return is_any(s->norm, last + 2, "up down promoted relegated");
    return before_cue(s, last,
                      "won lost beat drew scored lose win top kit strip scarf mad daft mug season");
}

/* "Eccles cakes", "supports Leeds", "Queen Victoria": the word of a place in another thing's name.
 */
bool facts_another_thing(const struct search *s, size_t first, size_t last,
                         enum mark_category category)
{
    const struct norm *norm = s->norm;
    if (category == MARK_NAME || norm->shouting) return false;
    bool tight = norm->words[last].gap == GAP_SPACE;
    if (tight &&
        before_cue(s, last,
                   "cake cakes tart tarts bun buns sauce pudding puddings cheese sausage "
                   "sausages hotpot pie pies biscuit biscuits sponge plums rock shirt fan "
                   "fans supporter supporters match game bomber dictionary marathon "
                   "festival rovers wanderers albion pork chocolate bread cornflakes beans "
                   "mustang fiesta mondeo cortina capri escort "
                   "crisps eggs soup ketchup cereal advert adverts voucher vouchers "
                   "catalogue day flag eve colours zoo bar bars terrier terriers wool mints "
                   "drawers draws peppermint boots sandwich toast trifle crumble mess hotpots "
                   "rarebit cobbler salad"))
        return true;
    if (food_nearby(s, first)) return true;
    unsigned kinds = lexicon_kinds(s->facts->lexicon, norm->words[first].hash);
    if (tight && (kinds & LEXICON_CITY) && of_a_club(s, last)) return true;
    /* "the Victoria ones are my favourite": books, say */
    if (tight && (kinds & LEXICON_FIRST) && before_cue(s, last, "ones")) return true;
    /* "the Grand Old Duke of York" */
    if (after_cue(s, first, "of") && first >= 2 &&
        is_any(norm, first - 2, "duke duchess earl battle king prince princess count treaty lord"))
        return true;
    if (tight && category == MARK_PLACE &&
        before_cue(s, last, "united city fc afc town county stanley thistle argyle") &&
        (norm->words[last + 1].flags & WORD_CAPITAL))
        return true;
    return after_cue(s, first, "supports support supporting v vs versus beat");
}

/* Shops with a branch in every town, and on the list as where somebody works. */
bool facts_only_a_shop(const struct search *s, size_t word, enum mark_category category)
{
    enum { NEAR = 6 };
    const struct norm *norm = s->norm;
    bool coop = norm_word_is(norm, word, "co") && word + 1 < norm->word_count &&
                norm_word_is(norm, word + 1, "op");
    if (category != MARK_WORKPLACE ||
        (!coop &&
         !is_any(
             norm, word,
             "tesco tescos asda aldi lidl morrisons sainsburys waitrose argos boots greggs "
             "mcdonalds kfc nandos costa starbucks ikea smyths matalan wilko poundland superdrug "
             "specsavers halfords wetherspoons spoons subway dominos amazon next primark iceland "
             "currys dunelm wickes homebase screwfix clarks smiths waterstones ebay spar coop "
             "netflix google facebook apple disney lego debenhams hmv toys sky virgin bt vodafone "
             "ee "
             "ford vauxhall toyota nissan honda jaguar bentley mini rolls royce jcb airbus boeing "
             "shell esso bp orange cadbury cadburys heinz kelloggs nestle walkers haribo hornby "
             "dyson claires clarks superdry uber deliveroo paypal")))
        return false;
    for (size_t i = 1; i <= NEAR && i <= word; i++) {
        if (norm->words[word - i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (is_any(norm, word - i,
                   "work works worked working job jobs shift shifts hours nights days interview "
                   "employed employer till warehouse depot depozit lucrez pracuje manager boss "
                   "driver drives driving started promoted retired laid redundant colleague staff"))
            return false;
    }
    for (size_t i = word; i < word + NEAR && i + 1 < norm->word_count; i++) {
        if (norm->words[i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (is_any(norm, i + 1,
                   "shift shifts nights till depot warehouse manager uniform job staff work where "
                   "branch"))
            return false;
    }
    return true;
}

/* "a week in Iceland", where a shop of that name is on the list. */
bool facts_a_trip(const struct search *s, size_t word, enum mark_category category)
{
    if (category == MARK_PLACE || category == MARK_NAME || category == MARK_ADDRESS) return false;
    if (!facts_proper(s->norm, word)) return false;
    if (!after_cue(s, word, "in to from")) return false;
    for (size_t back = 2; back <= 5 && back <= word; back++)
        if (is_any(s->norm, word - back,
                   "week weeks holiday holidays trip fortnight days day flew fly flight went been"))
            return true;
    return false;
}

/* A rare word in small letters where capitals are used: "mold", where Mold is on the list. */
bool facts_rare_word(const struct search *s, size_t word)
{
    enum { SHORT = 5 };
    const struct word *w = &s->norm->words[word];
    if (s->norm->quiet || s->norm->shouting || (w->flags & WORD_CAPITAL) || w->count > SHORT)
        return false;
    if (w->count < SHORT && !after_cue(s, word, "in at to from near round through")) return true;
    return facts_kinds(s->norm, word) & LEXICON_RARE;
}

bool facts_small_thing(const struct search *s, size_t word, enum mark_category category)
{
    const struct norm *norm = s->norm;
    if (category != MARK_MEDICAL && category != MARK_SCHOOL && category != MARK_WORKPLACE)
        return false;
    if (norm->quiet || norm->shouting || (norm->words[word].flags & (WORD_CAPITAL | WORD_MIXED)))
        return false;
    return (facts_kinds(norm, word) & (LEXICON_RARE | LEXICON_ORDINARY)) &&
           after_cue(s, word, "the") && !facts_at_work(s, word, category);
}

/* Is this text in another language? Then small letters are no misspelt names. */
bool facts_foreign_here(const struct search *s, size_t word)
{
    enum { NEAR = 8, FEW = 6 };
    const struct norm *norm = s->norm;
    size_t from = word > NEAR ? word - NEAR : 0, seen = 0, plain = 0;
    for (size_t i = from; i <= word + NEAR && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        if (i == word || w->count < 3 || (w->flags & (WORD_CAPITAL | WORD_DIGITS | WORD_MIXED)))
            continue;
        seen++;
        if (facts_ordinary(norm, i)) plain++;
    }
    return seen >= FEW && plain * 5 < seen * 2;
}

/* "Holby City Hospital", where City Hospital is on the list: the name goes on to the left. */
bool facts_longer_name(const struct search *s, size_t word, const struct term *term)
{
    const struct norm *norm = s->norm;
    enum mark_category category = term->given->category;
    if (category == MARK_NAME || category == MARK_ADDRESS || category == MARK_HANDLE ||
        norm->shouting || word == 0 || norm->words[word - 1].gap != GAP_SPACE)
        return false;
    const struct word *w = &norm->words[word - 1];
    return (w->flags & WORD_CAPITAL) && !(w->flags & (WORD_DIGITS | WORD_MIXED)) && w->count > 2 &&
           !((w->flags & WORD_OPENS) && lexicon_ordinary(s->facts->lexicon, w->hash)) &&
           !facts_is_generic(category, norm, word - 1) &&
           !is_any(norm, word - 1, "the our at near from old");
}

/* "Mary and Joseph", where St Mary's is on the list. */
bool facts_only_a_saint(const struct search *s, const struct term *term, size_t word)
{
    const struct word *w = &s->norm->words[word];
    bool saint = false;
    for (size_t i = 0; i < term->count; i++)
        saint = saint || s->facts->words[term->first + i].saint;
    return saint && term->given->category != MARK_NAME && !(w->flags & WORD_POSSESSIVE) &&
           (lexicon_kinds(s->facts->lexicon, w->hash) & LEXICON_FIRST) &&
           !facts_generic_beside(s, term, word) && !after_cue(s, word, "at in near");
}

/* "Bouncy Castle", "Castle Howard": capitals beside it that are not of the term. */
bool facts_of_another_name(const struct search *s, const struct term *term, size_t word)
{
    const struct norm *norm = s->norm;
    if (term->given->category == MARK_NAME || norm->shouting) return false;
    const uint8_t number = WORD_DIGITS | WORD_MIXED;
    if (word > 0 && norm->words[word - 1].gap == GAP_SPACE) {
        const struct word *w = &norm->words[word - 1];
        if ((w->flags & WORD_CAPITAL) && !(w->flags & (WORD_OPENS | number)) && w->count > 2 &&
            !facts_is_generic(term->given->category, norm, word - 1))
            return true;
    }
    if (norm->words[word].gap != GAP_SPACE || word + 1 >= norm->word_count) return false;
    const struct word *next = &norm->words[word + 1];
    return (next->flags & WORD_CAPITAL) && !(next->flags & number) && next->count > 2 &&
           !facts_is_generic(term->given->category, norm, word + 1);
}
