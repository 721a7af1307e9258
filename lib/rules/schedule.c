/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/schedule.h"

#include <stdlib.h>

/* An answer is due a month later, and eleven months may be ones to avoid. */
enum { MONTHS_BEFORE = 12, MONTHS = MONTHS_BEFORE + SCHEDULE_MONTHS };

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

bool schedule_avoids_all(struct months avoid)
{
    static const uint16_t whole_year = 0x1ffe;
    return (avoid.bits & whole_year) == whole_year;
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

/* ---- who writes to whom ---- */

/* Is it asked of them at all? */
static bool asked(const struct schedule_party *from, const struct schedule_party *to)
{
    return from->at.known && to->at.known && from->at.side != to->at.side &&
           from->at.state != PARTY_DEAD && from->at.state != PARTY_ENDED &&
           from->at.member != MEMBER_ENDED && from->at.may_write && to->at.state != PARTY_DEAD &&
           to->at.state != PARTY_ENDED && to->at.member != MEMBER_ENDED && to->at.may_receive;
}

static bool is_here(const struct schedule_party *from)
{
    return from->at.state == PARTY_ACTIVE && from->at.member == MEMBER_ACTIVE;
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

/* ---- what is due ---- */

static int order(const void *left, const void *right)
{
    const struct schedule_occasion *a = left, *b = right;
    if (a->due.number != b->due.number) return a->due.number < b->due.number ? -1 : 1;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    return a->month.number < b->month.number ? -1 : a->month.number > b->month.number;
}

struct making {
    const struct schedule_terms *terms;
    const struct schedule_party *parties;
    size_t party_count;
    struct day today;
    struct schedule_occasion *occasions;
    size_t count;
};

static void add_month(struct making *making, const struct schedule_version *version,
                      struct day month)
{
    struct day eighteenth = making->terms->eighteenth;
    bool is_over = month.number < first_of_month(making->today).number;
    if (month.number >= eighteenth.number) return;
    for (size_t i = 0; i < making->party_count; i++) {
        for (size_t k = 0; k < making->party_count; k++) {
            const struct schedule_party *from = &making->parties[i], *to = &making->parties[k];
            if (i == k || !pair(from, to) || !asked(from, to)) continue;
            struct day first = begins(from, version->first) ? month : day_add_months(month, 1);
            struct day due = due_day(first, version->avoid);
            if (due.number >= eighteenth.number) continue;
            if (is_over && due.number <= making->today.number) continue;
            making->occasions[making->count++] =
                (struct schedule_occasion){.from = from->party,
                                           .to = to->party,
                                           .month = month,
                                           .due = due,
                                           .version = version->number,
                                           .opens = !is_over && is_here(from)};
        }
    }
}

/* The months for which version i holds, of those that are looked at. */
static enum err add_version(struct making *making, size_t i)
{
    const struct schedule_version *version = &making->terms->versions[i];
    struct day now = first_of_month(making->today);
    struct day from = day_add_months(now, -MONTHS_BEFORE);
    struct day before = day_add_months(now, SCHEDULE_MONTHS);
    struct day months[MONTHS];
    size_t count;
    if (version->rule.months.bits == 0) return OK;
    if (i + 1 < making->terms->version_count) {
        struct day next = first_of_month(making->terms->versions[i + 1].starts);
        if (next.number < before.number) before = next;
    }
    if (first_of_month(version->starts).number > from.number) from = version->starts;
    if (before.number <= first_of_month(from).number) return OK;
    TRY(recur_months(&version->rule, version->starts, from, before, months, MONTHS, &count));
    for (size_t k = 0; k < count; k++) add_month(making, version, months[k]);
    return OK;
}

enum err schedule_occasions(const struct schedule_terms *terms,
                            const struct schedule_party *parties, size_t party_count,
                            struct day today, struct arena *arena,
                            struct schedule_occasion **ret_occasions, size_t *ret_count)
{
    if (party_count > SCHEDULE_PARTIES || terms->version_count > SCHEDULE_VERSIONS)
        return ERR_BAD_INPUT;
    for (size_t i = 0; i < terms->version_count; i++)
        if (schedule_avoids_all(terms->versions[i].avoid)) return ERR_BAD_INPUT;
    /* Each relative with the family, or the families, both ways. */
    size_t room = (size_t)MONTHS * party_count * party_count + 1;
    struct making making = {.terms = terms,
                            .parties = parties,
                            .party_count = party_count,
                            .today = today,
                            .occasions = ARENA_MANY(arena, room, struct schedule_occasion)};
    for (size_t i = 0; i < terms->version_count; i++) TRY(add_version(&making, i));
    qsort(making.occasions, making.count, sizeof *making.occasions, order);
    *ret_occasions = making.occasions;
    *ret_count = making.count;
    return OK;
}
