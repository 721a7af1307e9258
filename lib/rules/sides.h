/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_SIDES_H
#define LETTERBOX_RULES_SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"
#include "rules/permit.h"

/*
 * For the wrong-side guard: the same person, postal address, e-mail or telephone number must not
 * stand on two sides of a child, nor on the family side of one child and the relatives' side of a
 * sibling. The database asks it of keyed digests (constraint party_on_one_side), so what is the
 * same must be written the same before it is digested.
 *
 * E-mails and telephones have their plain form in lib/mail/addr.h; postal addresses have it here:
 *
 *     14 Larkspur Ave., Otley, ls57 3dw     Flat 6            The Old Forge
 *     14, LARKSPUR AVENUE                   14 Tannery Row    Long Lane
 *     Leeds LS57 3DW                        BD92 7HL          LS57 9XX
 *     → "LS573DW 14"                        → "BD927HL 6 14"  → "LS579XX theoldforge"
 *
 * that is, the postcode and the numbers before the street's name, or the first line where there is
 * no number; without a British postcode the whole, folded, with kinds of street written out.
 */

enum { SIDES_ADDRESS_BYTES = 8000 };

/* The plain form; ERR_BAD_INPUT for an address without a letter or digit, ERR_BAD_UTF8,
 * ERR_TOO_BIG. */
MUST_CHECK enum err sides_address(struct str address, struct arena *arena, struct str *ret_plain);

#endif
