/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/words.h"

#include <string.h>

#include "core/err.h"

struct slot {
    uint32_t hash;
    uint16_t row;    /* 0: free */
    uint16_t begins; /* enum words_begin */
};

struct words {
    struct slot *slots;
    uint32_t mask;
    uint64_t *rows; /* the first is empty */
    size_t wide;    /* uint64_t a row */
};

static uint32_t find(const struct words *words, uint32_t hash)
{
    uint32_t at = hash & words->mask;
    while (words->slots[at].row != 0 && words->slots[at].hash != hash) at = (at + 1) & words->mask;
    return at;
}

/* Calls for each word of a list with its length. */
static const char *next_word(const char *at, size_t *ret_len)
{
    while (*at == ' ') at++;
    *ret_len = strcspn(at, " ");
    return at;
}

const struct words *words_new(struct arena *arena)
{
    const size_t lists = (size_t)(__stop_word_lists - __start_word_lists);
    size_t most = 0, len;
    for (size_t i = 0; i < lists; i++)
        for (const char *at = next_word(__start_word_lists[i].words, &len); len > 0;
             at = next_word(at + len, &len))
            most++;
    struct words *words = ARENA_ONE(arena, struct words);
    uint32_t room = 1024;
    while (room < most * 2) room *= 2;
    words->mask = room - 1;
    words->slots = ARENA_MANY(arena, room, struct slot);
    words->wide = (lists + WORDS_ROW_BITS - 1) / WORDS_ROW_BITS;
    words->rows = ARENA_MANY(arena, (most + 1) * words->wide, uint64_t);
    ASSERT(most < UINT16_MAX);
    uint16_t made = 0;
    for (size_t i = 0; i < lists; i++) {
        for (const char *at = next_word(__start_word_lists[i].words, &len); len > 0;
             at = next_word(at + len, &len)) {
            uint32_t hash = norm_hash_ascii(at, len);
            struct slot *slot = &words->slots[find(words, hash)];
            if (slot->row == 0) *slot = (struct slot){hash, ++made, 0};
            words->rows[slot->row * words->wide + i / WORDS_ROW_BITS] |= UINT64_C(1)
                                                                         << i % WORDS_ROW_BITS;
            slot->begins |= (uint16_t)__start_word_lists[i].begins;
        }
    }
    return words;
}

void words_fetch(const struct words *words, uint32_t hash)
{
    __builtin_prefetch(&words->slots[hash & words->mask]);
}

void words_read(const struct words *words, struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    const struct slot *slot = &words->slots[find(words, w->hash)];
    if (slot->row == 0 && w->bare != w->count)
        slot = &words->slots[find(words, norm_bare_hash(norm, w))];
    norm->rows[word] = slot->row == 0 ? NULL : words->rows + slot->row * words->wide;
    norm->begins[word] = slot->begins;
}
