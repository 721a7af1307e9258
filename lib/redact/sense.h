/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_SENSE_H
#define LETTERBOX_REDACT_SENSE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"
#include "redact/concern.h"
#include "redact/norm.h"

/*
 * What a piece of a letter sounds like, as labelled sentences taught it.
 *
 * A piece is a sentence, or of a long one a part. Its features are its words without their endings,
 * its pairs of words, and every four letters inside its words, so that a misspelt word still has
 * most of its own. Each feature has a weight for each kind of concern; the sum over the piece,
 * divided by the root of the number of features, says how much it sounds like that kind.
 *
 *     "u will regret this"    you will regret this · you+will will+regret … · ^reg regr egre …
 *
 * What stands before and after it counts a little: a threat seldom stands alone.
 *
 * The weights come from ops/sense/teach.c while building, which reads the same features from
 * sentences that people labelled (ops/sense/said, and labelled letters).
 */

enum {
    SENSE_PIECE_WORDS = 60,                        /* at most in a piece */
    SENSE_FEATURES_MAX = 2048,                     /* of a piece; what goes beyond is passed over */
    SENSE_WEIGHT_ONE = 4096,                       /* how 1.0 is written in the table */
    SENSE_HEAD_BYTES = 128,                        /* of the table, before its rows */
    SENSE_SUMS = (CONCERN_KIND_COUNT + 3) / 4 * 4, /* a multiple of four kinds */
    SENSE_ROW_BYTES = 32, /* of a feature: two in a line of the processor's cache */
};

/* How much of what a neighbour sounds like a piece is given; and what it sounds like at least. */
#define SENSE_BESIDE_SHARE 0.15
#define SENSE_BESIDE_LEAST (-1.5)

/* How people type: "u" for "you", "dont" for "do not" (sense_same.def). */
struct sense_same;
const struct sense_same *sense_same_new(struct arena *arena);

/* The number of words of the piece that begins with this word; at least 1. */
size_t sense_piece(const struct norm *norm, size_t first);

/* A feature of a piece: its hash, and the words of the text that it stands for. */
struct sense_feature {
    uint32_t hash;
    uint16_t word, words; /* from the piece's first word on */
};

/*
 * A word that people write often and that is meant as it is: the weights of the features that it
 * has by itself are summed beforehand.
 */
struct sense_known {
    uint32_t typed, meant; /* hashes; typed 0: none */
    uint64_t classes;      /* a bit for each of sense_class.def */
    uint32_t features;     /* how many are summed */
    int32_t sums[SENSE_SUMS];
};

struct sense_knowns {
    struct sense_known *words; /* the first is none */
    uint16_t *slots;           /* indexes, by hash */
    uint32_t mask;
};

/* The known word with this hash, NULL for none. */
static inline const struct sense_known *sense_known_of(const struct sense_knowns *knowns,
                                                       uint32_t typed)
{
    for (uint32_t at = typed & knowns->mask;; at = (at + 1) & knowns->mask) {
        const struct sense_known *known = &knowns->words[knowns->slots[at]];
        if (knowns->slots[at] == 0) return NULL;
        if (known->typed == typed) return known;
    }
}

struct sense_features {
    struct sense_feature at[SENSE_FEATURES_MAX]; /* some more than once */
    size_t count;
    const struct sense_known
        *known[SENSE_PIECE_WORDS]; /* of each word; NULL: its own are in `at` */
    size_t all;                    /* with those of the known words */
};

/* The features of words [first, first + count); without `knowns` all of them, and `known` is as
 * it was. */
void sense_gather(const struct sense_same *same, const struct sense_knowns *knowns,
                  const struct norm *norm, size_t first, size_t count,
                  struct sense_features *ret_features);

/* What a word (lower-case ASCII) is and has by itself; false if it is typed for another. */
bool sense_know(const struct sense_same *same, struct str word, struct sense_known *ret_known,
                struct sense_features *ret_features);

struct sense;

/* The table that was built in. */
const struct sense *sense_new(struct arena *arena);

/* A piece that was read: how much it sounds like each kind, in the order of concern.def. */
struct sense_heard {
    double sounds[CONCERN_KIND_COUNT];
    size_t first, count; /* words of the text */
    struct sense_features features;
    const struct sense_row *rows[SENSE_FEATURES_MAX]; /* of each; NULL: nothing was learnt of it */
};

void sense_hear(const struct sense *sense, const struct norm *norm, size_t first, size_t count,
                struct sense_heard *ret_heard);

/* What a piece is given by one beside it (NULL: there is none), of one kind. */
static inline double sense_beside(const double *sounds, int kind)
{
    return SENSE_BESIDE_SHARE * (sounds != NULL && sounds[kind] > SENSE_BESIDE_LEAST
                                     ? sounds[kind]
                                     : SENSE_BESIDE_LEAST);
}

/* Of one kind (enum concern_kind). */
struct sense_verdict {
    double over;        /* above 0: it sounds like this kind */
    size_t first, last; /* the words of the text that say it most, both inside */
};

/* What a piece is taken for, by what it sounds like and by what the pieces before and after it do
 * (NULL: there is none). */
void sense_judge(const struct sense *sense, const double *before, const struct sense_heard *here,
                 const double *after, struct sense_verdict *ret_verdicts);

#endif
