/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/lexicon.h"

#include <endian.h>
#include <string.h>

#include "core/embed.h"
#include "core/err.h"
#include "redact/same.h"

extern const struct embedded_file embedded_lexicon[]; /* made by the Makefile */

/*
 * The table that ops/lexicon/build.mjs makes, little endian and not aligned:
 *
 *     slots (4 bytes, a power of two) · a hash for each (4) · its kinds (2; 0: free)
 */
struct lexicon {
    const char *hashes, *kinds;
    uint32_t mask;
    const struct same *same;
    const struct words *words;
};

enum { HASH_BYTES = 4, KINDS_BYTES = 2 };

static uint32_t hash_at(const char *hashes, uint32_t at)
{
    uint32_t hash;
    memcpy(&hash, hashes + (size_t)at * HASH_BYTES, HASH_BYTES);
    return le32toh(hash);
}

static unsigned kinds_at(const char *kinds, uint32_t at)
{
    uint16_t bits;
    memcpy(&bits, kinds + (size_t)at * KINDS_BYTES, KINDS_BYTES);
    return le16toh(bits);
}

const struct lexicon *lexicon_new(struct arena *arena)
{
    struct str table;
    ASSERT(embed_find(embedded_lexicon, STR("words.bin"), &table));
    uint32_t slots = hash_at(table.at, 0);
    ASSERT(table.len == HASH_BYTES + (size_t)slots * (HASH_BYTES + KINDS_BYTES));
    struct lexicon *lexicon = ARENA_ONE(arena, struct lexicon);
    lexicon->hashes = table.at + HASH_BYTES;
    lexicon->kinds = lexicon->hashes + (size_t)slots * HASH_BYTES;
    lexicon->mask = slots - 1;
    lexicon->same = same_new(arena);
    lexicon->words = words_new(arena);
    return lexicon;
}

unsigned lexicon_kinds(const struct lexicon *lexicon, uint32_t hash)
{
    for (uint32_t at = hash & lexicon->mask;; at = (at + 1) & lexicon->mask) {
        unsigned kinds = kinds_at(lexicon->kinds, at);
        if (kinds == 0 || hash_at(lexicon->hashes, at) == hash) return kinds;
    }
}

/* Has the memory of this word's slot come while others are looked up. */
static void lexicon_fetch(const struct lexicon *lexicon, uint32_t hash)
{
    uint32_t at = hash & lexicon->mask;
    __builtin_prefetch(lexicon->hashes + (size_t)at * HASH_BYTES);
    __builtin_prefetch(lexicon->kinds + (size_t)at * KINDS_BYTES);
    words_fetch(lexicon->words, hash);
}

void lexicon_read_word(const struct lexicon *lexicon, struct norm *norm, size_t word)
{
    words_read(lexicon->words, norm, word);
    norm->kinds[word] = (uint16_t)lexicon_kinds(lexicon, norm->words[word].hash);
}

void lexicon_read(const struct lexicon *lexicon, struct norm *norm, struct arena *arena)
{
    enum { AHEAD = 8 }; /* words */
    norm_measure(norm, arena);
    norm->rows = ARENA_MANY(arena, norm->word_count + 1, const uint64_t *);
    norm->cues = ARENA_MANY(arena, norm->word_count + 1, uint64_t);
    norm->begins = ARENA_MANY(arena, norm->word_count + 2, uint16_t);
    norm->kinds = ARENA_MANY(arena, norm->word_count + 1, uint16_t);
    for (size_t i = 0; i < norm->word_count; i++) {
        if (i + AHEAD < norm->word_count) lexicon_fetch(lexicon, norm->words[i + AHEAD].hash);
        lexicon_read_word(lexicon, norm, i);
    }
}

const struct words *lexicon_words(const struct lexicon *lexicon)
{
    return lexicon->words;
}

uint32_t lexicon_same(const struct lexicon *lexicon, uint32_t hash)
{
    return same_group(lexicon->same, hash);
}

bool lexicon_ordinary(const struct lexicon *lexicon, uint32_t hash)
{
    return lexicon_kinds(lexicon, hash) & LEXICON_ORDINARY;
}

bool lexicon_proper(const struct lexicon *lexicon, uint32_t hash)
{
    unsigned kinds = lexicon_kinds(lexicon, hash);
    return (kinds & LEXICON_PROPER) && !(kinds & LEXICON_ORDINARY);
}
