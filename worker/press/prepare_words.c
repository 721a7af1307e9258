/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/unseen.h"
#include "sanitise/answer.h"
#include "sanitise/letter.h"
#include "sys/fault.h"
#include "worker/press/prepare.h"

size_t prepare_words_left(const struct review *review)
{
    size_t words = 0;
    for (size_t i = 0; i < review->part_count; i++) words += review->parts[i].word_count;
    if (FAULT_FAILS(letter_full)) return 0;
    return words < ANSWER_WORDS_MAX ? ANSWER_WORDS_MAX - words : 0;
}

/* What shows nothing on the page can't be marked on it, and must not go along. */
static struct str only_seen(struct str word, struct arena *arena)
{
    if (unseen_count(word) == 0) return word;
    BUF(seen, ANSWER_WORD_BYTES_MAX);
    unseen_drop(word, &seen);
    return arena_str(arena, buf_str(&seen));
}

void prepare_add_words(const struct part *from, struct arena *arena, struct review_part *part)
{
    enum gap left = GAP_NONE; /* by words that are left out */
    part->words = ARENA_MANY(arena, from->word_count, struct review_word);
    part->word_count = 0;
    for (size_t i = 0; i < from->word_count; i++) {
        const struct word *word = &from->words[i];
        struct str text = only_seen(word->text, arena);
        if (word->gap > left) left = word->gap;
        if (text.len == 0) continue;
        part->words[part->word_count++] = (struct review_word){
            .x = word->x,
            .y = word->y,
            .w = word->width,
            .h = word->height,
            .gap = (enum review_gap)left,
            .text = text,
        };
        left = GAP_NONE;
    }
}
