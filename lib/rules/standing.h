/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_STANDING_H
#define LETTERBOX_RULES_STANDING_H

#include <stdbool.h>

#include "core/str.h"
#include "rules/state.h"

/*
 * How things stand with an arrangement, a person, their place in an arrangement, or a child, and
 * what follows: what goes on and what stops, who may set it and who may take it back
 * (standing.def). rules/permit.h refuses by it, rules/schedule.h expects by it; the database holds
 * the same (release_refusal, the triggers arrangement_lift, arrangement_opens, child_changed and
 * party_lift), and tests/sql/standings.mjs compares the two.
 */

enum standing_room { STANDING_ARRANGEMENT, STANDING_PARTY, STANDING_MEMBER, STANDING_CHILD };

enum {
    STANDING_GOES = 1,    /* letters to them are sent */
    STANDING_COMES = 2,   /* letters from them are passed on */
    STANDING_EXPECTS = 4, /* letters are expected */
    STANDING_CHASES = 8,  /* reminders go, and what does not come is late */
};

struct standing {
    enum standing_room room;
    const char *word;                /* as the database has it: "not_ready" */
    unsigned goes_on;                /* STANDING_… */
    unsigned set_by;                 /* RULE_…; RULE_PRESS: the system alone */
    unsigned taken_back_by;          /* RULE_… */
    const char *stops, *goes, *told; /* for staff, whole sentences */
};

/* NULL for a word that the room does not have. */
const struct standing *standing_find(enum standing_room room, struct str word);
/* The n-th of a room, as the list is for people to choose from; NULL past the last. */
const struct standing *standing_at(enum standing_room room, unsigned number);
/* May this person change it from one to the other? Neither is NULL. */
bool standing_may(const struct standing *from, const struct standing *to, enum rule_actor who);

#endif
