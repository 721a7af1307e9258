/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules of months: the day from which it holds, then the rule. What is read can be written and read
 * again as the same; its months lie where they were asked for, in order. */
#include <stdint.h>
#include <string.h>

#include "rules/recur.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { DAY_BYTES = 10, YEARS = 30, MONTHS = 12 * YEARS };

static struct recur read_again(const struct recur *recur, struct day starts)
{
    BUF(text, 2 * RECUR_RULE_BYTES);
    struct recur again = {.every = 0};
    recur_put(&text, recur);
    ASSERT(buf_done(&text) == OK);
    ASSERT(recur_read(buf_str(&text), starts, &again) == RECUR_GOOD);
    return again;
}

static void look_at_months(const struct recur *recur, struct day starts)
{
    struct day months[MONTHS], before = day_add_months(starts, MONTHS);
    size_t count;
    ASSERT(recur_months(recur, starts, starts, before, months, MONTHS, &count) == OK);
    ASSERT(recur->count == 0 || count <= (size_t)recur->count);
    for (size_t i = 0; i < count; i++) {
        struct day_parts parts = day_parts(months[i]);
        ASSERT(parts.day == 1 && months_have(recur->months, parts.month));
        ASSERT(months[i].number < before.number);
        ASSERT(day_parts(starts).day > 1 || months[i].number >= starts.number);
        ASSERT(i == 0 || months[i - 1].number < months[i].number);
        ASSERT(!recur->ends || months[i].number <= recur->until.number);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct day starts;
    struct recur recur;
    struct str input = {(const char *)bytes, len};
    if (len < DAY_BYTES || !day_get(str_slice(input, 0, DAY_BYTES), &starts)) return 0;
    struct day_parts parts = day_parts(starts);
    if (parts.year < 1900 || parts.year > 2200) return 0;
    if (recur_read(str_from_byte(input, DAY_BYTES), starts, &recur) != RECUR_GOOD) return 0;
    struct recur again = read_again(&recur, starts);
    ASSERT(again.months.bits == recur.months.bits && again.every == recur.every);
    ASSERT(again.ends == recur.ends && again.count == recur.count);
    ASSERT(!recur.ends || again.until.number == recur.until.number);
    ASSERT(recur_check(&recur, starts) == RECUR_GOOD);
    look_at_months(&recur, starts);
    return 0;
}
