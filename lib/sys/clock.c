/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/clock.h"

#include <stdlib.h>
#include <time.h>

void clock_zone(const char *zone)
{
    ASSERT(setenv("TZ", zone, 1) == 0);
    tzset();
    /* The zone's file is read now, not after confinement. */
    time_t zero = 0;
    struct tm parts;
    ASSERT(localtime_r(&zero, &parts) != NULL);
}

static int64_t read_us(clockid_t clock)
{
    struct timespec now;
    ASSERT(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * UTC_SECOND_US + now.tv_nsec / 1000;
}

struct utc clock_now(void)
{
    return (struct utc){read_us(CLOCK_REALTIME)};
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

static struct tm local(struct utc instant)
{
    time_t seconds = (time_t)(instant.us / UTC_SECOND_US - (instant.us % UTC_SECOND_US < 0));
    struct tm parts;
    ASSERT(localtime_r(&seconds, &parts) != NULL);
    return parts;
}

static struct day day_of(const struct tm *parts)
{
    struct day day;
    ASSERT(day_from((struct day_parts){parts->tm_year + 1900, parts->tm_mon + 1, parts->tm_mday},
                    &day));
    return day;
}

struct day clock_day(struct utc instant)
{
    struct tm parts = local(instant);
    return day_of(&parts);
}

struct utc clock_day_start(struct day day)
{
    struct day_parts parts = day_parts(day);
    struct tm local_parts = {.tm_year = parts.year - 1900,
                             .tm_mon = parts.month - 1,
                             .tm_mday = parts.day,
                             .tm_isdst = -1};
    return (struct utc){(int64_t)mktime(&local_parts) * UTC_SECOND_US};
}

static void put_time(struct buf *buf, const struct tm *parts)
{
    int hour = parts->tm_hour % 12;
    buf_print(buf, "%d:%02d%s", hour ? hour : 12, parts->tm_min, parts->tm_hour < 12 ? "am" : "pm");
}

void clock_put(struct buf *buf, struct utc instant)
{
    struct tm parts = local(instant);
    day_put_long(buf, day_of(&parts));
    buf_print(buf, " at ");
    put_time(buf, &parts);
}

void clock_put_time(struct buf *buf, struct utc instant)
{
    struct tm parts = local(instant);
    put_time(buf, &parts);
}

int clock_minutes(struct utc instant)
{
    struct tm parts = local(instant);
    return parts.tm_hour * 60 + parts.tm_min;
}

enum clock_fit clock_civil(struct day day, int minutes, struct utc *ret_instant)
{
    /* no zone is more than a day from UTC, and none moves its clocks twice within two */
    struct utc found[2];
    size_t count = 0;
    int64_t wall = day.number * UTC_DAY_US + minutes * UTC_MINUTE_US;
    for (int side = -1; side <= 1; side += 2) {
        struct tm parts = local((struct utc){wall + side * UTC_DAY_US});
        struct utc tried = {wall - parts.tm_gmtoff * UTC_SECOND_US};
        struct tm seen = local(tried);
        if (day_of(&seen).number != day.number || seen.tm_hour * 60 + seen.tm_min != minutes)
            continue;
        if (count == 0 || found[0].us != tried.us) found[count++] = tried;
    }
    if (count == 0) return CLOCK_NEVER;
    *ret_instant = count == 2 && found[1].us < found[0].us ? found[1] : found[0];
    return count == 2 ? CLOCK_TWICE : CLOCK_ONCE;
}
