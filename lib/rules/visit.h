/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_VISIT_H
#define LETTERBOX_RULES_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"
#include "core/str.h"
#include "core/utc.h"
#include "rules/state.h"

/*
 * Meetings that staff plan and supervise: where one is on its way, whether it may be confirmed,
 * what each person may know of it, what it gets in the way of, and when the next one is due.
 *
 *   planned ──▶ confirmed ──▶ took_place | missed        what is open may be cancelled
 *      ▲  ▲        │  │
 *      │  └────────┘  └─▶ stopped ──▶ planned             changed; blocked; the block was lifted
 *      └ (new)
 *
 * Families know of it only while it is confirmed: then they were told, and it is as planned. The
 * database moves it to stopped when the arrangement is blocked or somebody no longer takes part;
 * then staff telephone everybody. One that began without having been confirmed can still be noted,
 * as it was arranged by telephone then. Nothing comes back from cancelled; took_place and missed
 * may change places, because a mistake in the record must be mended.
 */
enum visit_state {
    VISIT_PLANNED,
    VISIT_CONFIRMED,
    VISIT_STOPPED,
    VISIT_CANCELLED,
    VISIT_TOOK_PLACE,
    VISIT_MISSED,
    VISIT_STATE_COUNT
};
const char *visit_state_word(enum visit_state state);
bool visit_state_get(struct str word, enum visit_state *ret_state);
/* Staff who are coordinators or managers; what took place or was missed must have begun. */
bool visit_may_move(enum visit_state from, enum visit_state to, enum rule_actor who,
                    bool has_begun);
/* Is it still to come, or in doubt whether it comes? */
bool visit_is_open(enum visit_state state);

/* How somebody's coming is noted. */
enum visit_attendance {
    VISIT_EXPECTED,
    VISIT_CAME,
    VISIT_LATE,
    VISIT_LEFT,
    VISIT_TOLD,
    VISIT_AWAY
};
enum { VISIT_ATTENDANCES = 6 };
/* expected, came, late, left_early, told_us, away */
const char *visit_attendance_word(enum visit_attendance attendance);
bool visit_attendance_get(struct str word, enum visit_attendance *ret_attendance);

/* ---- may it be confirmed? ---- */

struct visit_facts {
    bool is_frozen;                 /* after a breach nothing goes to families */
    bool is_direct, is_open;        /* the arrangement: meetings, and active */
    bool everybody_takes_part;      /* each who is asked to come is active, here and at all */
    bool has_home, has_other;       /* somebody of the child's family, somebody of another side */
    bool has_venue, has_supervisor; /* a supervisor who works here */
    bool is_past;                   /* it would have begun */
    bool needs_two, by_same_person; /* who confirms it is who planned it last */
};
enum visit_refusal {
    VISIT_MAY,
    VISIT_FROZEN,
    VISIT_NOT_DIRECT,
    VISIT_NOT_OPEN,
    VISIT_SOMEBODY_STOPPED,
    VISIT_ONE_SIDE,
    VISIT_NO_VENUE,
    VISIT_NO_SUPERVISOR,
    VISIT_PAST,
    VISIT_SAME_PERSON,
};
enum visit_refusal visit_may_confirm(const struct visit_facts *facts);

/* ---- what one person may know ---- */

/* All that staff know; never handed to what makes something for a family. */
struct visit_guest {
    int64_t party;
    bool is_asked;           /* false: they were once */
    bool was_told;           /* it was confirmed once while they were asked */
    struct str travel, note; /* for this person alone */
};
struct visit_plan {
    enum visit_state state;
    struct utc starts, ends, told_starts, told_ends;
    struct str venue, room, risk, aftercare, cancelled;
    const struct visit_guest *guests;
    size_t guest_count;
};

enum visit_news {
    VISIT_NOTHING, /* nothing was said, so nothing is */
    VISIT_ON,      /* as planned */
    VISIT_OFF,     /* what was said does not hold: only when it would have been */
    VISIT_OVER,    /* it was: only when */
};
/* There is no field for anybody else, for risk, attendance, aftercare or a reason. */
struct visit_view {
    enum visit_news news;
    struct utc starts, ends;
    struct str venue, room, travel, note; /* empty unless VISIT_ON */
};
struct visit_view visit_view_of(const struct visit_plan *plan, int64_t party);
/*
 * The same for a calendar, which others in the home may read: each text with a word that tells what
 * the service is for (rules/neutral.h) is left out of it.
 */
struct visit_view visit_for_calendar(struct visit_view view);
/*
 * Does the text name this term, as whole words, whatever stands between them? For a warning while
 * staff type what a person is told: the terms are those that this person must not learn.
 */
bool visit_names(struct str text, struct str term);
/* Does this change what somebody was told, or may be told? */
bool visit_tells_anew(const struct visit_plan *before, const struct visit_plan *after);

/* ---- what gets in its way ---- */

struct visit_slot {
    int64_t id;
    struct utc starts, ends;
    int margin_minutes; /* the way there, and back */
    int64_t supervisor; /* 0: nobody yet */
    struct str venue, room;
    const int64_t *people;
    size_t people_count;
};
enum visit_clash { VISIT_CLASH_PERSON = 1, VISIT_CLASH_SUPERVISOR = 2, VISIT_CLASH_ROOM = 4 };
/*
 * What of two visits cannot be at once, as bits; one that begins when the other ends is no clash.
 * Between two places people need the longer of the two margins, between rooms of one place none.
 * Where no room is named it is the whole place.
 */
unsigned visit_clash(const struct visit_slot *one, const struct visit_slot *other);
/* The same place by its letters and digits, whatever else was typed; two empty ones are not. */
bool visit_same_place(struct str one, struct str other);

struct visit_load {
    int visits;
    int64_t minutes; /* of the visits themselves */
};
enum { VISIT_LOAD_VISITS = 5, VISIT_LOAD_MINUTES = 15 * 60 };
struct visit_load visit_load_add(struct visit_load load, const struct visit_slot *slot);
/* More in a week than one person should supervise. */
bool visit_load_is_heavy(struct visit_load load);
/* The Monday of its week. */
struct day visit_week(struct day day);

/* ---- times and dates ---- */

/* "14:30", "14.30", "2:30pm", "2 pm", "noon" as minutes since midnight. */
bool visit_time_get(struct str text, int *ret_minutes);

enum { VISIT_LONGEST_MINUTES = 12 * 60 };
/*
 * When the next one could be: on the same weekday of the same week in the next agreed month after
 * `last` that is not to be avoided and not past. False where no month is agreed or left.
 */
bool visit_next(struct day last, const int64_t *months, size_t month_count, const int64_t *avoid,
                size_t avoid_count, struct day today, struct day *ret_next);

#endif
