/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * probe_recur < QUESTIONS
 *
 * A question is one line, "RULE STARTS FROM BEFORE" with days as 2026-11-22; the answer one line:
 * the months "2026-11 2027-03", or the fault's number after a "!". A test compares the answers with
 * another program's.
 */
#include <stdio.h>
#include <string.h>

#include "rules/recur.h"

enum { MONTHS = 2000 };

static bool take_day(struct str *rest, struct day *ret_day)
{
    struct str word;
    return str_split(rest, ' ', &word) && day_get(word, ret_day);
}

int main(void)
{
    static char line[1000];
    static struct day months[MONTHS];
    while (fgets(line, sizeof line, stdin)) {
        struct str rest = str_trim(str_from(line)), rule;
        struct day starts, from, before;
        struct recur recur;
        size_t count;
        if (!str_split(&rest, ' ', &rule) || !take_day(&rest, &starts) || !take_day(&rest, &from) ||
            !take_day(&rest, &before))
            return 2;
        enum recur_fault fault = recur_read(rule, starts, &recur);
        if (fault != RECUR_GOOD) {
            printf("!%d\n", (int)fault);
            continue;
        }
        if (recur_months(&recur, starts, from, before, months, MONTHS, &count) != OK) return 1;
        for (size_t i = 0; i < count; i++) {
            struct day_parts parts = day_parts(months[i]);
            printf("%s%d-%02d", i ? " " : "", parts.year, parts.month);
        }
        putchar('\n');
    }
    return 0;
}
