/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

/* A name that is on the list, where a day, a pet, a saint, a toy, a book or a queen has it. */

static const struct word_list pets WORDS_GATHERED = {
    .words = "cat cats dog dogs kitten kittens puppy puppies pup rabbit rabbits bunny hamster "
             "hamsters gerbil gerbils pig pigs pony ponies horse horses donkey goldfish fish "
             "tortoise budgie parrot hen hens chicken chickens duck ducks rat rats mouse mice "
             "gath ci gwningen kot pies krolik pisica caine snake lizard gecko ferret lamb goat "
             "teddy bear doll dolly unicorn snail hedgehog"};

/* "every Friday", "Friday the 13th", "Friday night", where Friday is somebody's name. */
static bool a_day(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    if (!is_any(norm, word,
                "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays "
                "wednesdays thursdays fridays saturdays sundays"))
        return false;
    if (after_cue(s, word,
                  "every on last this next each until till by since from one good black the a any "
                  "most some and or to alternate easter bank whit"))
        return true;
    if (before_cue(s, word,
                   "morning mornings afternoon afternoons evening evenings night nights lunchtime "
                   "teatime the and or to till until after before we i he she they it"))
        return true;
    const size_t next = word + 1;
    return next < norm->word_count && (norm->words[next].flags & (WORD_DIGITS | WORD_MIXED)) &&
           !(norm->words[word].gap & (GAP_PARAGRAPH | GAP_END));
}

/* "the cat is called Marsden", "two guinea pigs, Taylor and Swift", "Marsden the cat" */
static bool of_a_pet(const struct search *s, size_t word)
{
    enum { NEAR = 9 };
    const struct norm *norm = s->norm;
    if (norm->words[word].flags & WORD_POSSESSIVE) return false;
    if (before_cue(s, word, "the") && words_has(norm, word + 2, &pets)) return true;
    if (word == 0) return false;
    size_t at = word - 1;
    /* "called Taylor and Swift": over the name before it */
    if (is_any(norm, at, "and") && at > 0 && (norm->words[at - 1].flags & WORD_CAPITAL)) at -= 2;
    if (at >= word) return false;
    bool called = is_any(norm, at, "called named narned enw") && norm->words[at].gap == GAP_SPACE;
    for (size_t i = 0; i < NEAR && i <= at; i++) {
        if (norm->words[at - i].gap & (GAP_END | GAP_PARAGRAPH)) return false;
        if ((norm->words[at - i].gap & GAP_STOP) && (norm->words[at - i].gap & GAP_SPACE))
            return false;
        if (!called && i > 0) return false;
        if (words_has(norm, at - i, &pets)) return true;
    }
    return false;
}

/* "St Andrew must have watched over him", where a school is St Andrew's. */
static bool the_saint_himself(const struct search *s, const struct term *term, size_t first,
                              size_t last)
{
    if (!s->facts->words[term->first].saint || last != first + 1) return false;
    if (before_cue(s, last, "and") && is_any(s->norm, last + 3, "dragon")) return true;
    if (s->norm->words[last].flags & WORD_POSSESSIVE) return false;
    return before_cue(s, last,
                      "must was is had has will would who patron bless blessed help helps helped "
                      "protects protect watches watched looked") &&
           !after_cue(s, first, "at in near to for from");
}

/* "do you still like Tigger", where tigger99 is on the list: no name on an app. */
static bool no_user_name(const struct search *s, const struct term *term, size_t first, size_t last)
{
    if (term->given->category != MARK_HANDLE) return false;
    /* "no sunshine for eleven days", where sunshine is on the list */
    const bool word = first == last && facts_kinds(s->norm, first) != 0 &&
                      !(norm_gap_before(s->norm, first) & GAP_AT);
    if (!term->digits && !(word && term->count == 1)) return false;
    for (size_t i = first; i <= last; i++)
        if (s->norm->words[i].flags & (WORD_DIGITS | WORD_MIXED)) return false;
    return first == last && !facts_on_an_app(s->norm, first, last);
}

/* "The Wind in the Willows", where The Willows is on the list: a thing in a place, all capitals. */
static bool in_a_title(const struct search *s, size_t first, size_t last)
{
    const struct norm *norm = s->norm;
    if (!(norm->words[last].flags & WORD_CAPITAL)) return false;
    size_t link = first;
    if (!is_any(norm, first, "the a") && after_cue(s, first, "the a")) link--;
    if (link < 3 || !after_cue(s, link, "in on under by")) return false;
    const struct word *thing = &norm->words[link - 2], *article = thing - 1;
    return article->gap == GAP_SPACE && thing->gap == GAP_SPACE &&
           is_any(norm, link - 3, "the a") && (article->flags & thing->flags & WORD_CAPITAL) &&
           facts_ordinary(norm, link - 2);
}

/* "the Queen's still alive", where a hospital is Queen's: is or has, or what is hers. */
static bool of_royals(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    if (!is_any(norm, word, "queens kings popes princes") || !after_cue(s, word, "the"))
        return false;
    if (!(norm->words[word].flags & WORD_POSSESSIVE)) return false;
    if (before_cue(s, word, "still"))
        return !facts_before(s, word + 1, WORDS("have has had havent hasnt got"));
    return before_cue(s, word,
                      "alive dead died speech birthday funeral jubilee coronation message reign "
                      "corgi corgis guard guards crown head face");
}

bool facts_worn(const struct search *s, size_t word, enum mark_category category)
{
    if (category != MARK_SCHOOL || s->norm->words[word].gap != GAP_SPACE) return false;
    if (!(s->norm->words[word].flags & WORD_CAPITAL) && !s->norm->quiet) return false;
    return before_cue(
        s, word,
        "jumper jumpers uniform uniforms blazer blazers tie hoodie hoodies sweatshirt "
        "fleece badge girl girls boy boys lad lads kid kids pupil pupils mum mums "
        "parents lot crowd");
}

/* "happy Christmas", where that is somebody's surname. */
static bool a_feast(const struct search *s, size_t word)
{
    return is_any(s->norm, word, "christmas easter") && !facts_after_first_name(s, word) &&
           !after_cue(s, word, "mr mrs miss ms dr the");
}

/* "a goldfish called Barry. Barry is well": the pet again, in the sentence behind. */
static bool of_the_same_pet(const struct search *s, size_t word)
{
    enum { NEAR = 3 };
    const struct norm *norm = s->norm;
    for (size_t i = 1; i <= NEAR && i <= word; i++)
        if (norm->words[word - i].hash == norm->words[word].hash && of_a_pet(s, word - i))
            return true;
    return false;
}

bool facts_spared(const struct search *s, const struct term *term, size_t first, size_t last)
{
    if (s->norm->shouting) return false;
    if (first == last && term->count == 1 &&
        (term->given->category == MARK_NAME || term->given->category == MARK_PLACE) &&
        (of_a_pet(s, first) || of_the_same_pet(s, first)))
        return true;
    if (term->given->category != MARK_NAME)
        return the_saint_himself(s, term, first, last) || no_user_name(s, term, first, last) ||
               in_a_title(s, first, last) || (first == last && of_royals(s, first)) ||
               (first == last && term->count == 1 &&
                facts_small_thing(s, first, term->given->category));
    if (first != last || term->count != 1) return false;
    return a_day(s, first) || a_feast(s, first);
}
