/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words_merge.h"

#include <string.h>

#include "core/limits.h"
#include "sanitise/answer.h"
#include "sanitise/words_alike.h"

enum {
    ROW = 32,               /* pixels: words are sought by the rows that they stand in */
    ENTRIES_MOST = 1 << 20, /* of words in rows */
    STEPS_MOST = 1 << 24,
    WORD_GLYPHS = 64,
    EASY = 3, /* glyphs: fewer are easily misread */
};

/* The words read, by the rows that they stand in. */
struct rows {
    size_t *first; /* of each row, in `words`; and one behind the last */
    size_t *words;
    size_t count;
};

static size_t first_row(const struct word *word)
{
    return word->y / ROW;
}

static size_t last_row(const struct word *word)
{
    return (word->y + word->height - 1) / ROW;
}

static bool fill_rows(const struct part *reading, struct arena *arena, struct rows *rows)
{
    size_t entries = 0;
    rows->count = reading->height / ROW + 1;
    rows->first = ARENA_MANY(arena, rows->count + 2, size_t);
    for (size_t i = 0; i < reading->word_count; i++)
        for (size_t r = first_row(&reading->words[i]); r <= last_row(&reading->words[i]); r++) {
            rows->first[r + 2]++;
            if (++entries > ENTRIES_MOST) return false;
        }
    for (size_t r = 2; r < rows->count + 2; r++) rows->first[r] += rows->first[r - 1];
    rows->words = ARENA_MANY(arena, entries, size_t);
    for (size_t i = 0; i < reading->word_count; i++)
        for (size_t r = first_row(&reading->words[i]); r <= last_row(&reading->words[i]); r++)
            rows->words[rows->first[r + 1]++] = i;
    return true;
}

static uint32_t common(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
    uint32_t from = a > b ? a : b, to = a + a_size < b + b_size ? a + a_size : b + b_size;
    return to > from ? to - from : 0;
}

/* Does at least half of the smaller one lie in the other, in both directions? */
static bool overlap(const struct word *a, const struct word *b)
{
    uint32_t narrow = a->width < b->width ? a->width : b->width;
    uint32_t low = a->height < b->height ? a->height : b->height;
    return common(a->x, a->width, b->x, b->width) * 2 >= narrow &&
           common(a->y, a->height, b->y, b->height) * 2 >= low;
}

static bool holds(const uint32_t *all, size_t all_count, const uint32_t *some, size_t count)
{
    for (size_t at = 0; at + count <= all_count; at++)
        if (!memcmp(all + at, some, count * sizeof *some)) return true;
    return false;
}

/* Do some of the words read, whole ones, say it? */
static bool is_among(const struct words_merge *merge, size_t word, const uint32_t *said,
                     size_t count)
{
    const size_t first = merge->first_met[word], end = merge->first_met[word + 1];
    uint32_t read[2 * WORD_GLYPHS];
    for (size_t from = first; from < end; from++) {
        size_t len = 0;
        for (size_t k = from; k < end && len < count; k++)
            len += words_glyphs(merge->reading->words[merge->met[k]].text, read + len,
                                2 * WORD_GLYPHS - len);
        if (len == count && !memcmp(read, said, count * sizeof *said)) return true;
    }
    return false;
}

/* Do the words that were read in its box say the page's word, alone or among others? */
static bool was_read(const struct words_merge *merge, size_t word)
{
    enum { FEW = 3 }; /* words in a box that may be split and joined in other ways */
    uint32_t said[WORD_GLYPHS], read[FEW * WORD_GLYPHS];
    size_t count = words_glyphs(merge->page->words[word].text, said, WORD_GLYPHS), len = 0;
    const size_t met = merge->first_met[word + 1] - merge->first_met[word];
    for (size_t i = 0; i < met && i < FEW; i++)
        len += words_glyphs(merge->reading->words[merge->met[merge->first_met[word] + i]].text,
                            read + len, WORD_GLYPHS);
    /* Signs alone tell nothing, unless words stand there. */
    if (count == 0) return len < EASY;
    if (met > FEW) return is_among(merge, word, said, count);
    return words_alike_glyphs(said, count, read, len) || holds(read, len, said, count);
}

/* A list of numbers that grows. */
struct numbers {
    size_t *at, count, room;
};

static void add_number(struct numbers *numbers, size_t number, struct arena *arena)
{
    if (numbers->count == numbers->room) {
        numbers->room = numbers->room ? numbers->room * 2 : 1024;
        size_t *more = ARENA_MANY(arena, numbers->room, size_t);
        if (numbers->count) memcpy(more, numbers->at, numbers->count * sizeof *more);
        numbers->at = more;
    }
    numbers->at[numbers->count++] = number;
}

bool words_compare(const struct part *page, const struct part *reading, struct arena *arena,
                   struct words_merge *ret_merge)
{
    struct words_merge merge = {page, reading, NULL, NULL, NULL};
    struct rows rows;
    struct numbers met = {0};
    size_t steps = 0;
    if (!fill_rows(reading, arena, &rows)) return false;
    merge.is_shown = ARENA_MANY(arena, page->word_count + 1, bool);
    merge.first_met = ARENA_MANY(arena, page->word_count + 1, size_t);
    size_t *seen_by = ARENA_MANY(arena, reading->word_count + 1, size_t);
    for (size_t i = 0; i < page->word_count; i++) {
        const struct word *word = &page->words[i];
        merge.first_met[i] = met.count;
        for (size_t r = first_row(word); r <= last_row(word) && r < rows.count; r++)
            for (size_t k = rows.first[r]; k < rows.first[r + 1]; k++) {
                if (++steps > STEPS_MOST) return false;
                const size_t number = rows.words[k];
                if (seen_by[number] == i + 1 || !overlap(word, &reading->words[number])) continue;
                seen_by[number] = i + 1;
                add_number(&met, number, arena);
            }
    }
    merge.first_met[page->word_count] = met.count;
    merge.met = met.at;
    for (size_t i = 0; i < page->word_count; i++) merge.is_shown[i] = was_read(&merge, i);
    *ret_merge = merge;
    return true;
}

static size_t glyphs_of(struct str text)
{
    uint32_t glyphs[WORD_GLYPHS];
    return words_glyphs(text, glyphs, WORD_GLYPHS);
}

static size_t glyphs_met(const struct words_merge *merge, size_t word)
{
    size_t count = 0;
    for (size_t k = merge->first_met[word]; k < merge->first_met[word + 1]; k++)
        count += glyphs_of(merge->reading->words[merge->met[k]].text);
    return count;
}

/* A short word is often misread as another: then what was read stands there, and is enough. */
static bool is_slip(const struct words_merge *merge, size_t word)
{
    size_t met = glyphs_met(merge, word);
    return glyphs_of(merge->page->words[word].text) < EASY && met > 0 && met <= EASY;
}

bool words_are_lies(const struct words_merge *merge)
{
    enum { SHARE = 3 };
    size_t all = 0, unseen = 0;
    for (size_t i = 0; i < merge->page->word_count; i++) {
        size_t glyphs = glyphs_of(merge->page->words[i].text);
        if (glyphs == 0) glyphs = 1; /* a sign */
        all += glyphs;
        if (!merge->is_shown[i]) unseen += glyphs;
    }
    return unseen * SHARE > all;
}

/* Does the word that was read say a part of the page's word? Where as much was read as the word is
 * long, all of it does. */
static bool says_part(const struct words_merge *merge, size_t word, size_t read, bool is_all)
{
    uint32_t said[WORD_GLYPHS], part[WORD_GLYPHS];
    size_t count = words_glyphs(merge->page->words[word].text, said, WORD_GLYPHS);
    size_t part_count = words_glyphs(merge->reading->words[read].text, part, WORD_GLYPHS);
    return is_all || holds(said, count, part, part_count) ||
           words_alike_glyphs(said, count, part, part_count);
}

/* The words read that say what a shown word of the page says need not stand twice. The box of a
 * field or note lies over other words too. */
static bool *find_used(const struct words_merge *merge, struct arena *arena)
{
    enum { MORE = 2 };
    bool *is_used = ARENA_MANY(arena, merge->reading->word_count + 1, bool);
    size_t *said = ARENA_MANY(arena, merge->reading->word_count + 1, size_t);
    for (size_t i = 0; i < merge->page->word_count; i++) {
        bool is_all = glyphs_met(merge, i) <= glyphs_of(merge->page->words[i].text) + MORE;
        for (size_t k = merge->first_met[i]; k < merge->first_met[i + 1] && merge->is_shown[i];
             k++) {
            if (says_part(merge, i, merge->met[k], is_all)) is_used[merge->met[k]] = true;
            said[merge->met[k]] += glyphs_of(merge->page->words[i].text);
        }
    }
    /* "DearKayla", where the page has two words */
    for (size_t i = 0; i < merge->reading->word_count; i++)
        if (said[i] >= glyphs_of(merge->reading->words[i].text)) is_used[i] = true;
    return is_used;
}

enum err words_join(const struct words_merge *merge, struct arena *arena, struct part *part,
                    struct str *ret_unseen)
{
    const struct part *page = merge->page, *reading = merge->reading;
    bool *is_used = find_used(merge, arena);
    struct word *words = ARENA_MANY(arena, page->word_count + reading->word_count, struct word);
    size_t count = 0;
    BUF(unseen, ANSWER_TEXT_BYTES_MAX);
    for (size_t i = 0; i < page->word_count; i++) {
        if (merge->is_shown[i]) {
            words[count++] = page->words[i];
            continue;
        }
        enum gap gap = page->words[i].gap;
        for (size_t k = merge->first_met[i]; k < merge->first_met[i + 1]; k++) {
            if (is_used[merge->met[k]]) continue;
            is_used[merge->met[k]] = true;
            words[count] = reading->words[merge->met[k]];
            if (words[count].gap < gap) words[count].gap = gap;
            gap = GAP_NONE;
            count++;
        }
        if (is_slip(merge, i)) continue;
        if (unseen.len > 0) buf_add_byte(&unseen, ' ');
        buf_add(&unseen, page->words[i].text);
    }
    enum gap gap = GAP_PARAGRAPH;
    for (size_t i = 0; i < reading->word_count; i++) {
        if (is_used[i] || glyphs_of(reading->words[i].text) == 0) continue; /* dirt */
        words[count] = reading->words[i];
        if (words[count].gap < gap) words[count].gap = gap;
        gap = GAP_SPACE;
        count++;
    }
    if (count > ANSWER_PAGE_WORDS_MAX) return ERR_TOO_BIG;
    TRY(buf_done(&unseen));
    TRY(letter_words_text(words, count, arena, &part->text));
    part->words = words;
    part->word_count = count;
    *ret_unseen = arena_str(arena, buf_str(&unseen));
    return OK;
}
