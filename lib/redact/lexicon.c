/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/lexicon.h"

#include <string.h>

#include "core/embed.h"
#include "core/err.h"
#include "redact/same.h"

extern const struct embedded_file embedded_lexicon[]; /* made by the Makefile */

/* The letters of ops/lexicon/build.mjs, in the order of enum lexicon_kind. */
static const char letters[] = "orpqfsgbhw";

struct entry {
    uint32_t hash;
    uint32_t kinds; /* 0: free */
};

struct lexicon {
    struct entry *entries;
    uint32_t mask;
    const struct same *same;
    const struct words *words;
};

static void add(struct lexicon *lexicon, uint32_t hash, uint32_t kinds)
{
    uint32_t at = hash & lexicon->mask;
    while (lexicon->entries[at].kinds != 0 && lexicon->entries[at].hash != hash)
        at = (at + 1) & lexicon->mask;
    lexicon->entries[at].hash = hash;
    lexicon->entries[at].kinds |= kinds;
}

/* Each line is a word in lower-case ASCII, a space and a letter for each of its kinds. */
const struct lexicon *lexicon_new(struct arena *arena)
{
    struct str words;
    ASSERT(embed_find(embedded_lexicon, STR("words.txt"), &words));
    size_t lines = 0;
    for (const char *at = words.at; (at = memchr(at, '\n', (size_t)(words.at + words.len - at)));
         at++)
        lines++;
    ASSERT(lines > 10000);
    size_t room = 1024;
    while (room < lines * 5 / 4) room *= 2;
    struct lexicon *lexicon = ARENA_ONE(arena, struct lexicon);
    lexicon->entries = ARENA_MANY(arena, room, struct entry);
    lexicon->mask = (uint32_t)room - 1;
    lexicon->same = same_new(arena);
    lexicon->words = words_new(arena);
    struct str line, word;
    while (str_split(&words, '\n', &line)) {
        if (!str_split(&line, ' ', &word)) continue;
        uint32_t kinds = 0;
        for (size_t i = 0; i < line.len; i++) {
            const char *letter = strchr(letters, line.at[i]);
            ASSERT(letter != NULL);
            kinds |= UINT32_C(1) << (letter - letters);
        }
        add(lexicon, norm_hash_ascii(word.at, word.len), kinds);
    }
    return lexicon;
}

unsigned lexicon_kinds(const struct lexicon *lexicon, uint32_t hash)
{
    uint32_t at = hash & lexicon->mask;
    while (lexicon->entries[at].kinds != 0) {
        if (lexicon->entries[at].hash == hash) return lexicon->entries[at].kinds;
        at = (at + 1) & lexicon->mask;
    }
    return 0;
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
