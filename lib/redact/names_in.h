/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_NAMES_IN_H
#define LETTERBOX_REDACT_NAMES_IN_H

#include "redact/cue.h"
#include "redact/names.h"

/* For names.c and its parts names_*.c. */

struct names {
    struct patterns *p;
    const struct norm *norm;
    const uint64_t *cues; /* the norm's */
    uint16_t *kinds;      /* enum lexicon_kind of each word without its possessive ending */
    bool *next;           /* names_next of each word */
    bool caseless;        /* capitals tell nothing here */
    bool loose;           /* the writer gives ordinary words capitals */
    bool crowded;         /* full of names that everybody knows */
};

/* Is the word on this list of cue.def? */
#define IS(n, word, list) (((n)->cues[word] & CUE_BIT(list)) != 0)

void names_person(struct names *n, size_t word);
void names_after_first(struct names *n, size_t word);
void names_lone(struct names *n, size_t word);
void names_place(struct names *n, size_t word);
void names_where(struct names *n, size_t word);
void names_small(struct names *n, size_t word);
void names_beside(struct names *n);

/* ---- for the parts ---- */

void names_mark(struct names *n, size_t first, size_t last, enum mark_category category,
                int confidence, const char *why);

static inline bool names_capital(const struct names *n, size_t word)
{
    return n->norm->words[word].flags & WORD_CAPITAL;
}

/* One space, or a full stop and a space after a title or initial. */
static inline bool names_next(const struct names *n, size_t word)
{
    return n->next[word];
}

/* The same, or a hyphen: "Okonjo-Bright". */
bool names_joined(const struct names *n, size_t word);
/* Is the text round this word in another language than English? */
bool names_foreign(const struct names *n, size_t word);
/* No list has the word, or only that of seldom names and surnames. */
bool names_unknown(const struct names *n, size_t word);
/* An allowed or a known first name. */
bool names_first_name(const struct names *n, size_t word);
/* Are this and the next word somebody or something that everybody knows? */
bool names_famous(const struct names *n, size_t word);
/* Are these words together the name of a British town or village? */
bool names_british(const struct names *n, size_t first, size_t last);
/* Known to everybody, and locates nobody. */
bool names_safe(const struct names *n, size_t word);
/* A word of two letters or more that begins with a capital, and not only because it opens a
 * sentence. */
bool names_shaped(const struct names *n, size_t word);
/* The last word of the name that begins here: "St Mary's", "Stoke-on-Trent", "Hall & Sons". */
size_t names_run(const struct names *n, size_t word);
/* What a place beside these words is, from the words of its sentence. */
enum mark_category names_category(const struct names *n, size_t first, size_t last);
/* … a place by its kind, unless somebody works there. */
enum mark_category names_at_work(const struct names *n, size_t first, enum mark_category category);
/* The category of a word like "school" or "surgery"; false if it is none. */
bool names_kind_of(uint64_t cues, enum mark_category *ret_category);
#define NAMES_KINDS (CUE_BIT(K_SCHOOL) | CUE_BIT(K_MEDICAL) | CUE_BIT(K_WORK) | CUE_BIT(K_PLACE))
static inline bool names_kind(const struct names *n, size_t word, enum mark_category *ret_category)
{
    return (n->cues[word] & NAMES_KINDS) != 0 && names_kind_of(n->cues[word], ret_category);
}
/* Does one of these lists hold a word among the `back` before it, in the same sentence? */
bool names_after(const struct names *n, size_t word, size_t back, uint64_t lists);
/* … among the `ahead` words after it? */
bool names_before(const struct names *n, size_t word, size_t ahead, uint64_t lists);

/* Is it a game, a show, a story, a holiday? `cue`: the word before it that says where. */
bool names_known(const struct names *n, size_t first, size_t last, size_t cue);
/* Is it put together as British places are? */
bool names_place_like(const struct names *n, size_t word);
/* What stands before a name and says that it is a place (names_where.c). */
struct where {
    size_t cue;  /* the word that says so */
    bool the;    /* an article stands between */
    bool strict; /* "at", "near" */
    bool lives;  /* somebody lives or was born there */
    bool for_it; /* "plays for" */
    bool in;     /* "in", "out of" */
    bool goes;   /* "goes to" */
    bool does;   /* somebody works, learns or is treated there */
};

extern const char names_why_known[], names_why_unknown[];
/* Is the one word a place there? Then why, and how sure. */
bool names_one_word(const struct names *n, size_t word, const struct where *where,
                    const char **ret_why, int *ret_confidence);
/* "still go to Bethania", "I help at the Zion": what chapels and churches are named after. */
bool names_chapel(const struct names *n, size_t word, const struct where *where);

/* Could the word be somebody's surname? */
bool names_surname(const struct names *n, size_t word);
/* The last word of the surname: "Okonjo-Bright". */
size_t names_surname_end(const struct names *n, size_t word);
/* Somebody whom everybody knows, as the words beside the name tell: of a song, a film, a team? */
bool names_public(const struct names *n, size_t first);
/* Is it a first name with the s of what is hers or his, and a small word behind it? */
bool names_own(const struct names *n, size_t word);
/* Does a score of a match stand behind it? */
bool names_score(const struct names *n, size_t last);
/* The capitals before the kind at `word`; false if none is a name. */
bool names_named_before(const struct names *n, size_t word, size_t *ret_first);

#endif
