/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/recur.h"

#include <libical/ical.h>

/* ---- months ---- */

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

/* ---- to and from libical ---- */

static struct day first_of_month(struct day day)
{
    return (struct day){day.number - (day_parts(day).day - 1)};
}

/* UTC by name: without a zone, ICU would look for the machine's own. */
static struct icaltimetype ical_day(struct day day)
{
    struct day_parts parts = day_parts(day);
    struct icaltimetype made = icaltime_null_time();
    made.year = parts.year;
    made.month = parts.month;
    made.day = parts.day;
    made.is_date = 1;
    made.zone = icaltimezone_get_utc_timezone();
    return made;
}

static bool day_of(struct icaltimetype time, struct day *ret_day)
{
    return day_from((struct day_parts){time.year, time.month, time.day}, ret_day);
}

static struct icalrecurrencetype ical_rule(const struct recur *recur)
{
    BUF(text, RECUR_RULE_BYTES + 1);
    recur_put(&text, recur);
    ASSERT(buf_done(&text) == OK);
    struct icalrecurrencetype rule = icalrecurrencetype_from_string(text.at);
    ASSERT(rule.freq == ICAL_YEARLY_RECURRENCE);
    return rule;
}

/* Has it a part that we do not take? */
static bool has_other(const struct icalrecurrencetype *rule)
{
    const short firsts[] = {rule->by_second[0],  rule->by_minute[0],    rule->by_hour[0],
                            rule->by_day[0],     rule->by_month_day[0], rule->by_year_day[0],
                            rule->by_week_no[0], rule->by_set_pos[0]};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        if (firsts[i] != ICAL_RECURRENCE_ARRAY_MAX) return true;
    return rule->skip != ICAL_SKIP_OMIT;
}

static enum recur_fault take_months(const struct icalrecurrencetype *rule, struct day starts,
                                    struct months *ret_months)
{
    int numbers[12], count = 0;
    for (; rule->by_month[count] != ICAL_RECURRENCE_ARRAY_MAX; count++) {
        if (count == 12) return RECUR_UNREADABLE;
        numbers[count] = rule->by_month[count]; /* a leap month's ("5L") is over 12 */
    }
    if (count == 0) numbers[count++] = day_parts(starts).month; /* the month of DTSTART */
    return months_from(numbers, (size_t)count, ret_months) == OK ? RECUR_GOOD : RECUR_UNREADABLE;
}

static enum recur_fault take_end(const struct icalrecurrencetype *rule, struct recur *recur)
{
    recur->count = rule->count;
    recur->ends = !icaltime_is_null_time(rule->until);
    if (!recur->ends) return RECUR_GOOD;
    if (!rule->until.is_date) return RECUR_OTHER;
    return day_of(rule->until, &recur->until) ? RECUR_GOOD : RECUR_UNREADABLE;
}

/* libical takes nonsense behind a number for its end, and small letters for large ones. */
static bool has_rule_letters(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool known = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ';' || c == '=' ||
                     c == ',' || c == '-' || c == '+';
        if (!known) return false;
    }
    return true;
}

enum recur_fault recur_read(struct str text, struct day starts, struct recur *ret_recur)
{
    if (text.len == 0 || text.len > RECUR_RULE_BYTES || !has_rule_letters(text))
        return RECUR_UNREADABLE;
    BUF(copy, RECUR_RULE_BYTES + 1);
    buf_add(&copy, text);
    ASSERT(buf_done(&copy) == OK);
    struct icalrecurrencetype rule = icalrecurrencetype_from_string(copy.at);
    icalerror_clear_errno();
    bool has_scale = rule.rscale != NULL; /* another calendar, RFC 7529 */
    icalmemory_free_buffer(rule.rscale);
    rule.rscale = NULL;
    if (rule.freq == ICAL_NO_RECURRENCE) return RECUR_UNREADABLE;
    if (rule.freq < ICAL_MONTHLY_RECURRENCE) return RECUR_OFTEN;
    if (rule.freq != ICAL_YEARLY_RECURRENCE || has_scale || has_other(&rule)) return RECUR_OTHER;
    struct recur recur = {.every = rule.interval};
    enum recur_fault fault = take_months(&rule, starts, &recur.months);
    if (fault == RECUR_GOOD) fault = take_end(&rule, &recur);
    if (fault == RECUR_GOOD) fault = recur_check(&recur, starts);
    if (fault == RECUR_GOOD) *ret_recur = recur;
    return fault;
}

enum recur_fault recur_check(const struct recur *recur, struct day starts)
{
    static const struct day last = {2932896}; /* the end of 9999 */
    struct day first;
    size_t count;
    if (recur->months.bits == 0) return RECUR_NEVER;
    if (recur->every < 1 || recur->count < 0 || (recur->ends && recur->count))
        return RECUR_UNREADABLE;
    if (recur->every > RECUR_EVERY_MOST) return RECUR_OTHER;
    if (recur->count > RECUR_COUNT_MOST) return RECUR_OFTEN;
    if (recur->ends && recur->until.number < first_of_month(starts).number) return RECUR_NEVER;
    if (!recur->ends) return RECUR_GOOD;
    struct day before = {recur->until.number < last.number ? recur->until.number + 1 : last.number};
    enum err code = recur_months(recur, starts, starts, before, &first, 1, &count);
    return code == OK && count == 0 ? RECUR_NEVER : RECUR_GOOD;
}

void recur_put(struct buf *buf, const struct recur *recur)
{
    ASSERT(recur->months.bits != 0);
    buf_add(buf, STR("FREQ=YEARLY"));
    if (recur->every > 1) buf_print(buf, ";INTERVAL=%d", recur->every);
    buf_add(buf, STR(";BYMONTH="));
    for (int month = 1, written = 0; month <= 12; month++)
        if (months_have(recur->months, month)) buf_print(buf, "%s%d", written++ ? "," : "", month);
    if (recur->count) buf_print(buf, ";COUNT=%d", recur->count);
    if (!recur->ends) return;
    struct day_parts until = day_parts(recur->until);
    buf_print(buf, ";UNTIL=%04d%02d%02d", until.year, until.month, until.day);
}

enum err recur_months(const struct recur *recur, struct day starts, struct day from,
                      struct day before, struct day *ret_months, size_t room, size_t *ret_count)
{
    struct day start = first_of_month(starts), month;
    from = first_of_month(from);
    struct icalrecurrencetype rule = ical_rule(recur);
    size_t count = 0;
    if (recur->ends && recur->until.number < from.number) before = start;
    icalrecur_iterator *months = icalrecur_iterator_new(rule, ical_day(start));
    ASSERT(months);
    /* COUNT counts from the beginning; the rest may begin near what is asked for. */
    if (!recur->count && from.number > start.number)
        (void)icalrecur_iterator_set_start(months, ical_day(from));
    enum err code = OK;
    for (;;) {
        struct icaltimetype next = icalrecur_iterator_next(months);
        if (icaltime_is_null_time(next) || !day_of(next, &month) || month.number >= before.number)
            break;
        if (month.number < from.number) continue;
        if (count == room) {
            code = ERR_TOO_BIG;
            break;
        }
        ret_months[count++] = month;
    }
    icalrecur_iterator_free(months);
    if (code == OK) *ret_count = count;
    return code;
}
