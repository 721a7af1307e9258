/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/day.h"

#include "core/num.h"

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int day_month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ASSERT(month >= 1 && month <= 12);
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Days from 1 January of year 1 to 1 January of the year. */
static int32_t days_before_year(int year)
{
    int past = year - 1;
    return 365 * past + past / 4 - past / 100 + past / 400;
}

enum { DAYS_TO_1970 = 719162 };

bool day_from(struct day_parts parts, struct day *ret_day)
{
    if (parts.year < 1 || parts.year > 9999 || parts.month < 1 || parts.month > 12) return false;
    if (parts.day < 1 || parts.day > day_month_length(parts.year, parts.month)) return false;
    int32_t number = days_before_year(parts.year) - DAYS_TO_1970 + parts.day - 1;
    for (int month = 1; month < parts.month; month++) number += day_month_length(parts.year, month);
    ret_day->number = number;
    return true;
}

struct day_parts day_parts(struct day day)
{
    int32_t left = day.number + DAYS_TO_1970;
    ASSERT(left >= 0 && left < days_before_year(10000));
    int year = (int)(left / 366) + 1;
    while (days_before_year(year + 1) <= left) year++;
    left -= days_before_year(year);
    int month = 1;
    while (left >= day_month_length(year, month)) left -= day_month_length(year, month++);
    return (struct day_parts){year, month, (int)left + 1};
}

int day_weekday(struct day day)
{
    int weekday = (day.number + 4) % 7;
    return weekday < 0 ? weekday + 7 : weekday;
}

struct day day_add_months(struct day day, int months)
{
    struct day_parts parts = day_parts(day);
    int total = parts.year * 12 + parts.month - 1 + months;
    parts.year = total / 12;
    parts.month = total % 12 + 1;
    int longest = day_month_length(parts.year, parts.month);
    if (parts.day > longest) parts.day = longest;
    struct day later;
    ASSERT(day_from(parts, &later));
    return later;
}

void day_put(struct buf *buf, struct day day)
{
    struct day_parts parts = day_parts(day);
    buf_print(buf, "%04d-%02d-%02d", parts.year, parts.month, parts.day);
}

bool day_get(struct str text, struct day *ret_day)
{
    int64_t year, month, day;
    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-') return false;
    if (!num_parse(str_slice(text, 0, 4), 1, 9999, &year)) return false;
    if (!num_parse(str_slice(text, 5, 7), 1, 12, &month)) return false;
    if (!num_parse(str_slice(text, 8, 10), 1, 31, &day)) return false;
    return day_from((struct day_parts){(int)year, (int)month, (int)day}, ret_day);
}

const char *day_month_name(int month)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    ASSERT(month >= 1 && month <= 12);
    return names[month - 1];
}

const char *day_weekday_name(struct day day)
{
    static const char *const names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
    return names[day_weekday(day)];
}

void day_put_long(struct buf *buf, struct day day)
{
    struct day_parts parts = day_parts(day);
    buf_print(buf, "%d %s %d", parts.day, day_month_name(parts.month), parts.year);
}
