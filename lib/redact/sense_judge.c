/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <endian.h>
#include <math.h>
#include <string.h>

#include "core/embed.h"
#include "core/err.h"
#include "redact/concern.h"
#include "redact/sense.h"

extern const struct embedded_file embedded_sense[]; /* made by the Makefile */

enum { SAID_WORDS = 4 /* shown as what says it most */ };

/* ---- the table ---- */

/*
 * As ops/sense/teach.c writes it, little endian:
 *
 *     slots (4 bytes, a power of two) · kinds (4) · a start for each kind (4, signed) · what each
 *     needs (4, signed) · zeros up to SENSE_HEAD_BYTES · a row of SENSE_ROW_BYTES for each slot: a
 *     hash (4; 0: free) · its weight for each kind (2 each, signed) · zeros · the words that people
 *     write most, one space between them
 *
 * The start is what a piece of no feature sounds like.
 */
struct sense {
    const struct sense_same *same;
    struct sense_knowns knowns;
    int32_t starts[CONCERN_KIND_COUNT];
    double needed[CONCERN_KIND_COUNT];
    const struct sense_row *rows;
    uint32_t mask;
};

enum { NUMBER_BYTES = 4, LANE = 4, LANES = (CONCERN_KIND_COUNT + LANE - 1) / LANE };

/* Of LANE kinds: what the processor adds at once. */
typedef int16_t weight_lane __attribute__((vector_size(LANE * sizeof(int16_t))));
typedef int32_t sum_lane __attribute__((vector_size(LANE * sizeof(int32_t))));

/* As it stands in the table. */
struct sense_row {
    uint32_t hash;
    int16_t weights[LANES * LANE];
    uint32_t zero;
};
_Static_assert(sizeof(struct sense_row) == SENSE_ROW_BYTES, "rows follow each other");
_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "rows are read where they stand");

static uint32_t number_at(const char *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

static const struct sense_row *row_of(const struct sense *sense, uint32_t hash)
{
    for (uint32_t at = hash & sense->mask;; at = (at + 1) & sense->mask) {
        const struct sense_row *row = &sense->rows[at];
        if (row->hash == hash) return row;
        if (row->hash == 0) return NULL;
    }
}

struct sums {
    sum_lane lanes[LANES];
};

static inline int32_t sum_of(const struct sums *sums, size_t kind)
{
    return sums->lanes[kind / LANE][kind % LANE];
}

static inline void add_weights(sum_lane *sum, const int16_t *weights)
{
    weight_lane lane;
    memcpy(&lane, weights, sizeof lane);
    *sum += __builtin_convertvector(lane, sum_lane);
}

/* Written out, so that the sums stay in the processor's registers. */
static inline void add_row(struct sums *sums, const struct sense_row *row)
{
    _Static_assert(LANES == 3, "a line each");
    add_weights(&sums->lanes[0], row->weights);
    add_weights(&sums->lanes[1], row->weights + LANE);
    add_weights(&sums->lanes[2], row->weights + 2 * LANE);
}

static inline void add_known(struct sums *sums, const struct sense_known *known)
{
    for (size_t i = 0; i < LANES; i++) {
        sum_lane lane;
        memcpy(&lane, known->sums + i * LANE, sizeof lane);
        sums->lanes[i] += lane;
    }
}

static void know_words(struct sense *sense, struct str words, struct arena *arena)
{
    struct sense_knowns *knowns = &sense->knowns;
    size_t count = 1, slots = 64;
    for (size_t i = 0; i < words.len; i++) count += words.at[i] == ' ';
    ASSERT(count < UINT16_MAX);
    while (slots < count * 2) slots *= 2;
    knowns->mask = (uint32_t)slots - 1;
    knowns->slots = ARENA_MANY(arena, slots, uint16_t);
    knowns->words = ARENA_MANY(arena, count + 1, struct sense_known);
    struct sense_features features;
    struct str word;
    for (uint16_t made = 0; str_split(&words, ' ', &word);) {
        struct sense_known known;
        if (!sense_know(sense->same, word, &known, &features)) continue;
        struct sums sums = {0};
        for (size_t i = 0; i < features.count; i++) {
            const struct sense_row *row = row_of(sense, features.at[i].hash);
            if (row != NULL) add_row(&sums, row);
        }
        memcpy(known.sums, sums.lanes, sizeof known.sums);
        size_t at = known.typed & knowns->mask;
        while (knowns->slots[at] != 0) at = (at + 1) & knowns->mask;
        knowns->words[++made] = known;
        knowns->slots[at] = made;
    }
}

const struct sense *sense_new(struct arena *arena)
{
    struct str table;
    ASSERT(embed_find(embedded_sense, STR("sense.bin"), &table));
    uint32_t slots = number_at(table.at);
    ASSERT(number_at(table.at + NUMBER_BYTES) == CONCERN_KIND_COUNT);
    struct sense *sense = ARENA_ONE(arena, struct sense);
    sense->same = sense_same_new(arena);
    sense->mask = slots - 1;
    const char *starts = table.at + 2 * NUMBER_BYTES;
    for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++) {
        int32_t needed = (int32_t)number_at(starts + (CONCERN_KIND_COUNT + kind) * NUMBER_BYTES);
        sense->starts[kind] = (int32_t)number_at(starts + kind * NUMBER_BYTES);
        sense->needed[kind] = (double)needed / SENSE_WEIGHT_ONE;
    }
    ASSERT((uintptr_t)table.at % SENSE_ROW_BYTES == 0);
    sense->rows = (const void *)(table.at + SENSE_HEAD_BYTES);
    size_t words_at = SENSE_HEAD_BYTES + (size_t)slots * SENSE_ROW_BYTES;
    ASSERT(words_at <= table.len);
    know_words(sense, str_from_byte(table, words_at), arena);
    return sense;
}

/* ---- judging ---- */

/* The few words that weigh most for a kind. */
static void said_most(const struct sense_heard *heard, size_t kind, struct sense_verdict *verdict)
{
    const struct sense_features *features = &heard->features;
    size_t count = heard->count;
    int weights[SENSE_PIECE_WORDS] = {0};
    for (size_t word = 0; word < count; word++)
        if (features->known[word] != NULL) weights[word] = features->known[word]->sums[kind];
    for (size_t i = 0; i < features->count; i++) {
        const struct sense_feature *feature = &features->at[i];
        if (!heard->rows[i]) continue;
        int weight = heard->rows[i]->weights[kind];
        for (size_t k = 0; k < feature->words; k++)
            weights[feature->word + k] += weight / feature->words;
    }
    size_t span = count < SAID_WORDS ? count : SAID_WORDS;
    int best = INT32_MIN;
    for (size_t from = 0; from + span <= count; from++) {
        int sum = 0;
        for (size_t i = from; i < from + span; i++) sum += weights[i];
        if (sum <= best) continue;
        best = sum;
        verdict->first = heard->first + from;
        verdict->last = verdict->first + span - 1;
    }
}

/* The weights of the piece's features, summed for each kind. */
static struct sums sum_up(const struct sense *sense, struct sense_heard *heard)
{
    const struct sense_features *features = &heard->features;
    struct sums sums = {0};
    /* The table is wider than the processor's cache: let all rows come at once. */
    for (size_t i = 0; i < features->count; i++)
        __builtin_prefetch(&sense->rows[features->at[i].hash & sense->mask]);
    for (size_t word = 0; word < heard->count; word++)
        if (features->known[word] != NULL) add_known(&sums, features->known[word]);
    for (size_t i = 0; i < features->count; i++) {
        heard->rows[i] = row_of(sense, features->at[i].hash);
        if (heard->rows[i] != NULL) add_row(&sums, heard->rows[i]);
    }
    return sums;
}

void sense_hear(const struct sense *sense, const struct norm *norm, size_t first, size_t count,
                struct sense_heard *ret_heard)
{
    struct sense_features *features = &ret_heard->features;
    sense_gather(sense->same, &sense->knowns, norm, first, count, features);
    if (features->all > SENSE_FEATURES_MAX) {
        memset(features->known, 0, sizeof features->known);
        sense_gather(sense->same, NULL, norm, first, count, features);
    }
    ret_heard->first = first;
    ret_heard->count = count;
    const struct sums sums = sum_up(sense, ret_heard);
    double share = 1 / (sqrt((double)(features->all ? features->all : 1)) * SENSE_WEIGHT_ONE);
    for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++)
        ret_heard->sounds[kind] =
            sum_of(&sums, kind) * share + (double)sense->starts[kind] / SENSE_WEIGHT_ONE;
}

void sense_judge(const struct sense *sense, const double *before, const struct sense_heard *here,
                 const double *after, struct sense_verdict *ret_verdicts)
{
    for (int kind = 0; kind < CONCERN_KIND_COUNT; kind++) {
        struct sense_verdict *verdict = &ret_verdicts[kind];
        verdict->over = here->sounds[kind] + sense_beside(before, kind) +
                        sense_beside(after, kind) - sense->needed[kind];
        if (verdict->over > 0) said_most(here, (size_t)kind, verdict);
    }
}
