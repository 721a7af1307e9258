/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_REMIND_H
#define LETTERBOX_RULES_REMIND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/day.h"
#include "rules/permit.h"

/*
 * The reminder ladder: which step is due today for an expected letter, and what stops it.
 *
 *     days from the day by which it is expected     -28   -14    0   +14   +42
 *     step                                          note  note  note staff note
 *
 * A note is a kind, neutral notice to the writer in the writer's own way. At a staff step nothing
 * is sent: a person telephones, or looks. The step before the last is always such a one, and the
 * last notice goes only after a person said so. More time moves the ladder: it hangs from the day
 * that was given, and nothing is sent before. After days on which nobody looked, one step catches
 * up: the newest that is due, but never past a staff step. The agreement is never changed by any of
 * this. Days are civil days in the zone for people.
 */

/* ---- states of an expected letter ---- */

enum occasion_state {
    OCCASION_DUE,
    OCCASION_RECEIVED,
    OCCASION_LATE,
    OCCASION_MISSED,
    OCCASION_WAIVED,
    OCCASION_STATE_COUNT
};
const char *occasion_state_word(enum occasion_state state);
bool occasion_state_get(struct str word, enum occasion_state *ret_state);

/* Who moves it; bits. */
enum occasion_actor {
    OCCASION_BY_DIARY = 1,
    OCCASION_BY_PRESS = 2,
    OCCASION_BY_STAFF = 4,
    OCCASION_BY_WRITER = 8
};
/* May this actor make this move? Staying where it is is no move. The database refuses the rest. */
bool occasion_may_move(enum occasion_state from, enum occasion_state to, enum occasion_actor who);

enum {
    REMIND_STEPS = 8,       /* of a ladder, at most */
    REMIND_STEPS_LEAST = 2, /* a staff step and the last notice */
    REMIND_DAY_MOST = 80,   /* before or after; what is late for 3 months is missed */
    REMIND_TELL_LEAST = 1,
    REMIND_TELL_MOST = 80,
    REMIND_MISSED_MONTHS = 3,   /* late for so long: missed */
    REMIND_WAIT_MONTHS = 2,     /* more time, at a time */
    REMIND_WAIT_ALL_MONTHS = 6, /* and in all */
};

/* By when it is expected now: the agreed day, or the later one that was given. */
struct day remind_base(struct day due, bool has_wait, struct day wait_until);
/*
 * What day it is for an expected letter that is not here: due until its day has passed, then late,
 * and missed after REMIND_MISSED_MONTHS. Of one that is received or waived: as it is.
 */
enum occasion_state remind_lateness(enum occasion_state state, struct day base, struct day today);
/* The last day that may be given as more time. */
struct day remind_wait_last(struct day due, struct day today);
/* May they have until this day? After today and the day as it is, and not past the last. */
bool remind_wait_allowed(struct day due, struct day base, struct day today, struct day until);

/* ---- the ladder ---- */

struct remind_step {
    int day; /* from the base; before it is less than 0 */
    bool is_staff;
};

struct remind_ladder {
    struct remind_step steps[REMIND_STEPS];
    size_t count;
    int tell_after; /* days late after which the one who waits is told, once */
};

void remind_ladder_default(struct remind_ladder *ret_ladder);

enum remind_fault {
    LADDER_FINE,
    LADDER_SHORT, /* fewer steps than REMIND_STEPS_LEAST */
    LADDER_LONG,
    LADDER_DAY,   /* a day past REMIND_DAY_MOST */
    LADDER_ORDER, /* a day that is not after the one before */
    LADDER_LAST,  /* the last is no notice */
    LADDER_HUMAN, /* no person before the last */
    LADDER_TELL,
};
/* What is wrong with it first; *ret_at is the step it is wrong at. */
enum remind_fault remind_ladder_fault(const struct remind_ladder *ladder, size_t *ret_at);

/* ---- what stops ---- */

enum remind_stop {
    REMIND_FREE = 0,
#define STOP(code, word, why) REMIND_STOP_##code,
#include "rules/remind.def"
#undef STOP
    REMIND_STOP_COUNT
};
/* "arrangement_paused"; a sentence. Not of REMIND_FREE. */
const char *remind_stop_code(enum remind_stop stop);
const char *remind_stop_why(enum remind_stop stop);
bool remind_stop_get(struct str code, enum remind_stop *ret_stop);

enum remind_kind {
    REMIND_REMINDER, /* to the writer */
    REMIND_DELAY,    /* to the one who waits: it may take longer */
};

struct remind_facts {
    bool frozen; /* the agency is closed or frozen */
    enum occasion_state state;
    enum arrangement_state arrangement;
    struct permit_party writer, reader;
    bool letter_here; /* a letter of the writer's is in the house and answers nothing yet */
    struct day due;
    bool has_wait; /* more time was given, until wait_until */
    struct day wait_until;
    /* of the steps that hang from the same base */
    bool has_taken;
    int taken;    /* day of the latest step that was begun */
    bool went_on; /* a person said that the last notice may go */
    bool told;    /* the one who waits was told, whatever the base */
};

/* What stops a notice of this kind today. */
enum remind_stop remind_stop(const struct remind_facts *facts, enum remind_kind kind,
                             struct day today);

/* ---- what is due ---- */

enum remind_act { REMIND_NOTHING, REMIND_NOTICE, REMIND_STAFF };

struct remind_due {
    enum remind_act act;
    enum remind_stop stop; /* of a notice: it is due, and this stops it */
    int day;               /* the step's */
    struct day planned;    /* the day on which it was to be taken */
};

/* The step that is to be taken today, if any. */
void remind_next(const struct remind_ladder *ladder, const struct remind_facts *facts,
                 struct day today, struct remind_due *ret_due);
/* The step that comes after today, for a page; false when the ladder is at its end. */
bool remind_ahead(const struct remind_ladder *ladder, const struct remind_facts *facts,
                  struct day today, struct remind_due *ret_due);
/* Is the one who waits to be told today that it may take longer? (remind_stop says what stops it.)
 */
bool remind_tells(const struct remind_ladder *ladder, const struct remind_facts *facts,
                  struct day today);

#endif
