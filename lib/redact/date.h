/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_DATE_H
#define LETTERBOX_REDACT_DATE_H

#include <stdbool.h>
#include <stddef.h>

#include "redact/norm.h"

/*
 * A calendar date as people write it in Britain: "11 February 2016", "11th of feb 16", "11/2/16",
 * "11.02.2016", "2016-02-11", "Feb 11th, 2016", "11 Chwefror 2016", "11 lutego 2016".
 */
struct date {
    int year; /* 0: not given */
    int month, day;
    size_t first, last; /* words, both inside */
};

/* The date that begins at this word. */
bool date_at(const struct norm *norm, size_t word, struct date *ret_date);

#endif
