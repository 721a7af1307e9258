/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_LOOKALIKE_H
#define LETTERBOX_REDACT_LOOKALIKE_H

#include <stdint.h>

/*
 * The ASCII letters that this letter looks like or is written as, where it is one of another
 * alphabet, or of ours that doesn't decompose: "a" for the Cyrillic а, "ss" for ß. NULL for none.
 * The point is one that case folding leaves.
 */
const char *lookalike_ascii(uint32_t point);

#endif
