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
 *     slots (4 bytes, a power of two) · kinds (4) · a start for each kind (4, signed) · zeros up to
 *     a row · a row of SENSE_ROW_BYTES for each slot: a hash (4; 0: free) · its weight for each
 *     kind (2 each, signed) · zeros
 *
 * The start is what a piece of no feature has: what is needed for the kind is in it.
 */
struct sense {
    const struct sense_same *same;
    int32_t starts[CONCERN_KIND_COUNT];
    const char *rows;
    uint32_t mask;
};

enum { HASH_BYTES = 4, WEIGHT_BYTES = 2, WEIGHTS_BYTES = WEIGHT_BYTES * CONCERN_KIND_COUNT };
_Static_assert(HASH_BYTES + WEIGHTS_BYTES <= SENSE_ROW_BYTES, "a row holds its weights");

static uint32_t number_at(const char *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return le32toh(number);
}

const struct sense *sense_new(struct arena *arena)
{
    struct str table;
    ASSERT(embed_find(embedded_sense, STR("sense.bin"), &table));
    uint32_t slots = number_at(table.at);
    ASSERT(number_at(table.at + HASH_BYTES) == CONCERN_KIND_COUNT);
    struct sense *sense = ARENA_ONE(arena, struct sense);
    sense->same = sense_same_new(arena);
    sense->mask = slots - 1;
    for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++)
        sense->starts[kind] = (int32_t)number_at(table.at + (2 + kind) * HASH_BYTES);
    sense->rows = table.at + SENSE_HEAD_BYTES;
    ASSERT(sense->rows + (size_t)slots * SENSE_ROW_BYTES == table.at + table.len);
    return sense;
}

static const char *row_of(const struct sense *sense, uint32_t hash)
{
    for (uint32_t at = hash & sense->mask;; at = (at + 1) & sense->mask) {
        const char *row = sense->rows + (size_t)at * SENSE_ROW_BYTES;
        uint32_t there = number_at(row);
        if (there == hash) return row;
        if (there == 0) return NULL;
    }
}

struct weights {
    uint16_t of[CONCERN_KIND_COUNT];
};

static struct weights weights_of(const char *row)
{
    struct weights weights;
    memcpy(&weights, row + HASH_BYTES, WEIGHTS_BYTES);
    return weights;
}

static inline int weight_at(const struct weights *weights, size_t kind)
{
    return (int16_t)le16toh(weights->of[kind]);
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
        const struct weights row = weights_of(j->rows[i]);
        int weight = weight_at(&row, kind);
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
        j.rows[i] = row_of(sense, j.features[i].hash);
        if (!j.rows[i]) continue;
        const struct weights row = weights_of(j.rows[i]);
        for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++)
            sums[kind] += weight_at(&row, kind);
    }
    double root = sqrt((double)(j.count ? j.count : 1));
    for (size_t kind = 0; kind < CONCERN_KIND_COUNT; kind++) {
        struct sense_verdict *verdict = &ret_verdicts[kind];
        verdict->over = (sums[kind] / root + sense->starts[kind]) / SENSE_WEIGHT_ONE;
        if (verdict->over <= 0) continue;
        said_most(&j, kind, count, verdict);
        verdict->first += first;
        verdict->last += first;
    }
}
