/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_FACTS_H
#define LETTERBOX_REDACT_FACTS_H

#include <stddef.h>

#include "core/arena.h"
#include "core/str.h"
#include "redact/lexicon.h"
#include "redact/mark.h"
#include "redact/norm.h"
#include "redact/term.h"

/*
 * The recipient's leak list, found in a text in its disguises.
 *
 * A term is compiled to its glyphs and its words. A word of a term is
 *     generic   "primary", "road", "surgery": tells nothing alone
 *     weak      a number, a title, a bare letter, "the"
 *     ordinary  in the dictionary in small letters ("rose"): needs a capital letter or neighbours
 *     telling   anything else: found alone, misspelt, possessive, inside a longer word
 *
 * Found are: the whole term with any spacing and hyphenation, in letters that look alike (0 and o,
 * 1 and l, rn and m); its telling words alone, one or two letters wrong by length, or sounding
 * alike; and from there outwards the rest of the term and generic words beside it.
 */

struct facts;

/* Borrows the strings; lives in the arena. The strings are UTF-8. */
struct facts *facts_compile(const struct redact_term *terms, size_t term_count,
                            const struct str *allowed, size_t allowed_count,
                            const struct lexicon *lexicon, struct arena *arena);

/* scanned: the text was read off an image, where letters are mistaken for one another. */
void facts_find(const struct facts *facts, const struct norm *norm, bool scanned,
                struct arena *arena, struct marks *marks);

/* The letters and digits of the longest term. */
size_t facts_longest(const struct facts *facts);

/* Is this word an allowed first name? */
bool facts_allowed(const struct facts *facts, const struct norm *norm, size_t word);

/* Is this date of birth on the list (as day, month and year)? Returns the term, or NULL. */
const struct redact_term *facts_birth(const struct facts *facts, int year, int month, int day);

#endif
