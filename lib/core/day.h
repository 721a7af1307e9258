/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_DAY_H
#define LETTERBOX_CORE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/str.h"

/* A civil date of the Gregorian calendar, as days since 1970-01-01; no zone, no time of day. */
struct day {
    int32_t number;
};

struct day_parts {
    int year, month, day; /* month 1..12, day 1..31 */
};

/* Years 1..9999; false for a date that does not exist. */
bool day_from(struct day_parts parts, struct day *ret_day);
struct day_parts day_parts(struct day day);
int day_month_length(int year, int month);
/* 0 Sunday … 6 Saturday. */
int day_weekday(struct day day);
/* Whole months later; a day that the month lacks becomes its last. */
struct day day_add_months(struct day day, int months);

/* "2026-11-22". */
void day_put(struct buf *buf, struct day day);
bool day_get(struct str text, struct day *ret_day);
/* "22 November 2026". */
void day_put_long(struct buf *buf, struct day day);
/* "November". */
const char *day_month_name(int month);
/* "Saturday". */
const char *day_weekday_name(struct day day);

#endif
