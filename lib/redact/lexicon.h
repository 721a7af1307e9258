/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_LEXICON_H
#define LETTERBOX_REDACT_LEXICON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "redact/norm.h"

/*
 * Which words are ordinary English, so that a leak list with "Rose" or "Reading" on it doesn't
 * black out the flower and the book. Made at build time from Debian's wbritish (SCOWL; free to use,
 * copy and distribute with its notice) and embedded; looked up by the hash of the folded word.
 */
struct lexicon;

/* Compiles the embedded list; about 1 MiB in the arena. */
const struct lexicon *lexicon_new(struct arena *arena);

/* Is it written in lower case in a dictionary ("rose")? */
bool lexicon_ordinary(const struct lexicon *lexicon, uint32_t hash);
/* Is it only ever written with a capital ("Ellie", "London")? */
bool lexicon_proper(const struct lexicon *lexicon, uint32_t hash);

#endif
