/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SYS_CLOCK_H
#define LETTERBOX_SYS_CLOCK_H

#include <stdint.h>

#include "core/buf.h"
#include "core/day.h"
#include "core/utc.h"

/*
 * The host's clocks, and the only place where the time zone is applied. Read once a request or job
 * and handed down. Expiry is not judged here: that is the database's clock (letterbox.now()).
 */

/* The zone for people (a name of the zone database); call once in main, before confinement. */
void clock_zone(const char *zone);

struct utc clock_now(void);
/* Since some moment in the past; never runs back. For durations. */
int64_t clock_monotonic_us(void);

/* The civil date, and "22 November 2026 at 8:15pm", in the zone. */
struct day clock_day(struct utc instant);
/* The first instant of the day there. */
struct utc clock_day_start(struct day day);
void clock_put(struct buf *buf, struct utc instant);
/* "8:15pm", and the minutes since midnight that the clocks there show. */
void clock_put_time(struct buf *buf, struct utc instant);
int clock_minutes(struct utc instant);

/*
 * The instant when the clocks there show that time of that day, in minutes since midnight. In
 * spring an hour never comes; in autumn one comes twice, and ret_instant is its first coming.
 */
enum clock_fit { CLOCK_ONCE, CLOCK_NEVER, CLOCK_TWICE };
enum clock_fit clock_civil(struct day day, int minutes, struct utc *ret_instant);

#endif
