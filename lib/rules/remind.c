/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/remind.h"

#include "core/err.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- states ---- */

static const char *const state_words[] = {"due", "received", "late", "missed", "waived"};

const char *occasion_state_word(enum occasion_state state)
{
    ASSERT((unsigned)state < COUNT(state_words));
    return state_words[state];
}

bool occasion_state_get(struct str word, enum occasion_state *ret_state)
{
    for (size_t i = 0; i < COUNT(state_words); i++) {
        if (!str_equal(word, str_from(state_words[i]))) continue;
        *ret_state = (enum occasion_state)i;
        return true;
    }
    return false;
}

/* A trigger holds the database to the same moves (occasion_moves). */
static const struct {
    enum occasion_state from, to;
    unsigned who;
} moves[] = {
    {OCCASION_DUE, OCCASION_LATE, OCCASION_BY_DIARY},
    {OCCASION_DUE, OCCASION_RECEIVED, OCCASION_BY_PRESS | OCCASION_BY_STAFF},
    {OCCASION_DUE, OCCASION_WAIVED, OCCASION_BY_DIARY | OCCASION_BY_STAFF},
    {OCCASION_LATE, OCCASION_RECEIVED, OCCASION_BY_PRESS | OCCASION_BY_STAFF},
    {OCCASION_LATE, OCCASION_DUE, OCCASION_BY_STAFF | OCCASION_BY_WRITER}, /* more time */
    {OCCASION_LATE, OCCASION_MISSED, OCCASION_BY_DIARY},
    {OCCASION_LATE, OCCASION_WAIVED, OCCASION_BY_STAFF},
    {OCCASION_MISSED, OCCASION_RECEIVED, OCCASION_BY_STAFF},
    {OCCASION_MISSED, OCCASION_WAIVED, OCCASION_BY_STAFF},
    {OCCASION_WAIVED, OCCASION_DUE,
     OCCASION_BY_DIARY | OCCASION_BY_STAFF}, /* the terms ask for it again */
};

bool occasion_may_move(enum occasion_state from, enum occasion_state to, enum occasion_actor who)
{
    for (size_t i = 0; i < COUNT(moves); i++)
        if (moves[i].from == from && moves[i].to == to) return (moves[i].who & (unsigned)who) != 0;
    return false;
}

struct day remind_base(struct day due, bool has_wait, struct day wait_until)
{
    return has_wait && wait_until.number > due.number ? wait_until : due;
}

enum occasion_state remind_lateness(enum occasion_state state, struct day base, struct day today)
{
    if (state != OCCASION_DUE && state != OCCASION_LATE) return state;
    if (base.number >= today.number) return OCCASION_DUE;
    struct day missed_after = day_add_months(base, REMIND_MISSED_MONTHS);
    return missed_after.number < today.number ? OCCASION_MISSED : OCCASION_LATE;
}

struct day remind_wait_last(struct day due, struct day today)
{
    struct day later = due.number > today.number ? due : today;
    struct day once = day_add_months(later, REMIND_WAIT_MONTHS);
    struct day all = day_add_months(due, REMIND_WAIT_ALL_MONTHS);
    return once.number < all.number ? once : all;
}

bool remind_wait_allowed(struct day due, struct day base, struct day today, struct day until)
{
    return until.number > today.number && until.number > base.number &&
           until.number <= remind_wait_last(due, today).number;
}

/* ---- the ladder ---- */

void remind_ladder_default(struct remind_ladder *ret_ladder)
{
    *ret_ladder = (struct remind_ladder){
        .steps = {{-28, false}, {-14, false}, {0, false}, {14, true}, {42, false}},
        .count = 5,
        .tell_after = 14,
    };
}

enum remind_fault remind_ladder_fault(const struct remind_ladder *ladder, size_t *ret_at)
{
    *ret_at = 0;
    if (ladder->count < REMIND_STEPS_LEAST) return LADDER_SHORT;
    if (ladder->count > REMIND_STEPS) return LADDER_LONG;
    for (size_t i = 0; i < ladder->count; i++) {
        *ret_at = i;
        int day = ladder->steps[i].day;
        if (day < -REMIND_DAY_MOST || day > REMIND_DAY_MOST) return LADDER_DAY;
        if (i && day <= ladder->steps[i - 1].day) return LADDER_ORDER;
    }
    *ret_at = ladder->count - 1;
    if (ladder->steps[ladder->count - 1].is_staff) return LADDER_LAST;
    *ret_at = ladder->count - 2;
    if (!ladder->steps[ladder->count - 2].is_staff) return LADDER_HUMAN;
    *ret_at = 0;
    if (ladder->tell_after < REMIND_TELL_LEAST || ladder->tell_after > REMIND_TELL_MOST)
        return LADDER_TELL;
    return LADDER_FINE;
}

/* ---- what stops ---- */

static const struct {
    const char *code, *why;
} stops[] = {
    {"", ""},
#define STOP(code, word, why) {word, why},
#include "rules/remind.def"
#undef STOP
};

const char *remind_stop_code(enum remind_stop stop)
{
    ASSERT(stop > REMIND_FREE && stop < REMIND_STOP_COUNT);
    return stops[stop].code;
}

const char *remind_stop_why(enum remind_stop stop)
{
    ASSERT(stop > REMIND_FREE && stop < REMIND_STOP_COUNT);
    return stops[stop].why;
}

bool remind_stop_get(struct str code, enum remind_stop *ret_stop)
{
    for (size_t i = 1; i < COUNT(stops); i++) {
        if (!str_equal(code, str_from(stops[i].code))) continue;
        *ret_stop = (enum remind_stop)i;
        return true;
    }
    return false;
}

static enum remind_stop stop_of_arrangement(enum arrangement_state state)
{
    static const enum remind_stop table[ARRANGEMENT_STATE_COUNT] = {
        [ARRANGEMENT_ACTIVE] = REMIND_FREE,
        [ARRANGEMENT_PAUSED] = REMIND_STOP_ARRANGEMENT_PAUSED,
        [ARRANGEMENT_SUSPENDED] = REMIND_STOP_ARRANGEMENT_SUSPENDED,
        [ARRANGEMENT_HELD] = REMIND_STOP_ARRANGEMENT_HELD,
        [ARRANGEMENT_PROHIBITED] = REMIND_STOP_ARRANGEMENT_PROHIBITED,
        [ARRANGEMENT_INACTIVE] = REMIND_STOP_ARRANGEMENT_INACTIVE,
        [ARRANGEMENT_ENDED] = REMIND_STOP_ARRANGEMENT_ENDED,
        [ARRANGEMENT_MOVED] = REMIND_STOP_ARRANGEMENT_MOVED,
    };
    return table[state];
}

static enum remind_stop stop_of_party(enum party_state state, bool is_writer)
{
    switch (state) {
    case PARTY_ACTIVE: return REMIND_FREE;
    case PARTY_PAUSED: return is_writer ? REMIND_STOP_WRITER_PAUSED : REMIND_STOP_READER_PAUSED;
    case PARTY_MOVED: return is_writer ? REMIND_STOP_WRITER_MOVED : REMIND_STOP_READER_MOVED;
    case PARTY_DEAD: return is_writer ? REMIND_STOP_WRITER_DEAD : REMIND_STOP_READER_DEAD;
    case PARTY_ENDED: return is_writer ? REMIND_STOP_WRITER_ENDED : REMIND_STOP_READER_ENDED;
    case PARTY_STATE_COUNT: break;
    }
    ASSERT(false);
}

/* Nobody is asked to write to the dead; for who is away for a while, a letter is kept. */
static enum remind_stop stop_of_reminder(const struct remind_facts *facts, struct day today)
{
    const struct permit_party *writer = &facts->writer, *reader = &facts->reader;
    enum remind_stop stop = stop_of_party(writer->state, true);
    if (stop != REMIND_FREE) return stop;
    if (!writer->known || writer->member != MEMBER_ACTIVE || !writer->may_write)
        return REMIND_STOP_WRITER_NOT_WRITING;
    if (reader->state == PARTY_DEAD || reader->state == PARTY_ENDED)
        return stop_of_party(reader->state, false);
    if (!reader->known || reader->member == MEMBER_ENDED || !reader->may_receive)
        return REMIND_STOP_READER_NOT_RECEIVING;
    if (facts->has_wait && facts->wait_until.number > today.number) return REMIND_STOP_MORE_TIME;
    return REMIND_FREE;
}

/* Of a writer who has died, or is no longer to write, it would not be true. */
static enum remind_stop stop_of_delay(const struct remind_facts *facts)
{
    const struct permit_party *writer = &facts->writer, *reader = &facts->reader;
    enum remind_stop stop = stop_of_party(reader->state, false);
    if (stop != REMIND_FREE) return stop;
    if (!reader->known || reader->member != MEMBER_ACTIVE || !reader->may_receive)
        return REMIND_STOP_READER_NOT_RECEIVING;
    if (writer->state == PARTY_DEAD || writer->state == PARTY_ENDED)
        return stop_of_party(writer->state, true);
    if (!writer->known || writer->member == MEMBER_ENDED || !writer->may_write)
        return REMIND_STOP_WRITER_NOT_WRITING;
    return REMIND_FREE;
}

enum remind_stop remind_stop(const struct remind_facts *facts, enum remind_kind kind,
                             struct day today)
{
    if (facts->frozen) return REMIND_STOP_AGENCY_FROZEN;
    if (facts->state == OCCASION_RECEIVED) return REMIND_STOP_OCCASION_RECEIVED;
    if (facts->state == OCCASION_WAIVED) return REMIND_STOP_OCCASION_WAIVED;
    if (facts->state == OCCASION_MISSED) return REMIND_STOP_OCCASION_MISSED;
    enum remind_stop stop = stop_of_arrangement(facts->arrangement);
    if (stop != REMIND_FREE) return stop;
    stop = kind == REMIND_REMINDER ? stop_of_reminder(facts, today) : stop_of_delay(facts);
    if (stop != REMIND_FREE) return stop;
    return facts->letter_here ? REMIND_STOP_LETTER_HERE : REMIND_FREE;
}

/* ---- what is due ---- */

/* The steps after what was taken, up to the first staff step: the newest of them that is due. */
static const struct remind_step *newest(const struct remind_ladder *ladder,
                                        const struct remind_facts *facts, int days_past)
{
    const struct remind_step *found = NULL;
    for (size_t i = 0; i < ladder->count; i++) {
        const struct remind_step *step = &ladder->steps[i];
        if (facts->has_taken && step->day <= facts->taken) continue;
        if (step->day > days_past) break;
        if (i + 1 == ladder->count && !facts->went_on) break; /* the last waits for a person */
        found = step;
        if (step->is_staff) break;
    }
    return found;
}

static struct day base_of(const struct remind_facts *facts)
{
    return remind_base(facts->due, facts->has_wait, facts->wait_until);
}

void remind_next(const struct remind_ladder *ladder, const struct remind_facts *facts,
                 struct day today, struct remind_due *ret_due)
{
    *ret_due = (struct remind_due){.act = REMIND_NOTHING};
    struct day base = base_of(facts);
    const struct remind_step *step = newest(ladder, facts, today.number - base.number);
    if (step == NULL) return;
    *ret_due = (struct remind_due){
        .act = step->is_staff ? REMIND_STAFF : REMIND_NOTICE,
        .stop = remind_stop(facts, REMIND_REMINDER, today),
        .day = step->day,
        .planned = {base.number + step->day},
    };
}

bool remind_ahead(const struct remind_ladder *ladder, const struct remind_facts *facts,
                  struct day today, struct remind_due *ret_due)
{
    struct day base = base_of(facts);
    for (size_t i = 0; i < ladder->count; i++) {
        const struct remind_step *step = &ladder->steps[i];
        struct day planned = {base.number + step->day};
        bool is_last = i + 1 == ladder->count;
        if (facts->has_taken && step->day <= facts->taken) continue;
        if (planned.number < today.number && !is_last) continue;
        if (facts->has_wait && planned.number < facts->wait_until.number) continue;
        *ret_due = (struct remind_due){.act = step->is_staff ? REMIND_STAFF : REMIND_NOTICE,
                                       .day = step->day,
                                       .planned = planned};
        return true;
    }
    return false;
}

bool remind_tells(const struct remind_ladder *ladder, const struct remind_facts *facts,
                  struct day today)
{
    if (facts->told) return false;
    if (facts->state != OCCASION_DUE && facts->state != OCCASION_LATE) return false;
    if (facts->has_wait && facts->wait_until.number > facts->due.number) return true;
    return today.number - facts->due.number >= ladder->tell_after;
}
