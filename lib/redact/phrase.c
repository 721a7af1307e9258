/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/phrase.h"

#include <string.h>

#include "core/err.h"

struct alternative {
    const char *text;
    uint32_t len;
    uint32_t hash;
    bool prefix;
};

enum element_kind { ELEMENT_WORD, ELEMENT_OPTIONAL, ELEMENT_GAP };

struct element {
    enum element_kind kind;
    uint32_t most;  /* words of a gap */
    uint32_t first; /* alternatives */
    uint32_t count;
};

struct compiled {
    const struct phrase *phrase;
    uint32_t first; /* elements */
    uint32_t count;
};

struct bucket {
    uint32_t hash;
    uint32_t phrase; /* index + 1 */
    uint32_t next;   /* index + 1 into buckets of the same slot */
};

struct phrase_set {
    struct alternative *alternatives;
    size_t alternative_count, alternative_room;
    struct element *elements;
    size_t element_count, element_room;
    struct compiled *phrases;
    size_t phrase_count;
    struct bucket *buckets;
    size_t bucket_count;
    uint32_t *slots;
    size_t slot_mask;
};

static void *grown(struct arena *arena, void *old, size_t count, size_t *room, size_t size)
{
    if (count < *room) return old;
    size_t more = *room == 0 ? 256 : *room * 2;
    void *at = arena_take_array(arena, more, size);
    if (count > 0) memcpy(at, old, count * size);
    *room = more;
    return at;
}

static void add_alternatives(struct phrase_set *set, struct arena *arena, struct str words,
                             struct element *element)
{
    struct str word;
    while (str_split(&words, '|', &word)) {
        ASSERT(word.len > 0);
        bool prefix = word.at[word.len - 1] == '*';
        if (prefix) word.len--;
        ASSERT(word.len > 0 && (!prefix || word.len >= 3));
        for (size_t i = 0; i < word.len; i++)
            ASSERT((word.at[i] >= 'a' && word.at[i] <= 'z') ||
                   (word.at[i] >= '0' && word.at[i] <= '9'));
        set->alternatives = grown(arena, set->alternatives, set->alternative_count,
                                  &set->alternative_room, sizeof *set->alternatives);
        set->alternatives[set->alternative_count++] = (struct alternative){
            word.at, (uint32_t)word.len, norm_hash_ascii(word.at, word.len), prefix};
        element->count++;
    }
}

static void add_element(struct phrase_set *set, struct arena *arena,
                        const struct phrase_class *classes, struct str piece)
{
    struct element element = {.kind = ELEMENT_WORD, .first = (uint32_t)set->alternative_count};
    ASSERT(piece.len > 0);
    if (piece.at[0] == '~') {
        ASSERT(piece.len == 2 && piece.at[1] >= '1' && piece.at[1] <= '9');
        element.kind = ELEMENT_GAP;
        element.most = (uint32_t)(piece.at[1] - '0');
    } else {
        if (piece.at[0] == '?') {
            element.kind = ELEMENT_OPTIONAL;
            piece = str_from_byte(piece, 1);
        }
        /* A class may stand among alternatives: "@YOU|him". */
        struct str rest = piece, one;
        while (str_split(&rest, '|', &one)) {
            if (one.len == 0 || one.at[0] != '@') {
                add_alternatives(set, arena, one, &element);
                continue;
            }
            const struct phrase_class *class = classes;
            while (class->name != NULL && !str_equal(str_from(class->name), str_from_byte(one, 1)))
                class ++;
            ASSERT(class->name != NULL);
            add_alternatives(set, arena, str_from(class->words), &element);
        }
    }
    set->elements =
        grown(arena, set->elements, set->element_count, &set->element_room, sizeof *set->elements);
    set->elements[set->element_count++] = element;
}

static void index_first_words(struct phrase_set *set, struct arena *arena)
{
    size_t total = 0;
    for (size_t i = 0; i < set->phrase_count; i++)
        total += set->elements[set->phrases[i].first].count;
    size_t slots = 64;
    while (slots < total * 2) slots *= 2;
    set->slots = ARENA_MANY(arena, slots, uint32_t);
    set->slot_mask = slots - 1;
    set->buckets = ARENA_MANY(arena, total + 1, struct bucket);
    for (size_t i = 0; i < set->phrase_count; i++) {
        const struct element *first = &set->elements[set->phrases[i].first];
        ASSERT(first->kind == ELEMENT_WORD);
        for (size_t k = 0; k < first->count; k++) {
            const struct alternative *alternative = &set->alternatives[first->first + k];
            ASSERT(!alternative->prefix);
            uint32_t *slot = &set->slots[alternative->hash & set->slot_mask];
            set->buckets[set->bucket_count] =
                (struct bucket){alternative->hash, (uint32_t)i + 1, *slot};
            *slot = (uint32_t)++set->bucket_count;
        }
    }
}

struct phrase_set *phrase_compile(const struct phrase *table, const struct phrase_class *classes,
                                  struct arena *arena)
{
    struct phrase_set *set = ARENA_ONE(arena, struct phrase_set);
    size_t count = 0;
    while (table[count].text != NULL) count++;
    set->phrases = ARENA_MANY(arena, count + 1, struct compiled);
    for (size_t i = 0; i < count; i++) {
        uint32_t first = (uint32_t)set->element_count;
        struct str rest = str_from(table[i].text), piece;
        while (str_split(&rest, ' ', &piece)) add_element(set, arena, classes, piece);
        ASSERT(set->elements[set->element_count - 1].kind == ELEMENT_WORD);
        set->phrases[set->phrase_count++] =
            (struct compiled){&table[i], first, (uint32_t)set->element_count - first};
    }
    index_first_words(set, arena);
    return set;
}

static bool glyphs_are(const struct norm *norm, const struct word *word, struct alternative a)
{
    if (a.prefix ? word->count < a.len : word->count != a.len) return false;
    if (!a.prefix && word->hash != a.hash) return false;
    for (size_t i = 0; i < a.len; i++)
        if (norm->glyphs[word->glyph + i].point != (unsigned char)a.text[i]) return false;
    return true;
}

static bool element_fits(const struct phrase_set *set, const struct norm *norm, size_t word,
                         const struct element *element)
{
    for (size_t i = 0; i < element->count; i++)
        if (glyphs_are(norm, &norm->words[word], set->alternatives[element->first + i]))
            return true;
    return false;
}

/* Does a sentence end between this word and the next? */
static bool sentence_ends(uint16_t gap)
{
    if (gap & (GAP_END | GAP_PARAGRAPH)) return true;
    return (gap & GAP_STOP) && (gap & (GAP_SPACE | GAP_LINE));
}

/* The last word of the longest fit of elements[at…] from this word on, or SIZE_MAX. */
static size_t fit(const struct phrase_set *set, const struct norm *norm,
                  const struct compiled *phrase, size_t at, size_t word)
{
    if (at == phrase->count) return word - 1;
    if (word >= norm->word_count) return SIZE_MAX;
    if (word > 0 && at > 0 && sentence_ends(norm->words[word - 1].gap)) return SIZE_MAX;
    const struct element *element = &set->elements[phrase->first + at];
    if (element->kind == ELEMENT_WORD)
        return element_fits(set, norm, word, element) ? fit(set, norm, phrase, at + 1, word + 1)
                                                      : SIZE_MAX;
    if (element->kind == ELEMENT_OPTIONAL) {
        if (element_fits(set, norm, word, element)) {
            size_t last = fit(set, norm, phrase, at + 1, word + 1);
            if (last != SIZE_MAX) return last;
        }
        return fit(set, norm, phrase, at + 1, word);
    }
    size_t best = SIZE_MAX;
    for (size_t skip = 0; skip <= element->most && best == SIZE_MAX; skip++) {
        if (skip > 0 &&
            (word + skip >= norm->word_count || sentence_ends(norm->words[word + skip - 1].gap)))
            break;
        best = fit(set, norm, phrase, at + 1, word + skip);
    }
    return best;
}

void phrase_at(const struct phrase_set *set, const struct norm *norm, size_t word,
               void (*found)(void *context, struct phrase_hit hit), void *context)
{
    uint32_t hash = norm->words[word].hash;
    for (uint32_t at = set->slots[hash & set->slot_mask]; at != 0; at = set->buckets[at - 1].next) {
        const struct bucket *bucket = &set->buckets[at - 1];
        if (bucket->hash != hash) continue;
        const struct compiled *phrase = &set->phrases[bucket->phrase - 1];
        size_t last = fit(set, norm, phrase, 0, word);
        if (last != SIZE_MAX) found(context, (struct phrase_hit){word, last, phrase->phrase});
    }
}
