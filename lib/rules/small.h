/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_SMALL_H
#define LETTERBOX_RULES_SMALL_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

/*
 * Small numbers in what leaves the agency: one family of four could be known by its count. Numbers
 * from 1 to 4 are printed as "<5"; and where a total, or any other sum that is printed too, would
 * tell what such a number is, a second number is hidden and printed as "*".
 *
 *     letters   12        letters    12
 *     meetings   3   →    meetings   <5
 *     one-way    9        one-way     *
 *     total     24        total      24
 *
 * What holds of the answer: for each number that is not printed there are at least two whole
 * numbers that agree with everything that is. The reader is taken to know this rule: that "<5" is
 * 1 to 4, and "*" 5 or more. Only where even that leaves a single answer (four numbers that add up
 * to 4) a whole sum is printed as "*", which may then be anything: SMALL_BLANK.
 *
 * A number is looked at together with all sums of the same report; two reports whose numbers a
 * reader subtracts from each other (one day's from the next) are beyond it.
 *
 * Limits: SMALL_CELLS numbers, SMALL_SUMS sums; past them everything is hidden.
 */
enum { SMALL_FROM = 5, SMALL_CELLS = 2000, SMALL_SUMS = 1000, SMALL_TERMS = 256 };

enum small_shown { SMALL_SHOWN, SMALL_LOW, SMALL_HIDDEN, SMALL_BLANK };

struct small_cell {
    int64_t number; /* from 0 */
    enum small_shown shown;
};

/* Its terms add up to nothing: the parts with +1, their total with -1. */
struct small_term {
    size_t cell;
    int sign; /* 1 or -1 */
};
struct small_sum {
    struct small_term terms[SMALL_TERMS];
    size_t count;
};

/* Decides for each cell what is shown of it. */
void small_suppress(struct small_cell *cells, size_t count, const struct small_sum *sums,
                    size_t sum_count);

/* "12", "<5" or "*". */
void small_put(struct buf *text, const struct small_cell *cell);

#endif
