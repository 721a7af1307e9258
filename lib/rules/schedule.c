/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/schedule.h"

#include <stdlib.h>

static const char *const first_words[] = {"adoptive", "birth", "either"};

bool first_writer_get(struct str word, enum first_writer *ret_first)
{
    for (unsigned i = 0; i < sizeof first_words / sizeof *first_words; i++) {
        if (!str_equal(word, str_from(first_words[i]))) continue;
        *ret_first = (enum first_writer)i;
        return true;
    }
    return false;
}

enum err months_from(const int *numbers, size_t count, struct months *ret_months)
{
    struct months months = {0};
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] < 1 || numbers[i] > 12) return ERR_BAD_INPUT;
        months.bits |= (uint16_t)(1u << numbers[i]);
    }
    *ret_months = months;
    return OK;
}

bool months_have(struct months months, int number)
{
    return number >= 1 && number <= 12 && (months.bits >> number & 1) != 0;
}

static struct day first_of_month(struct day day)
{
    struct day_parts parts = day_parts(day);
    return (struct day){day.number - (parts.day - 1)};
}

static struct day end_of_month(struct day first)
{
    struct day_parts parts = day_parts(first);
    return (struct day){first.number + day_month_length(parts.year, parts.month) - 1};
}

/* The end of this month, or of the next that is not to be avoided. */
static struct day due_day(struct day month, struct months avoid)
{
    for (int step = 0; step < 12; step++) {
        struct day tried = day_add_months(month, step);
        if (!months_have(avoid, day_parts(tried).month)) return end_of_month(tried);
    }
    ASSERT(false);
}

static bool expected(const struct schedule_party *from, const struct schedule_party *to)
{
    return from->at.known && to->at.known && from->at.side != to->at.side &&
           from->at.state == PARTY_ACTIVE && from->at.member == MEMBER_ACTIVE &&
           from->at.may_write && to->at.state != PARTY_DEAD && to->at.state != PARTY_ENDED &&
           to->at.member != MEMBER_ENDED && to->at.may_receive;
}

/* Letters go between the child's family and everybody else; relatives don't write to one another
 * through the child. */
static bool pair(const struct schedule_party *from, const struct schedule_party *to)
{
    return (from->at.side == SIDE_ADOPTIVE) != (to->at.side == SIDE_ADOPTIVE);
}

static bool begins(const struct schedule_party *from, enum first_writer first)
{
    if (first == FIRST_EITHER) return true;
    return (from->at.side == SIDE_ADOPTIVE) == (first == FIRST_ADOPTIVE);
}

static int order(const void *left, const void *right)
{
    const struct schedule_occasion *a = left, *b = right;
    if (a->due.number != b->due.number) return a->due.number < b->due.number ? -1 : 1;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    return a->month.number < b->month.number ? -1 : a->month.number > b->month.number;
}

enum err schedule_occasions(const struct schedule_terms *terms,
                            const struct schedule_party *parties, size_t party_count,
                            struct day today, struct arena *arena,
                            struct schedule_occasion **ret_occasions, size_t *ret_count)
{
    static const uint16_t whole_year = 0x1ffe;
    if (party_count > SCHEDULE_PARTIES) return ERR_BAD_INPUT;
    if ((terms->avoid.bits & whole_year) == whole_year) return ERR_BAD_INPUT;
    size_t room = SCHEDULE_MONTHS * party_count * party_count + 1, count = 0;
    struct schedule_occasion *occasions = ARENA_MANY(arena, room, struct schedule_occasion);
    struct day start = first_of_month(today);
    for (int step = 0; step < SCHEDULE_MONTHS; step++) {
        struct day month = day_add_months(start, step);
        if (!months_have(terms->months, day_parts(month).month)) continue;
        if (month.number >= terms->eighteenth.number) break;
        for (size_t i = 0; i < party_count; i++) {
            for (size_t k = 0; k < party_count; k++) {
                const struct schedule_party *from = &parties[i], *to = &parties[k];
                if (i == k || !pair(from, to) || !expected(from, to)) continue;
                bool first = begins(from, terms->first);
                struct day due = due_day(first ? month : day_add_months(month, 1), terms->avoid);
                if (due.number >= terms->eighteenth.number) continue;
                occasions[count++] = (struct schedule_occasion){from->party, to->party, month, due};
            }
        }
    }
    qsort(occasions, count, sizeof *occasions, order);
    *ret_occasions = occasions;
    *ret_count = count;
    return OK;
}
