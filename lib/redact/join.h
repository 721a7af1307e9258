/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_JOIN_H
#define LETTERBOX_REDACT_JOIN_H

#include <stdbool.h>

#include "core/arena.h"
#include "redact/norm.h"

/*
 * Words that are written apart, put together:
 *
 *     P e m b e r t n · P.e.m.b.e.r.t.n     letters with the same sign between each two
 *     Pember-⏎ton · Pember-⏎> ton           a word over a line end, in a quoted letter too
 *
 * so that a name in pieces may be misspelt, or a part of a longer one, and is found all the same.
 */

/*
 * The text with such words as one; its glyphs are shared and its rows are not read. False if there
 * is none.
 */
bool join_words(const struct norm *norm, struct arena *arena, struct norm *ret_joined);

#endif
