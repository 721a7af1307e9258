/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/same.h"

#include "core/err.h"
#include "core/str.h"
#include "redact/norm.h"

static const char *const groups[] = {
#define SAME(words) words,
#include "redact/same.def"
#undef SAME
};

enum { SLOTS = 8192 }; /* mostly free: nearly all words are no such name */

struct slot {
    uint32_t hash;
    uint32_t group; /* 0: free */
};

struct same {
    struct slot slots[SLOTS];
};

const struct same *same_new(struct arena *arena)
{
    struct same *same = ARENA_ONE(arena, struct same);
    size_t words = 0;
    for (uint32_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        struct str rest = str_from(groups[i]), word;
        for (; str_split(&rest, ' ', &word); words++) {
            uint32_t hash = norm_hash_ascii(word.at, word.len), at = hash % SLOTS;
            /* Where a name stands in two groups the first has it. */
            while (same->slots[at].group != 0 && same->slots[at].hash != hash)
                at = (at + 1) % SLOTS;
            if (same->slots[at].group == 0) same->slots[at] = (struct slot){hash, i + 1};
        }
    }
    ASSERT(words < SLOTS / 4);
    return same;
}

uint32_t same_group(const struct same *same, uint32_t hash)
{
    uint32_t at = hash % SLOTS;
    while (same->slots[at].group != 0) {
        if (same->slots[at].hash == hash) return same->slots[at].group;
        at = (at + 1) % SLOTS;
    }
    return 0;
}
