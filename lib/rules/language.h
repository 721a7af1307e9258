/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_LANGUAGE_H
#define LETTERBOX_RULES_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

/*
 * The languages in which people who write by way of an agency may want to be written to, by their
 * codes of ISO 639 (two letters, three where there are not two). "und", undetermined in ISO 639, is
 * one that is not listed: the note in the record says which.
 */
struct language {
    const char *code, *name; /* the name in English */
};

/* English first, the rest by their names; NULL past the last. */
const struct language *language_at(size_t number);
/* "Polish"; empty for a code that is not listed. */
struct str language_name(struct str code);
/* From a name in English or a code, in any case, also "en-GB"; false: not listed. */
bool language_find(struct str word, struct str *ret_code);
/* Has the form of a code, listed or not. */
bool language_is_code(struct str word);

#endif
