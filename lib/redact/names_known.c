/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names_in.h"

/* What is played, watched, read, eaten or flown to: names that everybody knows, or that locate
 * nobody. */

/* "a demon at Top Trumps", "we won at Snakes and Ladders" */
static bool played(const struct names *n, size_t cue)
{
    if (n->kinds[cue + 1] & LEXICON_BRITISH) return false;
    return pattern_is(n->p, cue, "at") && cue > 0 &&
           pattern_after(n->p, cue, 3,
                         "demon whizz wizard ace expert hopeless terrible useless champion "
                         "champ unbeatable fantastic fab awful rubbish dreadful mean win wins won "
                         "winning beat beats beaten beating thrash thrashes thrashed lose loses "
                         "lost losing cheat cheats cheated cheating hooked dab pro legend master");
}

/* "a tree in Into the Woods", "Titania in A Midsummer Night's Dream" */
static bool staged(const struct names *n, size_t first, size_t cue)
{
    if (!IS(n, cue, IN) || !pattern_is(n->p, cue, "in from")) return false;
    if (pattern_is(n->p, first,
                   "inside beyond beneath into the a an once oh out over under around beauty"))
        return true;
    return pattern_after(n->p, cue, 6,
                         "impression impressions tree sheep shepherd king queen narrator part role "
                         "star stars starring "
                         "starred chorus panto pantomime musical audition auditioned auditioning "
                         "cast lead character characters episode episodes villain baddie song "
                         "scene understudy fairy witch wizard munchkin orphan angel dame");
}

/* "a Boba Fett helmet", "name every Pokemon from Bulbasaur to Mewtwo" */
static bool of_a_story(const struct names *n, size_t first, size_t last)
{
    static const char goods[] =
        "helmet costume mask figure figures toy toys poster posters lunchbox duvet pyjamas wand "
        "trilogy series film films movie movies song songs album albums concert gig tour gigs "
        "character characters card cards stickers books";
    if (pattern_before(n->p, last, 1, goods)) return true;
    if (pattern_after(n->p, first, 6, "reading reads chapter novel audiobook audiobooks") &&
        !(n->kinds[first] & LEXICON_BRITISH) && first > 0 && !IS(n, first - 1, STRICT))
        return true;
    return pattern_after(n->p, first, 8,
                         "pokemon pokemons marvel avenger avengers jedi sith dinosaur dinosaurs "
                         "superhero superheroes villains lego minifigure minifigures digimon manga "
                         "anime characters character musketeers gods goddess myths planets moons "
                         "constellation hogwarts quidditch minecraft roblox fortnite");
}

/* "flew to Kefalonia", "a gite near Bergerac" */
static bool flown_to(const struct names *n, size_t first)
{
    enum { BACK = 8, AHEAD = 6 };
    if (n->kinds[first] & (LEXICON_BRITISH | LEXICON_CITY)) return false;
    static const char abroad[] =
        "flew fly flying flight flights gite villa abroad cruise cruised cruising eurotunnel "
        "france spain italy greece portugal turkey cyprus croatia germany "
        "holland belgium austria switzerland norway sweden denmark";
    if (!pattern_after(n->p, first, BACK, abroad) && !pattern_before(n->p, first, AHEAD, abroad))
        return false;
    return !names_after(n, first, BACK, CUE_BIT(LIVE) | CUE_BIT(WORK));
}

/* "scanned by Mimecast", "The Wellerman on the ukulele" */
static bool made_by(const struct names *n, size_t cue)
{
    return pattern_is(n->p, cue, "by") && cue > 0 &&
           pattern_is(n->p, cue - 1,
                      "scanned checked powered protected secured filtered written drawn painted "
                      "sung composed designed invented published printed illustrated directed "
                      "made narrated recorded");
}

/* "Aunty Jo in Perth, Australia" */
static bool overseas(const struct names *n, size_t last)
{
    return last + 1 < n->norm->word_count && n->norm->words[last].gap == (GAP_COMMA | GAP_SPACE) &&
           pattern_is(n->p, last + 1,
                      "australia canada usa america spain france italy greece portugal turkey "
                      "germany holland belgium austria switzerland norway sweden denmark croatia "
                      "florida california texas egypt morocco tunisia mexico japan thailand");
}

/* "in his Sunderland top": the city's football club. */
static bool club_wear(const struct names *n, size_t first, size_t last)
{
    return first == last && (n->kinds[last] & LEXICON_CITY) &&
           pattern_before(n->p, last, 1, "top shirt kit strip scarf hat colours mug");
}

/* "The Wind in the Willows": a thing in a place, all capitals. */
static bool in_a_title(const struct names *n, size_t cue)
{
    return cue >= 2 && pattern_is(n->p, cue, "in on under by") && names_next(n, cue - 1) &&
           names_next(n, cue - 2) && names_capital(n, cue - 1) && names_capital(n, cue - 2) &&
           pattern_is(n->p, cue - 2, "the a") && (n->kinds[cue - 1] & LEXICON_ORDINARY);
}

/* "We like Gavin and Stacey, Pobol y Cwm": one in a list of what somebody watches. */
static bool watched(const struct names *n, size_t first)
{
    enum { FAR = 10 };
    bool person = false;
    for (size_t at = first; at > 0 && at + FAR > first; at--) {
        if (n->norm->words[at - 1].gap & (GAP_END | GAP_PARAGRAPH | GAP_STOP | GAP_COLON))
            return false;
        if (pattern_is(n->p, at - 1, "watch watches watching watched")) return true;
        if (pattern_is(n->p, at - 1, "like likes love loves read reads reading")) return person;
        if (!names_capital(n, at - 1) && !pattern_is(n->p, at - 1, "and the y")) return false;
        person = person || names_first_name(n, at - 1);
    }
    return false;
}

/* "in the County Clare": a county gives nobody away. */
static bool a_county(const struct names *n, size_t first, size_t last)
{
    return last == first + 1 && pattern_is(n->p, first, "county co") &&
           pattern_is(
               n->p, last,
               "clare mayo cork kerry galway sligo leitrim donegal cavan monaghan louth meath "
               "westmeath dublin kildare wicklow wexford waterford kilkenny carlow laois "
               "offaly tipperary limerick roscommon longford down antrim derry tyrone armagh "
               "fermanagh durham londonderry");
}

bool names_known(const struct names *n, size_t first, size_t last, size_t cue)
{
    if (a_county(n, first, last)) return true;
    if (played(n, cue) || made_by(n, cue) || in_a_title(n, cue)) return true;
    bool locates = names_after(n, first, 5, CUE_BIT(LIVE) | CUE_BIT(WORK));
    if (locates) return false;
    return staged(n, first, cue) || of_a_story(n, first, last) || flown_to(n, first) ||
           overseas(n, last) || names_score(n, last) || club_wear(n, first, last) ||
           watched(n, first);
}

/* "Raith Rovers 2 Dunfermline 2": a score behind a team. */
bool names_score(const struct names *n, size_t last)
{
    if (!names_next(n, last)) return false;
    const struct word *score = &n->norm->words[last + 1];
    if (!(score->flags & WORD_DIGITS) || score->count > 2) return false;
    if (last + 2 >= n->norm->word_count) return true;
    if ((score->gap & GAP_HYPHEN) && score->gap_length <= 3)
        return n->norm->words[last + 2].flags & WORD_DIGITS;
    return (score->gap & (GAP_STOP | GAP_END | GAP_COMMA | GAP_PARAGRAPH | GAP_LINE)) ||
           names_capital(n, last + 2);
}
