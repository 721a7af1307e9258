/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_UNSEEN_H
#define LETTERBOX_REDACT_UNSEEN_H

#include <stddef.h>

#include "core/buf.h"
#include "core/str.h"

/*
 * Characters that show nothing: zero width spaces and joiners, direction marks, tags, variation
 * selectors, fillers. No reviewer sees them, they go along when a text is copied, and a whole
 * letter can be written in them; direction marks make a page show other words than it holds.
 *
 * What a script or an emoji needs stays: a joiner between two characters that are not ASCII, one
 * selector of text or emoji style after such a character or before the keycap's frame, and the tags
 * of the flags of England, Scotland and Wales.
 *
 * Source: Unicode 15, DerivedCoreProperties.txt (Default_Ignorable_Code_Point) and UTS #51 (emoji).
 */

/* Adds the text without them; bytes that are not UTF-8 stay. */
void unseen_drop(struct str text, struct buf *ret_text);
/* How many there are. */
size_t unseen_count(struct str text);

#endif
