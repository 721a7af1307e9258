/* SPDX-License-Identifier: AGPL-3.0-or-later */
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

void prepare_add_words(const struct part *from, struct arena *arena, struct review_part *part)
{
    part->words = ARENA_MANY(arena, from->word_count, struct review_word);
    part->word_count = from->word_count;
    for (size_t i = 0; i < from->word_count; i++) {
        const struct word *word = &from->words[i];
        part->words[i] = (struct review_word){
            .x = word->x,
            .y = word->y,
            .w = word->width,
            .h = word->height,
            .gap = (enum review_gap)word->gap,
            .text = word->text,
        };
    }
}
