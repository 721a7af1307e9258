/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include <string.h>

void pattern_mark_bytes(struct patterns *patterns, size_t start, size_t end,
                        enum mark_category category, int confidence, const char *why)
{
    marks_add(patterns->marks, patterns->arena,
              (struct mark){start, end, category, MARK_PATTERN, confidence, str_from(why)});
}

void pattern_mark(struct patterns *patterns, size_t first, size_t last, enum mark_category category,
                  int confidence, const char *why)
{
    pattern_mark_bytes(patterns, norm_word_start(patterns->norm, first),
                       norm_word_end(patterns->norm, last), category, confidence, why);
}

static void note_bits(struct pattern_list *entry, const char *list)
{
    entry->words = list;
    while (*list != '\0') {
        size_t len = strcspn(list, " ");
        uint32_t hash = norm_hash_ascii(list, len);
        entry->bits[hash >> 6 & 7] |= UINT64_C(1) << (hash & 63);
        list += len + (list[len] == ' ');
    }
}

/* May the word be on the list? */
static bool maybe_on(struct patterns *patterns, uint32_t hash, const char *list)
{
    size_t at = ((uintptr_t)list * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (PATTERN_LISTS - 1);
    for (size_t tries = 0; tries < PATTERN_LISTS; tries++, at = (at + 1) & (PATTERN_LISTS - 1)) {
        struct pattern_list *entry = &patterns->lists[at];
        if (entry->words == NULL) note_bits(entry, list);
        if (entry->words == list) return (entry->bits[hash >> 6 & 7] >> (hash & 63) & 1) != 0;
    }
    return true;
}

static bool is_on(const struct glyph *glyphs, size_t count, const char *list)
{
    while (*list != '\0') {
        size_t i = 0;
        while (list[i] != ' ' && list[i] != '\0' && i < count &&
               glyphs[i].point == (unsigned char)list[i])
            i++;
        if (i == count && (list[i] == ' ' || list[i] == '\0')) return true;
        while (list[i] != ' ' && list[i] != '\0') i++;
        list += i + (list[i] == ' ');
    }
    return false;
}

bool pattern_is(struct patterns *patterns, size_t word, const char *list)
{
    const struct norm *norm = patterns->norm;
    if (word >= norm->word_count) return false;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    if (maybe_on(patterns, w->hash, list) && is_on(glyphs, w->count, list)) return true;
    /* "the number's" */
    return w->bare != w->count && maybe_on(patterns, norm_hash(glyphs, w->bare), list) &&
           is_on(glyphs, w->bare, list);
}

bool pattern_after(struct patterns *patterns, size_t word, size_t back, const char *list)
{
    for (size_t i = 1; i <= back && i <= word; i++) {
        uint16_t gap = patterns->norm->words[word - i].gap;
        if (gap & (GAP_END | GAP_PARAGRAPH)) return false;
        if ((gap & GAP_STOP) && (gap & GAP_SPACE) && patterns->norm->words[word - i].count > 3)
            return false;
        if (pattern_is(patterns, word - i, list)) return true;
    }
    return false;
}

bool pattern_before(struct patterns *patterns, size_t word, size_t ahead, const char *list)
{
    const struct norm *norm = patterns->norm;
    for (size_t at = word; at < word + ahead && at + 1 < norm->word_count; at++) {
        uint16_t gap = norm->words[at].gap;
        if (gap & (GAP_END | GAP_PARAGRAPH)) return false;
        if ((gap & GAP_STOP) && (gap & GAP_SPACE)) return false;
        if (pattern_is(patterns, at + 1, list)) return true;
    }
    return false;
}

bool pattern_next(const struct patterns *patterns, size_t word, uint16_t bits, unsigned most)
{
    const struct norm *norm = patterns->norm;
    if (word + 1 >= norm->word_count) return false;
    return (norm->words[word].gap & (uint16_t)~bits) == 0 && norm->words[word].gap_length <= most;
}

void pattern_find(struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->norm->word_count; i++) {
        pattern_phone(patterns, i);
        pattern_bank(patterns, i);
        pattern_id(patterns, i);
        pattern_net(patterns, i);
        pattern_handle(patterns, i);
        pattern_postcode(patterns, i);
        pattern_vehicle(patterns, i);
        pattern_address(patterns, i);
        pattern_birth(patterns, i);
    }
}
