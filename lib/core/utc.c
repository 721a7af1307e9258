/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/utc.h"

#include "core/day.h"
#include "core/num.h"

void utc_put(struct buf *buf, struct utc instant)
{
    int64_t days = instant.us / UTC_DAY_US, rest = instant.us % UTC_DAY_US;
    if (rest < 0) rest += UTC_DAY_US, days--;
    int seconds = (int)(rest / UTC_SECOND_US);
    day_put(buf, (struct day){(int32_t)days});
    buf_print(buf, "T%02d:%02d:%02dZ", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

bool utc_get(struct str text, struct utc *ret_instant)
{
    struct day day;
    int64_t hour, minute, second, part = 0;
    if (text.len < 20 || text.at[10] != 'T' || text.at[13] != ':' || text.at[16] != ':' ||
        text.at[text.len - 1] != 'Z' || !day_get(str_slice(text, 0, 10), &day))
        return false;
    if (!num_parse(str_slice(text, 11, 13), 0, 23, &hour) ||
        !num_parse(str_slice(text, 14, 16), 0, 59, &minute) ||
        !num_parse(str_slice(text, 17, 19), 0, 59, &second))
        return false;
    struct str decimals = str_slice(text, 19, text.len - 1);
    if (decimals.len) {
        if (decimals.at[0] != '.' || decimals.len > 7) return false;
        if (!num_parse(str_from_byte(decimals, 1), 0, 999999, &part)) return false;
        for (size_t i = decimals.len; i < 7; i++) part *= 10;
    }
    ret_instant->us = day.number * UTC_DAY_US + hour * UTC_HOUR_US + minute * UTC_MINUTE_US +
                      second * UTC_SECOND_US + part;
    return true;
}
