/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/names.h"

#include "redact/date.h"

static const char titles[] =
    "mr mrs ms miss dr doctor prof professor sister nurse father fr rev reverend "
    "sir lady pc sgt sergeant constable judge pan pani mme monsieur";

/* After a title, but nobody's neighbour. */
static const char known_people[] =
    "christmas bean tumble who men claus seuss doubtfire brown whippy benn "
    "kipling potato rabbit fox tiggywinkle twit toad bump happy tickle nosy "
    "bossy giggles naughty sunshine chatterbox splendid greedy strong clever honey trunchbull time "
    "right wrong bump grey strange dolittle watson "
    "cunningham poppins incredible act ted bloom maker of in at and the";

/* A name stands before each of these; what they are is clear, whose they are is not said. */
static const struct {
    enum mark_category category;
    const char *words;
} kinds[] = {
    {MARK_SCHOOL,
     "school primary academy nursery preschool playgroup infants infant juniors junior "
     "college secondary gymnastics colts harriers dolphins brownies cubs beavers scouts "
     "guides rainbows ysgol swimmers childminders kindergarten majorettes"},
    {MARK_MEDICAL, "surgery practice hospital clinic infirmary hospice ward"},
    {MARK_PLACE, "church chapel mosque abbey priory prison allotments"},
    {MARK_WORKPLACE,
     "ltd limited plc llp bakery garage haulage solicitors builders motors foods plumbing "
     "roofing scaffolding mushrooms joinery electrical logistics brewery butchers depot"},
};

/* Capitals before a kind that name nothing. */
static const char not_names[] =
    "the a an my our your his her their this that new old big high primary "
    "junior infant upper lower secondary sunday special first last next every no "
    "is was at in to of for and but so mum dad nan local church catholic "
    "english private state boarding medical dental health general royal "
    "day after before each any some what which where when if";

static const char place_cues[] =
    "in at to from near around round via through outside towards past by "
    "visit visited visiting";
static const char place_cues_the[] = "in at near around outside past by from";
/* "hello to Hartmut" */
static const char person_before[] = "hello hi love hugs hug kiss kisses thanks thank said say talk "
                                    "talked write wrote writing married listen listened read speak "
                                    "spoke reply";

/* Shops, programmes, games, holidays, faiths and feasts: known to everybody, they locate nobody. */
static const char known_places[] =
    "tesco asda aldi lidl morrisons sainsburys waitrose argos primark boots greggs mcdonalds mcds "
    "kfc "
    "nandos costa starbucks ikea smyths matalan wilko wilkos poundland superdrug specsavers "
    "halfords "
    "debenhams wetherspoons spoons subway pizzahut dominos legoland disneyland disney alton "
    "butlins "
    "haven centerparcs center parcs pontins thorpe chessington menorca majorca mallorca tenerife "
    "lanzarote fuerteventura ibiza benidorm algarve corfu crete rhodes zante kos cyprus malta "
    "marbella "
    "magaluf turkey dalaman antalya florida orlando eastenders corrie coronation emmerdale "
    "hollyoaks "
    "bluey peppa paw minecraft roblox fortnite fifa xbox playstation youtube tiktok facebook "
    "whatsapp "
    "instagram snapchat netflix cbeebies hogwarts pokemon lego barbie frozen moana xmas easter eid "
    "gruffalo daleks dalek paddington narnia pontypandy hogsmeade neverland "
    "diwali halloween ramadan hanukkah eisteddfod urdd cbbc nhs asd adhd gcse gcses btec sats "
    "senco tv "
    "dvd ps4 ps5 ipad iphone alexa google zoom skype teams mumsnet samaritans childline gp hm uk "
    "usa "
    "allah jesus bake strictly bbc itv covid sky gymfest ok ww2 ww1 britain";

static bool capital(const struct norm *norm, size_t word)
{
    return norm->words[word].flags & WORD_CAPITAL;
}

/* The word without its possessive, as the lexicon knows it. */
static uint32_t bare_hash(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    return norm_hash(norm->glyphs + w->glyph, w->bare);
}

static bool ordinary(struct patterns *p, size_t word)
{
    return lexicon_ordinary(p->lexicon, p->norm->words[word].hash) ||
           lexicon_ordinary(p->lexicon, bare_hash(p->norm, word));
}

static bool proper(struct patterns *p, size_t word)
{
    return lexicon_proper(p->lexicon, p->norm->words[word].hash) ||
           lexicon_proper(p->lexicon, bare_hash(p->norm, word));
}

static void mark(struct patterns *p, size_t first, size_t last, enum mark_category category,
                 int confidence, const char *why)
{
    marks_add(p->marks, p->arena,
              (struct mark){norm_word_start(p->norm, first), norm_word_bare_end(p->norm, last),
                            category, MARK_UNLISTED, confidence, str_from(why)});
}

/* One space, or a full stop and a space after a title or initial. */
static bool next_to(const struct norm *norm, size_t word)
{
    if (word + 1 >= norm->word_count) return false;
    const struct word *w = &norm->words[word];
    uint16_t stop = w->count <= 4 ? GAP_STOP : 0;
    return (w->gap & (uint16_t) ~(GAP_SPACE | GAP_LINE | stop)) == 0 && w->gap_length <= 2 &&
           (w->gap & (GAP_SPACE | GAP_LINE));
}

static void titled(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_is(p, word, titles) || !next_to(norm, word)) return;
    bool small = norm->quiet || norm->shouting;
    size_t first = word + 1, last = first;
    /* An initial before the surname. */
    if (norm->words[first].count == 1 && capital(norm, first) && next_to(norm, first)) last++;
    if (norm->words[last].count < 2 || (norm->words[last].flags & (WORD_DIGITS | WORD_MIXED)))
        return;
    if (pattern_is(p, last, known_people) || pattern_is(p, last, titles)) return;
    bool looks = capital(norm, last) || (small && !ordinary(p, last));
    if (!looks) return;
    if (pattern_is(p, word, "sister father lady judge nurse doctor") && !capital(norm, word) &&
        (!small || facts_allowed(p->facts, norm, last) || proper(p, last)))
        return; /* "my sister Ellie" */
    if (facts_allowed(p->facts, norm, last)) {
        /* "Mrs Ann Pemberton": the first name stays, the surname goes. */
        if (!next_to(norm, last) || !capital(norm, last + 1) || ordinary(p, last + 1)) return;
        first = last = last + 1;
    } else if (next_to(norm, last) && capital(norm, last + 1) && norm->words[last + 1].count > 2 &&
               !(norm->words[last + 1].flags & WORD_OPENS) && !ordinary(p, last + 1) &&
               date_month(norm, last + 1) == 0) {
        last++;
    }
    mark(p, first, last, MARK_NAME, 80, "a name after a title");
}

/* The capitals before the kind at `word`; false if none is a name. */
static bool named_before(struct patterns *p, size_t word, size_t *ret_first)
{
    const struct norm *norm = p->norm;
    size_t first = word;
    bool any = false;
    while (first > 0 && word - first < 4 && next_to(norm, first - 1) && capital(norm, first - 1) &&
           norm->words[first - 1].count > 1 && !(norm->words[first - 1].flags & WORD_DIGITS)) {
        if ((norm->words[first].flags & WORD_OPENS) && first != word) break;
        first--;
    }
    while (first < word && pattern_is(p, first, not_names)) first++;
    for (size_t i = first; i < word; i++) {
        bool opens_plain = (norm->words[i].flags & WORD_OPENS) && ordinary(p, i);
        if (!opens_plain && !pattern_is(p, i, not_names) && !pattern_is(p, i, known_places) &&
            !facts_allowed(p->facts, norm, i))
            any = true;
    }
    *ret_first = first;
    return any && first < word;
}

static void kind_of_place(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (norm->shouting || word == 0) return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!pattern_is(p, word, kinds[i].words)) continue;
        size_t first;
        if (!named_before(p, word, &first)) return;
        mark(p, first, word, kinds[i].category, 70,
             "a name before a word like 'school' or 'surgery'");
        return;
    }
}

/* "HMP Marlrigg", "HM Prison Marlrigg" */
static void prison(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_is(p, word, "hmp yoi prison hmyoi") || !next_to(norm, word)) return;
    if (!capital(norm, word + 1) || norm->words[word + 1].count < 3) return;
    if (pattern_is(p, word, "prison") && !(word > 0 && pattern_is(p, word - 1, "hm"))) return;
    size_t last = word + 1;
    if (next_to(norm, last) && capital(norm, last + 1) && norm->words[last + 1].count > 2 &&
        !(norm->words[last].gap & GAP_LINE))
        last++;
    mark(p, word + 1, last, MARK_PLACE, 85, "the name of a prison");
}

/* "from Tutshill": a capital inside a sentence that no dictionary has, where a place stands. */
static void unknown_place(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (norm->quiet || norm->shouting || word == 0) return;
    const struct word *w = &norm->words[word];
    if (!capital(norm, word) || (w->flags & (WORD_OPENS | WORD_DIGITS | WORD_MIXED)) ||
        w->count < 4)
        return;
    if (!next_to(norm, word - 1) || capital(norm, word - 1)) return;
    bool cued =
        pattern_is(p, word - 1, place_cues) ||
        (pattern_is(p, word - 1, "the") && word >= 2 && pattern_is(p, word - 2, place_cues_the));
    if (word >= 2 && pattern_is(p, word - 2, person_before)) return;
    if (!cued || ordinary(p, word) || proper(p, word)) return;
    if (pattern_is(p, word, known_places) || facts_allowed(p->facts, norm, word)) return;
    if (date_month(norm, word) != 0) return;
    size_t last = word;
    while (last < word + 2 && next_to(norm, last) && capital(norm, last + 1) &&
           !(norm->words[last + 1].flags & (WORD_OPENS | WORD_DIGITS)) &&
           norm->words[last + 1].count > 1 && !(norm->words[last].gap & (GAP_STOP | GAP_LINE)) &&
           !facts_allowed(p->facts, norm, last + 1))
        last++;
    mark(p, word, last, MARK_PLACE, 55, "a name that is in no dictionary, where a place stands");
}

/* Capitals that begin a book, a game, a programme, a far place, a time of the year. */
static const char known_starts[] =
    "harry star lord match big great strictly tracy roald peppa thomas postman "
    "fireman doctor james spider iron marvel disney alton new south north east "
    "west united isle lake year key mother father boxing good easter christmas "
    "bonfire summer half world premier champions england wales scotland horrible "
    "super mario just call mine lion toy jungle mary charlie beauty snow "
    "sleeping mermaid wimpy captain high black red british royal "
    "national marks burger pizza home sports happy merry";

/* "at Little Lambs", "to the Slate Museum": two capitals or more where a place stands. */
static void capitals_place(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (norm->quiet || norm->shouting || word == 0 || !capital(norm, word)) return;
    if (norm->words[word].flags & (WORD_OPENS | WORD_DIGITS) || norm->words[word].count < 2) return;
    if (!next_to(norm, word - 1) || capital(norm, word - 1)) return;
    bool the = pattern_is(p, word - 1, "the") && word >= 2 &&
               pattern_is(p, word - 2, "in at near outside past by from to");
    if (!the && !pattern_is(p, word - 1, "in at near outside")) return;
    size_t last = word;
    while (last < word + 3 && next_to(norm, last) && capital(norm, last + 1) &&
           !(norm->words[last + 1].flags & (WORD_OPENS | WORD_DIGITS)) &&
           norm->words[last + 1].count > 1)
        last++;
    if (last == word || proper(p, last) || date_month(norm, last) != 0) return;
    if (pattern_is(p, word, known_places) || pattern_is(p, last, known_places)) return;
    bool saint = pattern_is(p, word, "st saint");
    if (!saint && pattern_is(p, word, known_starts) && ordinary(p, last)) return;
    for (size_t i = word; i <= last; i++)
        if (facts_allowed(p->facts, norm, i)) return;
    mark(p, word, last, MARK_PLACE, 50, "a name of several words, where a place stands");
}

void names_find(struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->norm->word_count; i++) {
        titled(patterns, i);
        kind_of_place(patterns, i);
        prison(patterns, i);
        unknown_place(patterns, i);
        capitals_place(patterns, i);
    }
}
