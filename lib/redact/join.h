/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_JOIN_H
#define LETTERBOX_REDACT_JOIN_H

#include <stdbool.h>

#include "core/arena.h"
#include "redact/lexicon.h"
#include "redact/norm.h"

/*
 * Words that are written apart, put together:
 *
 *     P e m b e r t n · P.e.m.b.e.r.t.n     letters with the same sign between each two
 *     Pember-⏎ton · Pember-⏎> ton           a word over a line end, in a quoted letter too
 *
 * so that a name in pieces may be misspelt, or a part of a longer one, and is found all the same.
 */

/* No rule looks so many words far for anything but the letters of a term. */
enum { JOIN_NEAR = 64 };

/*
 * The text with such words as one; its glyphs are shared, and what was looked up of the other words
 * (lexicon_read) stays. Words of which none nearer than `near` words is joined are said to be
 * searched already. False if there is none to join.
 */
bool join_words(const struct norm *norm, const struct lexicon *lexicon, size_t near,
                struct arena *arena, struct norm *ret_joined);

#endif
