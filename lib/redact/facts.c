/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts.h"

#include <string.h>

#include "redact/facts_in.h"

/* Words that tell nothing alone, by the kind of term they stand in. */
static const struct word_list generic_school WORDS_GATHERED = {
    .words =
        "school primary infant infants junior juniors academy college nursery preschool playgroup "
        "kindergarten high secondary grammar comprehensive comp community church prep upper lower "
        "sixth form ysgol prim primry sch skool club fc afc rfc cc jfc united rovers rangers town "
        "city "
        "athletic swimming dance football rugby cricket gymnastics team scouts guides brownies "
        "cubs "
        "rainbows beavers group ce rc coe catholic cofe vc va and of the"};
static const struct word_list generic_address WORDS_GATHERED = {
    .words = "road street avenue lane close drive way crescent place row terrace court gardens "
             "grove mews "
             "square hill view rise walk park green house flat cottage farm apartment apt rd st "
             "ave ln cl "
             "dr "
             "cres terr ct gdns sq floor unit block tower lodge villa villas buildings heol stryd "
             "ulica dom mieszkanie the "
             "strada"};
static const struct word_list generic_work WORDS_GATHERED = {
    .words = "ltd limited plc company co group services service shop store stores and sons the of "
             "llp uk "
             "society soc building council trust dept department"};
static const struct word_list generic_medical WORDS_GATHERED = {
    .words = "surgery practice centre center hospital clinic medical health doctors gp infirmary "
             "hosp ward "
             "dental dentist general royal the of and unit"};
static const struct word_list generic_place WORDS_GATHERED = {
    .words = "upon on the of near great little north south east west upper lower city town village "
             "county "
             "hmp prison yoi super le by in"};
static const struct word_list generic_name WORDS_GATHERED = {
    .words = "mr mrs ms miss dr family the de van von la le da du and"};

static const struct word_list *const generic_of[MARK_CATEGORY_COUNT] = {
    [MARK_NAME] = &generic_name,      [MARK_ADDRESS] = &generic_address,
    [MARK_PLACE] = &generic_place,    [MARK_SCHOOL] = &generic_school,
    [MARK_WORKPLACE] = &generic_work, [MARK_MEDICAL] = &generic_medical,
};

const struct word_list *facts_generic(enum mark_category category)
{
    return generic_of[category];
}

enum { ACCOUNT_DIGITS = 6, HANDLE_WORD = 5 };
enum { BETWEEN = 2 }; /* line ends between two terms */

static enum kind_of_word kind_of(const struct norm *norm, size_t word, enum mark_category category)
{
    const struct word *w = &norm->words[word];
    if (generic_of[category] != NULL && words_has(norm, word, generic_of[category]))
        return WORD_GENERIC;
    /* An account number without its sort code. */
    if (category == MARK_BANK && (w->flags & WORD_DIGITS) && w->count >= ACCOUNT_DIGITS)
        return WORD_TELLING;
    if ((w->flags & WORD_DIGITS) || w->count < 3) return WORD_WEAK;
    /* "shan", "by the sea": of a user name's words only what nobody else writes tells. */
    if (category == MARK_HANDLE && (norm->kinds[word] != 0 || w->count < HANDLE_WORD))
        return WORD_WEAK;
    if (norm->kinds[word] & LEXICON_ORDINARY) return WORD_ORDINARY;
    return WORD_TELLING;
}

/* The group of a term's word. A surname that is a first name too ("Thomas") has none of Tom and
 * Tommy when it is the only name on the list. */
static uint32_t same_names(const struct facts *facts, size_t word, bool alone, uint32_t hash)
{
    if (alone && facts->name_count == 1 &&
        words_has(
            facts->norm, word,
            WORDS("thomas james john lewis louis george martin harry henry alexander david "
                  "edward daniel francis lawrence leonard matthew michael oliver patrick paul "
                  "peter philip robert simon stephen terry vincent william ray ward")))
        return 0;
    return lexicon_same(facts->lexicon, hash);
}

/* May the term be found by its words? Else only whole. */
static bool by_words(const struct term *term)
{
    enum { HANDLE = 6 }; /* letters, at least */
    switch (term->given->category) {
    case MARK_NAME:
    case MARK_ADDRESS:
    case MARK_PLACE:
    case MARK_SCHOOL:
    case MARK_WORKPLACE:
    case MARK_MEDICAL: return true;
    case MARK_BANK: return term->count > 1;
    case MARK_HANDLE: return term->glyph_count >= HANDLE;
    default: return false;
    }
}

/* A term's words in the norm of all terms. */
struct place {
    size_t first, count;
};

static struct term_word compile_word(const struct facts *facts, const struct redact_term *given,
                                     struct place place, size_t at)
{
    const struct norm *norm = facts->norm;
    const struct word *w = &norm->words[at];
    struct term_word word = {.glyphs = norm->glyphs + w->glyph,
                             .count = w->bare,
                             .term = (uint32_t)facts->term_count,
                             .hash = norm_bare_hash(norm, w),
                             .kind = kind_of(norm, at, given->category)};
    word.saint = words_has(norm, at, WORDS(FACTS_SAINTS));
    if (given->category == MARK_NAME)
        word.same = same_names(facts, at, place.count == 1, word.hash);
    word.letters = like_letters(word.glyphs, word.count);
    like_sound(word.glyphs, word.count, word.sound);
    return word;
}

static void compile_term(struct facts *facts, const struct redact_term *given, struct place place)
{
    const struct norm *norm = facts->norm;
    if (place.count == 0) return;
    const struct word *first = &norm->words[place.first], *last = first + place.count - 1;
    struct term term = {.given = given,
                        .glyphs = norm->glyphs + first->glyph,
                        .glyph_count = last->glyph + last->count - first->glyph,
                        .first = (uint32_t)facts->word_count,
                        .count = (uint32_t)place.count,
                        .initials = facts->initials + facts->word_count};
    for (size_t i = 0; i < term.glyph_count; i++)
        if (term.glyphs[i].flags & GLYPH_DIGIT) term.digits = true;
    for (size_t i = place.first; i < place.first + place.count; i++) {
        const struct term_word word = compile_word(facts, given, place, i);
        facts->words[facts->word_count++] = word;
        if (word.kind >= WORD_ORDINARY) term.solid++;
        if (word.kind == WORD_TELLING) term.telling = true;
        if (place.count > 1 && !words_has(norm, i, WORDS("of the and")))
            facts->initials[term.first + term.initial_count++] = word.glyphs[0];
    }
    term.by_words = by_words(&term);
    term.one_ordinary = term.count == 1 && facts->words[term.first].kind == WORD_ORDINARY;
    struct date birth;
    if (given->category == MARK_DOB && date_at(norm, place.first, &birth)) term.birth = birth;
    facts->terms[facts->term_count++] = term;
}

/* The terms as one text, each a paragraph of its own: so they are folded and looked up at once. */
static struct str written_together(const struct redact_term *terms, size_t count,
                                   struct arena *arena)
{
    size_t bytes = 0, at = 0;
    for (size_t i = 0; i < count; i++) bytes += terms[i].term.len + BETWEEN;
    char *text = arena_take(arena, bytes);
    for (size_t i = 0; i < count; i++) {
        if (terms[i].term.len > 0) memcpy(text + at, terms[i].term.at, terms[i].term.len);
        at += terms[i].term.len;
        memcpy(text + at, "\n\n", BETWEEN);
        at += BETWEEN;
    }
    return (struct str){text, at};
}

static void compile_terms(struct facts *facts, const struct redact_term *terms, size_t count,
                          struct arena *arena)
{
    struct norm *norm = ARENA_ONE(arena, struct norm);
    struct str text = written_together(terms, count, arena);
    norm_fold(text, arena, norm);
    lexicon_read(facts->lexicon, norm, arena);
    facts->norm = norm;
    facts->terms = ARENA_MANY(arena, count + 1, struct term);
    facts->words = ARENA_MANY(arena, norm->word_count + 1, struct term_word);
    facts->initials = ARENA_MANY(arena, norm->word_count + 1, struct glyph);
    for (size_t i = 0; i < count; i++) facts->name_count += terms[i].category == MARK_NAME;
    struct place place = {0};
    for (size_t i = 0, end = 0; i < count; i++) {
        end += terms[i].term.len;
        place.first += place.count;
        place.count = 0;
        while (place.first + place.count < norm->word_count &&
               norm_word_start(norm, place.first + place.count) < end)
            place.count++;
        compile_term(facts, &terms[i], place);
        end += BETWEEN;
    }
}

static void index_terms(struct facts *facts, struct arena *arena)
{
    facts->seekers = ARENA_MANY(arena, facts->word_count + 1, struct seeker);
    for (size_t i = 0; i < facts->word_count; i++) {
        const struct term_word *word = &facts->words[i];
        const struct term *term = &facts->terms[word->term];
        if (word->kind < WORD_ORDINARY || !term->by_words) continue;
        facts->seekers[facts->seeker_count++] =
            (struct seeker){.letters = word->letters,
                            .first = word->glyphs[0].point,
                            .same = word->same,
                            .word = word,
                            .term = term,
                            .sound = word->sound[0],
                            .is_long = word->count >= FACTS_LONG};
        uint32_t bit = word->hash & FACTS_BITS;
        facts->hashes[bit / 64] |= UINT64_C(1) << bit % 64;
        if (word->count >= FACTS_PAIR) facts->pair_firsts |= 1u << word->glyphs[0].shape % 32;
        if (word->kind != WORD_TELLING) continue;
        if (word->count >= FACTS_SHORT) facts->short_firsts |= 1u << word->glyphs[0].point % 32;
    }
    facts->codes = ARENA_MANY(arena, facts->term_count + 1, uint32_t);
    for (size_t i = 0; i < facts->term_count; i++) {
        const struct term *term = &facts->terms[i];
        if (!facts_is_code(term)) continue;
        facts->codes[facts->code_count++] = (uint32_t)i;
        facts->code_signs |= UINT64_C(1) << term->glyphs[0].point % 64;
        facts->code_signs |= UINT64_C(1) << term->glyphs[term->glyph_count - 1].point % 64;
    }
}

/* The shapes that the text's second glyph may have where the text begins with the term, a bit each:
 * see like_may_start. */
static uint32_t seconds_of(const struct term *term)
{
    const uint32_t pairs = 1u << 'm' % 32 | 1u << 'w' % 32; /* "rn" and "vv" */
    if (term->glyph_count < 2) return UINT32_MAX;
    const struct glyph *second = &term->glyphs[1];
    if (second->point == 'm' || second->point == 'w') return UINT32_MAX;
    return pairs | 1u << second->shape % 32;
}

/* Where a term may begin in the text. */
static void index_beginnings(struct facts *facts, struct arena *arena)
{
    facts->long_names = ARENA_MANY(arena, facts->term_count + 1, uint32_t);
    for (size_t i = 0; i < facts->term_count; i++)
        if (facts_is_long_name(&facts->terms[i]))
            facts->long_names[facts->long_name_count++] = (uint32_t)i;
    for (size_t i = facts->term_count; i-- > 0;) {
        struct term *term = &facts->terms[i];
        const uint32_t first = term->glyphs[0].shape % FACTS_FIRSTS;
        facts->seconds[first] |= seconds_of(term);
        term->next = facts->by_first[first];
        facts->by_first[first] = (uint32_t)i + 1;
        if (!facts_may_be_told(term)) continue;
        term->next_told = facts->told_by_first[first];
        facts->told_by_first[first] = (uint32_t)i + 1;
    }
}

static void allow(struct facts *facts, const struct str *allowed, size_t count, struct arena *arena)
{
    uint32_t room = 16;
    while (room < count * 4) room *= 2;
    facts->allowed = ARENA_MANY(arena, room, struct slot);
    facts->allowed_mask = room - 1;
    for (size_t i = 0; i < count; i++) {
        struct norm norm;
        norm_fold(allowed[i], arena, &norm);
        /* "Mary Ann" allows each of its words. */
        for (size_t k = 0; k < norm.word_count && k < 2; k++) {
            uint32_t hash = norm.words[k].hash, at = hash & facts->allowed_mask;
            while (facts->allowed[at].index != 0 && facts->allowed[at].hash != hash)
                at = (at + 1) & facts->allowed_mask;
            facts->allowed[at] = (struct slot){hash, 1};
        }
    }
}

struct facts *facts_compile(const struct redact_term *terms, size_t term_count,
                            const struct str *allowed, size_t allowed_count,
                            const struct lexicon *lexicon, struct arena *arena)
{
    struct facts *facts = ARENA_ONE(arena, struct facts);
    facts->lexicon = lexicon;
    compile_terms(facts, terms, term_count, arena);
    index_terms(facts, arena);
    index_beginnings(facts, arena);
    facts_index_teams(facts, arena);
    facts_index_doubles(facts, arena);
    allow(facts, allowed, allowed_count, arena);
    return facts;
}

size_t facts_longest(const struct facts *facts)
{
    size_t longest = 0;
    for (size_t i = 0; i < facts->term_count; i++)
        if (facts->terms[i].glyph_count > longest) longest = facts->terms[i].glyph_count;
    return longest;
}

static bool allowed_hash(const struct facts *facts, uint32_t hash)
{
    uint32_t at = hash & facts->allowed_mask;
    while (facts->allowed[at].index != 0) {
        if (facts->allowed[at].hash == hash) return true;
        at = (at + 1) & facts->allowed_mask;
    }
    return false;
}

bool facts_allowed(const struct facts *facts, const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    return allowed_hash(facts, w->hash) ||
           (w->bare != w->count &&
            allowed_hash(facts, norm_hash(norm->glyphs + w->glyph, w->bare)));
}

const struct redact_term *facts_birth(const struct facts *facts, int year, int month, int day)
{
    for (size_t i = 0; i < facts->term_count; i++) {
        const struct date *birth = &facts->terms[i].birth;
        if (birth->month != month || birth->day != day || month == 0) continue;
        if (birth->year == 0 || year == 0 || birth->year == year) return facts->terms[i].given;
    }
    return NULL;
}
