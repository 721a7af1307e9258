/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_KIND_H
#define LETTERBOX_SANITISE_KIND_H

#include <stdbool.h>

#include "core/str.h"

/* What a document is, by its bytes; what its name says is only ever held against them. */
enum kind {
#define KIND(NAME, type) KIND_##NAME,
#include "sanitise/kind.def"
#undef KIND
    KIND_COUNT
};

/*
 * Looks at the first bytes and, for archives, at the names in the central directory, all with
 * bounds; reads nothing else. A mail is text that begins with header lines, at least one of them a
 * usual one. What looks like text but holds other control characters is KIND_UNKNOWN.
 */
enum kind kind_of(struct str bytes);

/* What the end of a name says, in any case of letters, and that ending ("jpg"); false where it says
 * nothing. */
bool kind_of_name(struct str name, enum kind *ret_kind, struct str *ret_ending);

/* "image/jpeg". */
const char *kind_type(enum kind kind);

/* Of pixels, and one that is taken. */
bool kind_is_picture(enum kind kind);

#endif
