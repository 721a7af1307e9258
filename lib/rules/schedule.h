/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_SCHEDULE_H
#define LETTERBOX_RULES_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/day.h"
#include "core/err.h"
#include "rules/permit.h"
#include "rules/recur.h"

/*
 * From the terms of an agreement to the letters that are expected.
 *
 *     FREQ=YEARLY;BYMONTH=3,11; the adoptive family writes first
 *         family → each relative    month March, due 31 March
 *         relative → family         month March, due 30 April (an answer: a month later)
 *         …                         month November, due 30 November, 31 December
 *
 * Where either side may begin, both are due in the month itself. A due day is the last of its
 * month; in a month to avoid it moves to the end of the next month that is free. A side that may
 * not write, and a party that is not active, is not expected to. Nothing is expected from the month
 * in which the child turns eighteen.
 *
 * Of several versions of the terms, the newest that has begun by a month holds for that month.
 * Dates are civil dates: the caller's today is the date in Europe/London.
 */

enum { SCHEDULE_MONTHS = 13, SCHEDULE_PARTIES = 40, SCHEDULE_VERSIONS = 60 };

enum first_writer { FIRST_ADOPTIVE, FIRST_BIRTH, FIRST_EITHER };
bool first_writer_get(struct str word, enum first_writer *ret_first);

struct schedule_version {
    int64_t number;
    struct day starts;
    struct recur rule;   /* without months: nothing is expected */
    struct months avoid; /* months in which nothing should arrive */
    enum first_writer first;
};

struct schedule_terms {
    const struct schedule_version
        *versions; /* oldest first; none starts before the one before it */
    size_t version_count;
    struct day eighteenth; /* the first of the month of the eighteenth birthday */
};

struct schedule_party {
    int64_t party;
    struct permit_party at; /* as it stands in the arrangement */
};

struct schedule_occasion {
    int64_t from, to; /* parties */
    struct day month; /* the first of the agreed month */
    struct day due;
    int64_t version; /* of the terms that ask for it */
    /* To be opened, or moved to this day. If not, what is open already is left as it is: its month
     * is over, or its writer is away for a time. */
    bool opens;
};

/* Every month is one to avoid: no day is left on which something could be due. */
bool schedule_avoids_all(struct months avoid);

/*
 * What is expected in SCHEDULE_MONTHS months from today's month on, and what of the year before is
 * due only after today; in order of due day, from, to. What is open, due after today and not among
 * them is asked for no longer. ERR_BAD_INPUT when every month is one to avoid, or there are more
 * than SCHEDULE_PARTIES or SCHEDULE_VERSIONS.
 */
MUST_CHECK enum err schedule_occasions(const struct schedule_terms *terms,
                                       const struct schedule_party *parties, size_t party_count,
                                       struct day today, struct arena *arena,
                                       struct schedule_occasion **ret_occasions, size_t *ret_count);

#endif
