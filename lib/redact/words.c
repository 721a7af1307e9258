/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/words.h"

#include <string.h>

#include "core/err.h"
#include "redact/cue.h"

static const char *const cue_lists[CUE_LISTS] = {
#define CUE(code, words) words,
#include "redact/cue.def"
#undef CUE
};

_Static_assert(CUE_LISTS <= 64, "a bit each");

/* What is known of a word; free where it has neither cues nor a row. */
struct slot {
    uint64_t cues; /* CUE_BIT */
    uint32_t hash;
    uint16_t row;    /* 0: no list of a scanner has it */
    uint16_t begins; /* enum words_begin */
};

struct words {
    struct slot *slots;
    uint32_t mask;
    uint64_t *rows; /* the first is empty */
    size_t wide;    /* uint64_t a row */
};

static struct slot *find(const struct words *words, uint32_t hash)
{
    uint32_t at = hash & words->mask;
    while (words->slots[at].hash != hash &&
           (words->slots[at].row != 0 || words->slots[at].cues != 0))
        at = (at + 1) & words->mask;
    return &words->slots[at];
}

/* The next word of a list, and its length: 0 behind the last. */
static const char *next_word(const char *at, size_t *ret_len)
{
    while (*at == ' ') at++;
    *ret_len = strcspn(at, " ");
    return at;
}

static size_t words_of(const char *list)
{
    size_t count = 0, len;
    for (const char *at = next_word(list, &len); len > 0; at = next_word(at + len, &len)) count++;
    return count;
}

/* Sets the list's bit in the row of each of its words. */
static void add_list(struct words *words, size_t id, uint16_t *made)
{
    const struct word_list *list = &__start_word_lists[id];
    size_t len;
    for (const char *at = next_word(list->words, &len); len > 0; at = next_word(at + len, &len)) {
        const uint32_t hash = norm_hash_ascii(at, len);
        struct slot *slot = find(words, hash);
        slot->hash = hash;
        if (slot->row == 0) slot->row = ++*made;
        words->rows[slot->row * words->wide + id / WORDS_ROW_BITS] |= UINT64_C(1)
                                                                      << id % WORDS_ROW_BITS;
        slot->begins |= (uint16_t)list->begins;
    }
}

static void add_cues(struct words *words, size_t id)
{
    size_t len;
    for (const char *at = next_word(cue_lists[id], &len); len > 0; at = next_word(at + len, &len)) {
        const uint32_t hash = norm_hash_ascii(at, len);
        struct slot *slot = find(words, hash);
        slot->hash = hash;
        slot->cues |= UINT64_C(1) << id;
    }
}

const struct words *words_new(struct arena *arena)
{
    const size_t lists = (size_t)(__stop_word_lists - __start_word_lists);
    size_t most = 0, cues = 0;
    for (size_t i = 0; i < lists; i++) most += words_of(__start_word_lists[i].words);
    for (size_t i = 0; i < CUE_LISTS; i++) cues += words_of(cue_lists[i]);
    struct words *words = ARENA_ONE(arena, struct words);
    uint32_t room = 1024;
    while (room < (most + cues) * 2) room *= 2;
    words->mask = room - 1;
    words->slots = ARENA_MANY(arena, room, struct slot);
    words->wide = (lists + WORDS_ROW_BITS - 1) / WORDS_ROW_BITS;
    words->rows = ARENA_MANY(arena, (most + 1) * words->wide, uint64_t);
    ASSERT(most < UINT16_MAX);
    uint16_t made = 0;
    for (size_t i = 0; i < lists; i++) add_list(words, i, &made);
    for (size_t i = 0; i < CUE_LISTS; i++) add_cues(words, i);
    return words;
}

void words_fetch(const struct words *words, uint32_t hash)
{
    __builtin_prefetch(&words->slots[hash & words->mask]);
}

void words_read(const struct words *words, struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    const struct slot *slot = find(words, w->hash), *bare = slot;
    if (w->bare != w->count) {
        bare = find(words, norm_bare_hash(norm, w));
        if (slot->row == 0) slot = bare;
    }
    norm->rows[word] = slot->row == 0 ? NULL : words->rows + slot->row * words->wide;
    norm->begins[word] = slot->begins;
    norm->cues[word] = bare->cues;
}

uint64_t words_cues(const struct words *words, uint32_t hash)
{
    return find(words, hash)->cues;
}
