/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_CUE_H
#define LETTERBOX_REDACT_CUE_H

#include <stdint.h>

/* What a word says of the words beside it: one bit for each list of cue.def that has it. words.h
 * finds them. */

enum cue_list {
#define CUE(code, words) CUE_LIST_##code,
#include "redact/cue.def"
#undef CUE
    CUE_LISTS /* at most 64 */
};

/* The bit of a list: CUE_BIT(TITLE). */
#define CUE_BIT(code) (UINT64_C(1) << CUE_LIST_##code)

#endif
