/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_DEPTH_H
#define LETTERBOX_CLEANER_MAIL_DEPTH_H

#include <stdbool.h>
#include <stddef.h>

#include <gumbo.h>

#include "core/str.h"

/*
 * How deep a page of HTML nests, told from its tags before it is parsed: the parser's time grows
 * with the square of it. Elements that end by themselves (<br>), and paragraphs, rows, cells and
 * items that the next one ends (HTML, 13.1.2.4 "Optional tags"), nest no deeper. The guess may be
 * too high for a page whose other elements have no ends; against one that is made to fool it stands
 * the limit of the sandbox's time.
 */
enum { DEPTH_MAX = 1000 };

bool depth_is_over(struct str html);

/* The element whose start tag's name is here, behind "<". */
GumboTag depth_tag(struct str name);

/* Where the end tag of a script or style begins, whose text is no HTML; the last byte without. */
size_t depth_end(struct str html, size_t start, GumboTag tag);

#endif
