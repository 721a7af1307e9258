/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_NUM_H
#define LETTERBOX_CORE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

/* Sizes are added and multiplied here: false, and nothing stored, when the result does not fit. */
bool num_add(size_t a, size_t b, size_t *ret_sum);
bool num_multiply(size_t a, size_t b, size_t *ret_product);

/*
 * Decimal digits, with one '-' before them where the bounds allow it; the whole string, at least
 * one digit, no spaces, no sign '+'; false unless min <= value <= max.
 */
bool num_parse(struct str text, int64_t min, int64_t max, int64_t *ret_value);

#endif
