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

/*
 * From the terms of an agreement to the letters that are expected.
 *
 *     months March, November; adoptive family writes first
 *         family → each relative    month March, due 31 March
 *         relative → family         month March, due 30 April (an answer: a month later)
 *         …                         month November, due 30 November, 31 December
 *
 * Where either side may begin, both are due in the month itself. A due day in a month to avoid
 * moves to the end of the next month that is free. A side that may not write, and a party that is
 * not active, is not expected to. Nothing is expected from the month in which the child turns
 * eighteen.
 */

enum { SCHEDULE_MONTHS = 13, SCHEDULE_PARTIES = 40 };

enum first_writer { FIRST_ADOPTIVE, FIRST_BIRTH, FIRST_EITHER };
bool first_writer_get(struct str word, enum first_writer *ret_first);

/* Months of a year: bit n is month n, 1 to 12. */
struct months {
    uint16_t bits;
};
MUST_CHECK enum err months_from(const int *numbers, size_t count, struct months *ret_months);
bool months_have(struct months months, int number);

struct schedule_terms {
    struct months months;
    struct months avoid; /* months in which nothing should arrive */
    enum first_writer first;
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
};

/*
 * What is expected in SCHEDULE_MONTHS months from today's month on, in order of due day, from, to.
 * The database keeps each (from, to, month) once, so it may be asked again. ERR_BAD_INPUT when
 * every month is one to avoid, or there are more than SCHEDULE_PARTIES.
 */
MUST_CHECK enum err schedule_occasions(const struct schedule_terms *terms,
                                       const struct schedule_party *parties, size_t party_count,
                                       struct day today, struct arena *arena,
                                       struct schedule_occasion **ret_occasions, size_t *ret_count);

#endif
