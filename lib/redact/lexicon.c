/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/lexicon.h"

#include "core/embed.h"
#include "core/err.h"

extern const struct embedded_file embedded_lexicon[]; /* made by the Makefile */

enum { ORDINARY = 1, PROPER = 2 };

struct entry {
    uint32_t hash;
    uint32_t kind; /* 0: free */
};

struct lexicon {
    struct entry *entries;
    uint32_t mask;
};

static void add(struct lexicon *lexicon, uint32_t hash, uint32_t kind)
{
    uint32_t at = hash & lexicon->mask;
    while (lexicon->entries[at].kind != 0 && lexicon->entries[at].hash != hash)
        at = (at + 1) & lexicon->mask;
    lexicon->entries[at].hash = hash;
    /* A word that is also written small is ordinary. */
    if (lexicon->entries[at].kind != ORDINARY) lexicon->entries[at].kind = kind;
}

/* Each line is a mark ('.' ordinary, '^' proper) and the word in lower-case ASCII. */
const struct lexicon *lexicon_new(struct arena *arena)
{
    struct str words;
    ASSERT(embed_find(embedded_lexicon, STR("words.txt"), &words));
    size_t lines = 0;
    for (size_t i = 0; i < words.len; i++) lines += words.at[i] == '\n';
    ASSERT(lines > 10000);
    size_t room = 1024;
    while (room < lines * 3 / 2) room *= 2;
    struct lexicon *lexicon = ARENA_ONE(arena, struct lexicon);
    lexicon->entries = ARENA_MANY(arena, room, struct entry);
    lexicon->mask = (uint32_t)room - 1;
    struct str line;
    while (str_split(&words, '\n', &line)) {
        if (line.len < 2) continue;
        add(lexicon, norm_hash_ascii(line.at + 1, line.len - 1),
            line.at[0] == '^' ? PROPER : ORDINARY);
    }
    return lexicon;
}

static uint32_t kind_of(const struct lexicon *lexicon, uint32_t hash)
{
    uint32_t at = hash & lexicon->mask;
    while (lexicon->entries[at].kind != 0) {
        if (lexicon->entries[at].hash == hash) return lexicon->entries[at].kind;
        at = (at + 1) & lexicon->mask;
    }
    return 0;
}

bool lexicon_ordinary(const struct lexicon *lexicon, uint32_t hash)
{
    return kind_of(lexicon, hash) == ORDINARY;
}

bool lexicon_proper(const struct lexicon *lexicon, uint32_t hash)
{
    return kind_of(lexicon, hash) == PROPER;
}
