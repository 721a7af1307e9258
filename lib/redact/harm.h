/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_HARM_H
#define LETTERBOX_REDACT_HARM_H

#include "redact/mark.h"

/*
 * What words of a category could give away of the writer, to whom the other side must not find the
 * way: the family in a letter of theirs, the relative in one of a relative's. NULL where the
 * category says enough.
 */
const char *harm_of(enum mark_category category, bool from_relative);

/* Adds it to the reasons of the marks that are guesses: "a name after a title (could lead to the
 * family)". The reasons are in the arena. */
void harm_tell(struct marks *marks, bool from_relative, struct arena *arena);

#endif
