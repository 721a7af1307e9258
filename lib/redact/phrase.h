/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_PHRASE_H
#define LETTERBOX_REDACT_PHRASE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "redact/norm.h"

/*
 * Phrases found in folded words.
 *
 * A phrase is written as elements with one space between them:
 *     ring             this word (folded: lower case, no accents, no apostrophe)
 *     ring|call|phone  one of these
 *     @YOU             one of a named class (phrase_class)
 *     ~3               up to three words of any kind may stand here
 *     ?really|so       one of these may stand here or not
 *     meet*            any word that begins so (at least three letters before the star)
 * The first element is a word, alternatives or a class without stars. A phrase never runs over the
 * end of a sentence or a paragraph. Each word of the text is tried only against the phrases that
 * can begin with it, and each try looks at a bounded number of words, so time is linear.
 */

struct phrase_class {
    const char *name;  /* "YOU" */
    const char *words; /* "you|u|ya" */
};

struct phrase {
    int kind; /* the caller's */
    const char *text;
    const char *why;
};

struct phrase_hit {
    size_t first, last;          /* words, both inside */
    const struct phrase *phrase; /* of the caller's table */
};

struct phrase_set;

/*
 * Compiles a table; it and the classes end with a NULL text or name and must outlive the set. A
 * mistake in a phrase is a bug of ours and ends the process.
 */
struct phrase_set *phrase_compile(const struct phrase *table, const struct phrase_class *classes,
                                  struct arena *arena);

/* The longest hit of each phrase beginning at this word: found(context, hit). */
void phrase_at(const struct phrase_set *set, const struct norm *norm, size_t word,
               void (*found)(void *context, struct phrase_hit hit), void *context);

#endif
