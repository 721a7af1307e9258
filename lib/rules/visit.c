/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/visit.h"

#include "core/err.h"
#include "rules/neutral.h"

static const char *const state_words[VISIT_STATE_COUNT] = {"planned",   "confirmed",  "stopped",
                                                           "cancelled", "took_place", "missed"};
static const char *const attendance_words[VISIT_ATTENDANCES] = {"expected",   "came",    "late",
                                                                "left_early", "told_us", "away"};

static bool word_get(struct str word, const char *const *words, size_t count, size_t *ret_index)
{
    for (size_t i = 0; i < count; i++) {
        if (!str_equal(word, str_from(words[i]))) continue;
        *ret_index = i;
        return true;
    }
    return false;
}

const char *visit_state_word(enum visit_state state)
{
    ASSERT(state < VISIT_STATE_COUNT);
    return state_words[state];
}

bool visit_state_get(struct str word, enum visit_state *ret_state)
{
    size_t index;
    if (!word_get(word, state_words, VISIT_STATE_COUNT, &index)) return false;
    *ret_state = (enum visit_state)index;
    return true;
}

const char *visit_attendance_word(enum visit_attendance attendance)
{
    ASSERT((size_t)attendance < VISIT_ATTENDANCES);
    return attendance_words[attendance];
}

bool visit_attendance_get(struct str word, enum visit_attendance *ret_attendance)
{
    size_t index;
    if (!word_get(word, attendance_words, VISIT_ATTENDANCES, &index)) return false;
    *ret_attendance = (enum visit_attendance)index;
    return true;
}

static const struct {
    enum visit_state from, to;
    bool must_have_begun;
} moves[] = {
    {VISIT_PLANNED, VISIT_CONFIRMED, false},   {VISIT_PLANNED, VISIT_CANCELLED, false},
    {VISIT_CONFIRMED, VISIT_PLANNED, false},   {VISIT_CONFIRMED, VISIT_CANCELLED, false},
    {VISIT_STOPPED, VISIT_PLANNED, false},     {VISIT_STOPPED, VISIT_CANCELLED, false},
    {VISIT_PLANNED, VISIT_TOOK_PLACE, true},   {VISIT_PLANNED, VISIT_MISSED, true},
    {VISIT_CONFIRMED, VISIT_TOOK_PLACE, true}, {VISIT_CONFIRMED, VISIT_MISSED, true},
    {VISIT_TOOK_PLACE, VISIT_MISSED, true},    {VISIT_MISSED, VISIT_TOOK_PLACE, true},
};

bool visit_may_move(enum visit_state from, enum visit_state to, enum rule_actor who, bool has_begun)
{
    if (!((unsigned)who & (RULE_COORDINATOR | RULE_MANAGER))) return false;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].from == from && moves[i].to == to)
            return has_begun || !moves[i].must_have_begun;
    return false;
}

bool visit_is_open(enum visit_state state)
{
    return state == VISIT_PLANNED || state == VISIT_CONFIRMED || state == VISIT_STOPPED;
}

/* ---- may it be confirmed? ---- */

enum visit_refusal visit_may_confirm(const struct visit_facts *facts)
{
    if (facts->is_frozen) return VISIT_FROZEN;
    if (!facts->is_direct) return VISIT_NOT_DIRECT;
    if (!facts->is_open) return VISIT_NOT_OPEN;
    if (!facts->everybody_takes_part) return VISIT_SOMEBODY_STOPPED;
    if (!facts->has_home || !facts->has_other) return VISIT_ONE_SIDE;
    if (!facts->has_venue) return VISIT_NO_VENUE;
    if (!facts->has_supervisor) return VISIT_NO_SUPERVISOR;
    if (facts->is_past) return VISIT_PAST;
    if (facts->needs_two && facts->by_same_person) return VISIT_SAME_PERSON;
    return VISIT_MAY;
}

/* ---- what one person may know ---- */

static const struct visit_guest *guest_of(const struct visit_plan *plan, int64_t party)
{
    for (size_t i = 0; i < plan->guest_count; i++)
        if (plan->guests[i].party == party) return &plan->guests[i];
    return NULL;
}

struct visit_view visit_view_of(const struct visit_plan *plan, int64_t party)
{
    const struct visit_guest *guest = guest_of(plan, party);
    struct visit_view view = {.news = VISIT_NOTHING};
    if (!guest || !guest->was_told) return view;
    view.starts = plan->told_starts;
    view.ends = plan->told_ends;
    view.news = VISIT_OFF;
    if (!guest->is_asked) return view;
    if (plan->state == VISIT_TOOK_PLACE || plan->state == VISIT_MISSED) view.news = VISIT_OVER;
    if (plan->state != VISIT_CONFIRMED) return view;
    view.news = VISIT_ON;
    view.starts = plan->starts;
    view.ends = plan->ends;
    view.venue = plan->venue;
    view.room = plan->room;
    view.travel = guest->travel;
    view.note = guest->note;
    return view;
}

struct visit_view visit_for_calendar(struct visit_view view)
{
    struct str *texts[] = {&view.venue, &view.room, &view.travel, &view.note};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (neutral_tells(*texts[i])) *texts[i] = STR("");
    return view;
}

bool visit_tells_anew(const struct visit_plan *before, const struct visit_plan *after)
{
    if (before->starts.us != after->starts.us || before->ends.us != after->ends.us ||
        !str_equal(before->venue, after->venue) || !str_equal(before->room, after->room))
        return true;
    const struct visit_plan *plans[] = {before, after};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < plans[i]->guest_count; j++) {
            const struct visit_guest *guest = &plans[i]->guests[j];
            const struct visit_guest *other = guest_of(plans[1 - i], guest->party);
            if (!guest->is_asked && (!other || !other->is_asked)) continue;
            if (!other || guest->is_asked != other->is_asked ||
                !str_equal(guest->travel, other->travel) || !str_equal(guest->note, other->note))
                return true;
        }
    return false;
}

/* ---- what gets in its way ---- */

static bool is_letter(unsigned char byte)
{
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* The next letter or digit, small; 0 at the end. */
static unsigned char next_letter(struct str *rest)
{
    while (rest->len) {
        unsigned char byte = (unsigned char)rest->at[0];
        *rest = str_from_byte(*rest, 1);
        if (is_letter(byte)) return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 32) : byte;
    }
    return 0;
}

bool visit_same_place(struct str one, struct str other)
{
    bool any = false;
    for (;;) {
        unsigned char a = next_letter(&one), b = next_letter(&other);
        if (a != b) return false;
        if (a == 0) return any;
        any = true;
    }
}

static bool is_named(struct str place)
{
    return next_letter(&place) != 0;
}

bool visit_names(struct str text, struct str term)
{
    if (!is_named(term)) return false;
    for (size_t start = 0; start < text.len; start++) {
        bool begins = is_letter((unsigned char)text.at[start]) &&
                      (start == 0 || !is_letter((unsigned char)text.at[start - 1]));
        if (!begins) continue;
        struct str rest = str_from_byte(text, start), wanted = term;
        unsigned char a, b;
        do {
            b = next_letter(&wanted);
            a = b ? next_letter(&rest) : 0;
        } while (b && a == b);
        if (b == 0 && (rest.len == 0 || !is_letter((unsigned char)rest.at[0]))) return true;
    }
    return false;
}

static bool meet(const struct visit_slot *one, const struct visit_slot *other, int64_t margin_us)
{
    return one->starts.us < other->ends.us + margin_us &&
           other->starts.us < one->ends.us + margin_us;
}

static bool share_somebody(const struct visit_slot *one, const struct visit_slot *other)
{
    for (size_t i = 0; i < one->people_count; i++)
        for (size_t j = 0; j < other->people_count; j++)
            if (one->people[i] == other->people[j]) return true;
    return false;
}

unsigned visit_clash(const struct visit_slot *one, const struct visit_slot *other)
{
    unsigned found = 0;
    bool same_venue = visit_same_place(one->venue, other->venue);
    int margin =
        one->margin_minutes > other->margin_minutes ? one->margin_minutes : other->margin_minutes;
    int64_t margin_us = same_venue ? 0 : margin * UTC_MINUTE_US;
    if (one->id == other->id) return 0;
    if (meet(one, other, margin_us)) {
        if (share_somebody(one, other)) found |= VISIT_CLASH_PERSON;
        if (one->supervisor && one->supervisor == other->supervisor)
            found |= VISIT_CLASH_SUPERVISOR;
    }
    bool same_room =
        !is_named(one->room) || !is_named(other->room) || visit_same_place(one->room, other->room);
    if (same_venue && same_room && meet(one, other, 0)) found |= VISIT_CLASH_ROOM;
    return found;
}

struct visit_load visit_load_add(struct visit_load load, const struct visit_slot *slot)
{
    load.visits++;
    load.minutes += (slot->ends.us - slot->starts.us) / UTC_MINUTE_US;
    return load;
}

bool visit_load_is_heavy(struct visit_load load)
{
    return load.visits > VISIT_LOAD_VISITS || load.minutes > VISIT_LOAD_MINUTES;
}

struct day visit_week(struct day day)
{
    return (struct day){day.number - (day_weekday(day) + 6) % 7};
}

/* ---- times and dates ---- */

static bool take_number(struct str *rest, size_t max_digits, int *ret_number)
{
    int number = 0;
    size_t digits = 0;
    while (rest->len && rest->at[0] >= '0' && rest->at[0] <= '9') {
        if (digits++ == max_digits) return false;
        number = number * 10 + (rest->at[0] - '0');
        *rest = str_from_byte(*rest, 1);
    }
    *ret_number = number;
    return digits > 0;
}

/* "am" 0, "pm" 12, nothing -1; false for anything else. */
static bool half_of_day(struct str rest, int *ret_half)
{
    static const struct {
        const char *word;
        int half;
    } words[] = {{"", -1}, {"am", 0}, {"a.m.", 0}, {"pm", 12}, {"p.m.", 12}};
    rest = str_trim(rest);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str word = str_from(words[i].word);
        bool same = word.len == rest.len;
        for (size_t j = 0; same && j < word.len; j++)
            same = word.at[j] == rest.at[j] || word.at[j] - 32 == rest.at[j];
        if (!same) continue;
        *ret_half = words[i].half;
        return true;
    }
    return false;
}

bool visit_time_get(struct str text, int *ret_minutes)
{
    int hour, minute = 0, half;
    struct str rest = str_trim(text);
    if (str_equal(rest, STR("noon"))) {
        *ret_minutes = 12 * 60;
        return true;
    }
    if (!take_number(&rest, 2, &hour)) return false;
    bool has_minutes = rest.len && (rest.at[0] == ':' || rest.at[0] == '.');
    if (has_minutes) {
        size_t before = rest.len;
        rest = str_from_byte(rest, 1);
        if (!take_number(&rest, 2, &minute) || before - rest.len != 3) return false;
    }
    if (!half_of_day(rest, &half) || minute > 59) return false;
    if (half < 0 ? hour > 23 || !has_minutes : hour < 1 || hour > 12) return false;
    *ret_minutes = (half < 0 ? hour : hour % 12 + half) * 60 + minute;
    return true;
}

static bool has_month(const int64_t *months, size_t count, int month)
{
    for (size_t i = 0; i < count; i++)
        if (months[i] == month) return true;
    return false;
}

/* The same weekday, as often in its month as that of `like`; at most the fourth. */
static struct day same_weekday(struct day first, struct day like)
{
    int weeks = (day_parts(like).day - 1) / 7;
    int ahead = (day_weekday(like) - day_weekday(first) + 7) % 7;
    return (struct day){first.number + ahead + 7 * (weeks > 3 ? 3 : weeks)};
}

bool visit_next(struct day last, const int64_t *months, size_t month_count, const int64_t *avoid,
                size_t avoid_count, struct day today, struct day *ret_next)
{
    enum { YEARS_AHEAD = 3 };
    struct day base = last.number > today.number ? last : today;
    struct day month = {base.number - (day_parts(base).day - 1)};
    for (int step = 0; step <= 12 * YEARS_AHEAD; step++) {
        struct day first = day_add_months(month, step);
        int number = day_parts(first).month;
        struct day next = same_weekday(first, last);
        bool same_month = day_parts(next).month == day_parts(last).month &&
                          day_parts(next).year == day_parts(last).year;
        if (!has_month(months, month_count, number) || has_month(avoid, avoid_count, number) ||
            same_month || next.number <= today.number)
            continue;
        *ret_next = next;
        return true;
    }
    return false;
}
