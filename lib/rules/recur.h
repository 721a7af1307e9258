/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_RECUR_H
#define LETTERBOX_RULES_RECUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/day.h"
#include "core/err.h"
#include "core/str.h"

/*
 * In which months letters are exchanged: a rule of RFC 5545 (3.3.10), worked out by libical.
 *
 *     FREQ=YEARLY;BYMONTH=3,11                               each March and November
 *     FREQ=YEARLY;INTERVAL=2;BYMONTH=6;UNTIL=20310630        each second June, the last in 2031
 *     FREQ=YEARLY;BYMONTH=3,11;COUNT=6                       six times
 *
 * It is asked for months, not for days: its DTSTART is the first of the month from which it holds,
 * so that no month is lost that lacks a 31st. The year of DTSTART is the first of those that
 * INTERVAL counts. Civil dates only: no zone, no time of day, no file of zones, no clock.
 *
 * Of RFC 5545 we take FREQ=YEARLY with BYMONTH, INTERVAL, WKST (which changes nothing here) and one
 * of UNTIL (a date) and COUNT; everything else is refused, as is what would never happen or too
 * often.
 */

enum {
    RECUR_RULE_BYTES = 120,    /* the longest that is read */
    RECUR_EVERY_MOST = 10,     /* years from one round to the next */
    RECUR_COUNT_MOST = 12 * 25 /* each month of a childhood, and to spare */
};

/* Months of a year: bit n is month n, 1 to 12. */
struct months {
    uint16_t bits;
};
MUST_CHECK enum err months_from(const int *numbers, size_t count, struct months *ret_months);
bool months_have(struct months months, int number);

struct recur {
    struct months months; /* none: nothing is expected */
    int every;            /* years, 1 to RECUR_EVERY_MOST */
    bool ends;
    struct day until; /* the last day, where it ends */
    int count;        /* how often in all; 0: without end, or until `until` */
};

enum recur_fault {
    RECUR_GOOD,
    RECUR_UNREADABLE, /* not a rule of RFC 5545, or with dates that do not exist */
    RECUR_OTHER,      /* such a rule, with parts that we do not take */
    RECUR_OFTEN,      /* more often than once a month, or more than RECUR_COUNT_MOST times */
    RECUR_NEVER       /* it ends before it begins */
};

/* Reads a rule that holds from a day on; ret_recur is untouched unless it is good. */
enum recur_fault recur_read(struct str text, struct day starts, struct recur *ret_recur);

/* Is one that was put together elsewhere one that recur_read would take? */
enum recur_fault recur_check(const struct recur *recur, struct day starts);

/* As text, in the one order that is shown above; it has months. */
void recur_put(struct buf *buf, const struct recur *recur);

/*
 * The firsts of the months from the month of `from` on that lie before `before`, oldest first;
 * ERR_TOO_BIG when they are more than `room`. The recur is good.
 */
MUST_CHECK enum err recur_months(const struct recur *recur, struct day starts, struct day from,
                                 struct day before, struct day *ret_months, size_t room,
                                 size_t *ret_count);

#endif
