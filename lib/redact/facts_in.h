/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_FACTS_IN_H
#define LETTERBOX_REDACT_FACTS_IN_H

#include <string.h>

#include "redact/date.h"
#include "redact/facts.h"
#include "redact/like.h"

/* For facts.c, which compiles the leak list, and facts_find.c, which searches for it. */

/* "Saint" as it is written here and by families from elsewhere. */
#define FACTS_SAINTS "st saint sw swietego swietej sfantul sfanta san sankt"

enum kind_of_word { WORD_GENERIC, WORD_WEAK, WORD_ORDINARY, WORD_TELLING };

struct term_word {
    const struct glyph *glyphs;
    uint32_t count;
    uint32_t hash;
    uint32_t term;
    enum kind_of_word kind;
    uint32_t same; /* group of names that are one, 0 for none */
    bool saint;    /* "St" */
    uint64_t letters;
    char sound[LIKE_SOUND + 1];
};

struct term {
    const struct redact_term *given;
    const struct glyph *glyphs;
    uint32_t glyph_count;
    uint32_t first, count;        /* words */
    uint32_t solid;               /* words that are ordinary or telling */
    bool digits;                  /* holds a digit */
    bool one_ordinary;            /* one word, and an ordinary one */
    bool by_words;                /* may be found by its words; else only whole */
    bool telling;                 /* one of its words is telling */
    const struct glyph *initials; /* of its words, if it has two or more */
    uint32_t initial_count;
    struct date birth;  /* month 0: not a date */
    uint32_t next;      /* of the same first glyph, in order, + 1 */
    uint32_t next_told; /* … that may be told (facts_told.c) */
};

/* A word that is sought, ordinary or telling: what tells at a glance that it is another. */
struct seeker {
    uint64_t letters;
    uint32_t first; /* point of its first glyph */
    uint32_t same;  /* as its word has it */
    const struct term_word *word;
    const struct term *term;
    char sound;   /* the first of its word's, or NUL */
    bool is_long; /* may be misspelt twice */
};

struct slot {
    uint32_t hash;
    uint32_t index; /* + 1 */
};

enum {
    FACTS_BITS = 32 * 64 - 1,
    FACTS_FIRSTS = 128,
    FACTS_UNLIKE = 128,
    FACTS_PAIR = 8,    /* letters of a word that is sought in two pieces, at least */
    FACTS_SHORT = 6,   /* letters of a word that is sought by its first letters, at least */
    FACTS_STEM = 4,    /* letters that stay where a word is inflected, at least */
    FACTS_LONG = 8,    /* letters of a word that may be misspelt twice, at least */
    FACTS_CAPITAL = 7, /* letters of a name that may be an ordinary word but for its capital */
};

struct facts {
    struct term *terms;
    size_t term_count;
    size_t name_count; /* terms that are names */
    struct term_word *words;
    size_t word_count;
    struct seeker *seekers;
    size_t seeker_count;
    uint32_t by_first[FACTS_FIRSTS]; /* a term by the shape of its first glyph, + 1 */
    uint32_t
        seconds[FACTS_FIRSTS]; /* … a bit for the shape of each second glyph, read as it may be */
    uint32_t told_by_first[FACTS_FIRSTS]; /* of those that may be told */
    uint32_t *codes;                      /* terms that may be said letter by letter */
    size_t code_count;
    uint64_t code_signs; /* a bit for the first and the last sign of each: see facts_has_sign */
    struct slot *allowed;
    uint32_t allowed_mask;
    uint64_t hashes[32];  /* a bit for each hash of a word of a term */
    uint32_t *long_names; /* terms that may have another name inside them */
    size_t long_name_count;
    uint32_t *doubles; /* surnames of two words with a hyphen */
    size_t double_count;
    uint32_t double_firsts; /* a bit for the first letter of each */
    uint32_t *teams;        /* terms whose last word a team calls itself by */
    size_t team_count;
    uint32_t team_firsts;  /* a bit for the first letter of each such word */
    uint32_t pair_firsts;  /* a bit for the shape of the first letter of each word of FACTS_PAIR */
    uint32_t short_firsts; /* a bit for the first letter of each word of FACTS_SHORT */
    const struct lexicon *lexicon;
    const struct norm *norm; /* of all terms, one behind the other */
    struct glyph *initials;  /* of their words */
};

/* Words that tell nothing alone, by the kind of term they stand in; NULL for none. */
const struct word_list *facts_generic(enum mark_category category);

/* ---- for facts_find.c and its parts ---- */

/* White space to the next line of an address that stands on the right. */
enum { LETTERHEAD = 90 };

struct search {
    const struct facts *facts;
    const struct norm *norm;
    bool scanned;
    struct arena *arena;
    struct marks *marks;
    uint32_t unlike[FACTS_UNLIKE]; /* a word that is like none that is sought, by its hash, + 1 */
};

/* Why, round the term as it is on file. */
struct reason {
    const char *before, *after;
};

extern const struct reason facts_why_whole, facts_why_spelled, facts_why_shape, facts_why_apart,
    facts_why_part, facts_why_one, facts_why_two, facts_why_sound, facts_why_inside,
    facts_why_initials, facts_why_short, facts_why_form, facts_why_mutated;

struct fit {
    int confidence; /* 0: none */
    const struct reason *why;
    bool bare; /* up to the possessive or plural ending */
};

/* What dictionaries and lists say of a word of the text. */
static inline unsigned facts_kinds(const struct norm *norm, size_t word)
{
    return norm->kinds[word];
}

static inline bool facts_ordinary(const struct norm *norm, size_t word)
{
    return (norm->kinds[word] & LEXICON_ORDINARY) != 0;
}

static inline bool facts_proper(const struct norm *norm, size_t word)
{
    return (norm->kinds[word] & (LEXICON_PROPER | LEXICON_ORDINARY)) == LEXICON_PROPER;
}

/* May a term that is a code begin or end with this letter or digit? */
static inline bool facts_has_sign(const struct facts *facts, uint32_t point)
{
    return (facts->code_signs >> point % 64 & 1) != 0;
}

#define is_any(norm, word, list) words_has((norm), (word), WORDS(list))
#define after_cue(s, word, list) facts_after((s), (word), WORDS(list))
#define before_cue(s, last, list) facts_before((s), (last), WORDS(list))

bool facts_at_work(const struct search *s, size_t word, enum mark_category category);
/* An ordinary word that is on the list: is it meant? */
bool facts_meant(const struct search *s, size_t word, size_t last, enum mark_category category);
bool facts_on_an_app(const struct norm *norm, size_t first, size_t last);
bool facts_only_words(const struct search *s, const struct term *term, size_t first, size_t last);
bool facts_a_person(const struct search *s, size_t word, enum mark_category category);
bool facts_another_thing(const struct search *s, size_t first, size_t last,
                         enum mark_category category);
bool facts_longer_name(const struct search *s, size_t word, const struct term *term);
bool facts_only_a_saint(const struct search *s, const struct term *term, size_t word);
/* A day, a pet, a saint, a toy, a book or a queen of that name? */
bool facts_spared(const struct search *s, const struct term *term, size_t first, size_t last);
/* "her Priory jumper", "a Priory girl": a word of a school? */
bool facts_worn(const struct search *s, size_t word, enum mark_category category);
bool facts_feast(const struct search *s, size_t last);
bool facts_only_a_shop(const struct search *s, size_t word, enum mark_category category);
bool facts_a_trip(const struct search *s, size_t word, enum mark_category category);
bool facts_rare_word(const struct search *s, size_t word);
/* "at the lakeside", where a surgery is Lakeside: a word in small letters behind "the". */
bool facts_small_thing(const struct search *s, size_t word, enum mark_category category);
bool facts_foreign_here(const struct search *s, size_t word);
bool facts_of_another_name(const struct search *s, const struct term *term, size_t word);
/* Does one of these stand right before the word, in the same sentence? */
bool facts_after(const struct search *s, size_t word, const struct word_list *list);
/* … right behind it? */
bool facts_before(const struct search *s, size_t last, const struct word_list *list);
bool facts_house_number(const struct norm *norm, size_t word);
/* Marks the words with what goes with them; `bare`: without a possessive ending. */
void facts_propose(struct search *s, const struct term *term, size_t first, size_t last, bool bare,
                   int confidence, const struct reason *why);
bool facts_contracted(const struct glyph *glyphs, uint32_t count, const struct term_word *t);
bool facts_joins(const struct norm *norm, size_t word);
/* From a word that fits, outwards to what belongs to it. Returns the term's own words taken in. */
size_t facts_extend(const struct search *s, const struct term *term, size_t *first, size_t *last,
                    bool *bare);
bool facts_is_generic(enum mark_category category, const struct norm *norm, size_t word);
bool facts_generic_beside(const struct search *s, const struct term *term, size_t last);
uint32_t facts_singular(const struct glyph *glyphs, uint32_t count);
bool facts_boro(const struct glyph *glyphs, size_t count, const struct term_word *t);
/* Is the sound that of the term's word without a last x? */
bool facts_silent_end(const struct term_word *t, const char *sound);
/* … or its own? */
static inline bool facts_sounds_like(const struct term_word *t, const char *sound)
{
    return sound[0] == t->sound[0] && (strcmp(sound, t->sound) == 0 || facts_silent_end(t, sound));
}
bool facts_after_first_name(const struct search *s, size_t word);
/* How well the word of the text fits the term's word. */
struct fit facts_fits(const struct search *s, size_t word, const struct term_word *t, bool ordinary,
                      uint64_t letters, const char *sound);
/* May the term be said letter by letter? */
bool facts_is_code(const struct term *term);
/* Numbers and codes whose letters and digits are words. */
void facts_find_spelled(struct search *s, size_t word);
/* … a phone number told in pieces over some sentences. */
void facts_find_pieces(struct search *s);
/* May the term be told to a listener, or its words be slightly wrong? */
bool facts_may_be_told(const struct term *term);
bool facts_is_long_name(const struct term *term);
/* What is told to a listener, or slightly wrong. */
void facts_find_told(struct search *s, size_t word);
/* A term's word in two pieces, misspelt besides or as it sounds. */
void facts_find_pair(struct search *s, size_t word);
/* Are they words or names that people write anyhow, each of them? */
bool facts_all_known(const struct search *s, size_t first, size_t last);
void facts_find_masked(struct search *s, size_t word);
void facts_find_clipped(struct search *s, size_t word);
void facts_find_last_digits(struct search *s, size_t word);
void facts_find_initials(struct search *s, size_t word);
void facts_find_first_letter(struct search *s, size_t word);
void facts_find_short(struct search *s, size_t word);
void facts_index_doubles(struct facts *facts, struct arena *arena);
/* A double surname by its letters. */
void facts_find_double(struct search *s, size_t word);
void facts_index_teams(struct facts *facts, struct arena *arena);
/* The last word of a team's name, alone. */
void facts_find_team(struct search *s, size_t word);

#endif
