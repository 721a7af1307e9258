/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/words.h"

#include <string.h>

#include "core/err.h"

/* The linker's names for the two ends of the section. */
extern const struct word_list __start_word_lists[] __attribute__((weak)),
    __stop_word_lists[] __attribute__((weak)); /* none where no list was linked */

enum { ROW_BITS = 64 };

struct slot {
    uint32_t hash;
    uint32_t row; /* 0: free */
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
    words->wide = (lists + ROW_BITS - 1) / ROW_BITS;
    words->rows = ARENA_MANY(arena, (most + 1) * words->wide, uint64_t);
    uint32_t made = 0;
    for (size_t i = 0; i < lists; i++) {
        for (const char *at = next_word(__start_word_lists[i].words, &len); len > 0;
             at = next_word(at + len, &len)) {
            uint32_t hash = norm_hash_ascii(at, len), slot = find(words, hash);
            if (words->slots[slot].row == 0) words->slots[slot] = (struct slot){hash, ++made};
            words->rows[words->slots[slot].row * words->wide + i / ROW_BITS] |= UINT64_C(1)
                                                                                << i % ROW_BITS;
        }
    }
    return words;
}

void words_read(const struct words *words, struct norm *norm, struct arena *arena)
{
    norm->rows = ARENA_MANY(arena, norm->word_count + 1, const uint64_t *);
    for (size_t i = 0; i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        uint32_t row = words->slots[find(words, w->hash)].row;
        if (row == 0 && w->bare != w->count)
            row = words->slots[find(words, norm_hash(norm->glyphs + w->glyph, w->bare))].row;
        if (row != 0) norm->rows[i] = words->rows + row * words->wide;
    }
}

bool words_has(const struct norm *norm, size_t word, const struct word_list *list)
{
    if (word >= norm->word_count || norm->rows == NULL || norm->rows[word] == NULL) return false;
    size_t id = (size_t)(list - __start_word_lists);
    return (norm->rows[word][id / ROW_BITS] >> id % ROW_BITS & 1) != 0;
}
