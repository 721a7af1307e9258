/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_CUE_H
#define LETTERBOX_REDACT_CUE_H

#include <stdint.h>

#include "core/arena.h"

/* What a word says of the words beside it: one bit for each list of cue.def that has it. */

enum cue_list {
#define CUE(code, words) CUE_LIST_##code,
#include "redact/cue.def"
#undef CUE
    CUE_LISTS /* at most 64 */
};

/* The bit of a list: CUE_BIT(TITLE). */
#define CUE_BIT(code) (UINT64_C(1) << CUE_LIST_##code)

struct cues;

/* Compiles the lists; about 256 KiB in the arena. */
const struct cues *cues_new(struct arena *arena);

/* Has the memory of a word's slot come while others are looked up. */
void cues_fetch(const struct cues *cues, uint32_t hash);

/* The bits of the lists that hold the word with this norm_hash. */
uint64_t cues_of(const struct cues *cues, uint32_t hash);

#endif
