/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/cue.h"

#include "core/err.h"
#include "core/str.h"
#include "redact/norm.h"

static const char *const lists[CUE_LISTS] = {
#define CUE(code, words) words,
#include "redact/cue.def"
#undef CUE
};

_Static_assert(CUE_LISTS <= 64, "a bit each");

enum { SLOTS = 16384 };

struct slot {
    uint32_t hash;
    uint64_t bits; /* 0: free */
};

struct cues {
    struct slot slots[SLOTS];
};

static void add(struct cues *cues, uint32_t hash, uint64_t bit)
{
    uint32_t at = hash % SLOTS;
    while (cues->slots[at].bits != 0 && cues->slots[at].hash != hash) at = (at + 1) % SLOTS;
    cues->slots[at].hash = hash;
    cues->slots[at].bits |= bit;
}

const struct cues *cues_new(struct arena *arena)
{
    struct cues *cues = ARENA_ONE(arena, struct cues);
    size_t words = 0;
    for (size_t i = 0; i < CUE_LISTS; i++) {
        struct str rest = str_from(lists[i]), word;
        for (; str_split(&rest, ' ', &word); words++)
            add(cues, norm_hash_ascii(word.at, word.len), UINT64_C(1) << i);
    }
    ASSERT(words < SLOTS / 2);
    return cues;
}

void cues_fetch(const struct cues *cues, uint32_t hash)
{
    __builtin_prefetch(&cues->slots[hash % SLOTS]);
}

uint64_t cues_of(const struct cues *cues, uint32_t hash)
{
    uint32_t at = hash % SLOTS;
    while (cues->slots[at].bits != 0) {
        if (cues->slots[at].hash == hash) return cues->slots[at].bits;
        at = (at + 1) % SLOTS;
    }
    return 0;
}
