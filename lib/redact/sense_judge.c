/* SPDX-License-Identifier: AGPL-3.0-or-later */
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
 * As ops/sense/teach.c writes it, little endian and not aligned:
 *
 *     slots (4 bytes, a power of two) · kinds (4) · a start for each kind (4, signed)
 *     · a hash for each slot (4; 0: free) · its weights (2 each, signed)
 *
 * The start is what a piece of no feature has: what is needed for the kind is in it.
 */
struct sense {
    const struct sense_same *same;
    const char *starts, *hashes, *weights;
    uint32_t mask;
};

enum { NUMBER_BYTES = 4, WEIGHT_BYTES = 2, ROW_BYTES = WEIGHT_BYTES * CONCERN_KIND_COUNT };

static int32_t number_at(const char *at)
{
    uint32_t number = 0;
    for (size_t i = NUMBER_BYTES; i-- > 0;) number = number << 8 | (unsigned char)at[i];
    return (int32_t)number;
}

const struct sense *sense_new(struct arena *arena)
{
    struct str table;
    ASSERT(embed_find(embedded_sense, STR("sense.bin"), &table));
    uint32_t slots = (uint32_t)number_at(table.at);
    ASSERT(number_at(table.at + NUMBER_BYTES) == CONCERN_KIND_COUNT);
    struct sense *sense = ARENA_ONE(arena, struct sense);
    sense->same = sense_same_new(arena);
    sense->mask = slots - 1;
    sense->starts = table.at + (size_t)2 * NUMBER_BYTES;
    sense->hashes = sense->starts + (size_t)CONCERN_KIND_COUNT * NUMBER_BYTES;
    sense->weights = sense->hashes + (size_t)slots * NUMBER_BYTES;
    ASSERT(sense->weights + (size_t)slots * ROW_BYTES == table.at + table.len);
    return sense;
}

static const char *weights_of(const struct sense *sense, uint32_t hash)
{
    for (uint32_t at = hash & sense->mask;; at = (at + 1) & sense->mask) {
        uint32_t there = (uint32_t)number_at(sense->hashes + (size_t)at * NUMBER_BYTES);
        if (there == hash) return sense->weights + (size_t)at * ROW_BYTES;
        if (there == 0) return NULL;
    }
}

static int weight_at(const char *row, size_t kind)
{
    const unsigned char *at = (const unsigned char *)row + kind * WEIGHT_BYTES;
    return (int16_t)(at[0] | at[1] << 8);
}

/* ---- judging ---- */

struct judging {
    struct sense_feature features[SENSE_FEATURES_MAX];
    const char *rows[SENSE_FEATURES_MAX];
    size_t count;
};

/* The few words that weigh most for a kind. */
static void said_most(const struct judging *j, size_t kind, size_t count,
                      struct sense_verdict *verdict)
{
    int weights[SENSE_PIECE_WORDS] = {0};
    for (size_t i = 0; i < j->count; i++) {
        const struct sense_feature *feature = &j->features[i];
        if (!j->rows[i]) continue;
        for (size_t k = 0; k < feature->words; k++)
            weights[feature->word + k] += weight_at(j->rows[i], kind) / feature->words;
    }
    size_t span = count < SAID_WORDS ? count : SAID_WORDS;
    int best = INT32_MIN;
    for (size_t from = 0; from + span <= count; from++) {
        int sum = 0;
        for (size_t i = from; i < from + span; i++) sum += weights[i];
        if (sum <= best) continue;
        best = sum;
        verdict->first = from;
        verdict->last = from + span - 1;
    }
}

void sense_judge(const struct sense *sense, const struct norm *norm, size_t first, size_t count,
                 struct sense_verdict *ret_verdicts)
{
    /* Its 32 KiB are read as far as they were written: clearing them costs more than a sentence. */
    __attribute__((uninitialized)) struct judging j;
    int32_t sums[CONCERN_KIND_COUNT] = {0};
    j.count = sense_features(sense->same, norm, first, count, j.features);
    for (size_t i = 0; i < j.count; i++) {
        j.rows[i] = weights_of(sense, j.features[i].hash);
        if (!j.rows[i]) continue;
        for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++)
            sums[kind] += weight_at(j.rows[i], kind);
    }
    double root = sqrt((double)(j.count ? j.count : 1));
    for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++) {
        struct sense_verdict *verdict = &ret_verdicts[kind];
        int32_t start = number_at(sense->starts + kind * NUMBER_BYTES);
        verdict->over = (sums[kind] / root + start) / SENSE_WEIGHT_ONE;
        if (verdict->over <= 0) continue;
        said_most(&j, kind, count, verdict);
        verdict->first += first;
        verdict->last += first;
    }
}
