/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_UTC_H
#define LETTERBOX_CORE_UTC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/str.h"

/* An instant: microseconds since 1970-01-01T00:00:00Z. Civil dates are struct day (core/day.h). */
struct utc {
    int64_t us;
};

#define UTC_SECOND_US ((int64_t)1000000)
#define UTC_MINUTE_US (60 * UTC_SECOND_US)
#define UTC_HOUR_US (60 * UTC_MINUTE_US)
#define UTC_DAY_US (24 * UTC_HOUR_US)

/* "2026-11-22T04:54:17Z" (whole seconds, rounded down). */
void utc_put(struct buf *buf, struct utc instant);
/* The same form, optionally with up to six decimals. */
bool utc_get(struct str text, struct utc *ret_instant);

#endif
