/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_KIND_H
#define LETTERBOX_SANITISE_KIND_H

#include "core/str.h"

/* What a document is, by its bytes: never by its name or by what its sender called it. */
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

/* "image/jpeg". */
const char *kind_type(enum kind kind);

#endif
