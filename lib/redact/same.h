/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_SAME_H
#define LETTERBOX_REDACT_SAME_H

#include <stdint.h>

#include "core/arena.h"

/*
 * Which names are one and the same: Katherine, Katie and Kit; Ó Ceallacháin and O'Callaghan;
 * Featherstonehaugh and Fanshaw. The groups stand in same.def.
 */
struct same;

/* Compiles the groups; about 16 KiB in the arena. */
const struct same *same_new(struct arena *arena);

/* The group of the word with this norm_hash, 0 for none. */
uint32_t same_group(const struct same *same, uint32_t hash);

#endif
