/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_DEMO_PEOPLE_H
#define LETTERBOX_LETTERBOXCTL_DEMO_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/day.h"
#include "rules/person.h"

/*
 * Made-up families from a fixed seed: the same agency and number give the same family each time.
 * No one and nothing in it exists: telephone numbers are of the ranges that Ofcom keeps for drama,
 * postcodes of districts that Royal Mail has not, domains end in .example, towns are invented.
 *
 * A family is what one household has to do with the letterbox: one to three children, the birth
 * relatives, an arrangement for each child, and now and then another household in which a brother
 * or sister lives.
 */
enum {
    DEMO_RELATIVES = 5,
    DEMO_CHILDREN = 3,
    DEMO_PARTIES = 2 + DEMO_RELATIVES,
    DEMO_LEAKS = 24,
};

/* What happens in the first arrangement of some families beside the ordinary (demo_edges.h). */
enum demo_edge {
    DEMO_EDGE_NONE,
    DEMO_EDGE_PAUSE,       /* a relative wants a pause everywhere, */
    DEMO_EDGE_LEFT,        /* takes no part any more, */
    DEMO_EDGE_MOVED,       /* has moved, we do not know where, */
    DEMO_EDGE_DIED,        /* has died, */
    DEMO_EDGE_PAUSE_HERE,  /* wants a pause in this arrangement alone, */
    DEMO_EDGE_NOT_READY,   /* is not ready for letters, */
    DEMO_EDGE_LEFT_HERE,   /* takes no part here, */
    DEMO_EDGE_PRISON,      /* is in prison, */
    DEMO_EDGE_REFUGE,      /* in a refuge: staff ask each time */
    DEMO_EDGE_DIFFER,      /* one relative may only write, another only read */
    DEMO_EDGE_CHANGE,      /* a new telephone number waits to be checked */
    DEMO_EDGE_CHILD_DIED,  /* the child has died; */
    DEMO_EDGE_GOES_ON,     /* is seventeen and wants letters to go on; */
    DEMO_EDGE_STOP,        /* is eighteen and wants no more, */
    DEMO_EDGE_VETO,        /* nor to be asked; */
    DEMO_EDGE_GROWN,       /* has not said, and the last letters' time is over */
    DEMO_EDGE_REVIEW_SOON, /* a review is due, */
    DEMO_EDGE_REVIEW_LATE, /* late, */
    DEMO_EDGE_REVIEW_DEBT, /* late by more than three months */
    DEMO_EDGE_MISSED,      /* a letter was missed, */
    DEMO_EDGE_MORE_TIME,   /* has more time, */
    DEMO_EDGE_WAIVED,      /* is no longer expected */
    DEMO_EDGE_ELSEWHERE,   /* another agency has the arrangement */
    DEMO_EDGE_APART,       /* the parents live apart: two households that were one */
    DEMO_EDGE_PROPOSED,    /* a move to the other agency is proposed, */
    DEMO_EDGE_OFFERED,     /* offered, */
    DEMO_EDGE_TAKEN,       /* and done (demo_moves.h does what is after the proposal) */
    DEMO_EDGES,
};

struct demo_party {
    const char *kind, *channel, *state; /* as the database has them */
    struct person person;
    struct person_leak leaks[DEMO_LEAKS];
    const char *reads; /* usual, large, easy */
    bool plain_consent, confirmed;
};

struct demo_child {
    struct str birth_name, adoptive_name;
    struct day born;
    size_t home; /* the household that it lives in: 0, or 1 for the brother or sister elsewhere */
};

/* The arrangement of child n is number n. */
struct demo_arrangement {
    const char *kind, *state, *photo_level, *first_writer, *source;
    bool two_person, one_way;
    bool is_late; /* last month's letter of the household is not here */
    int64_t months[2], avoid[1];
    size_t month_count, avoid_count;
    struct str reference, risk, pause, signs_as, enclosures;
    const char *court_order;
    struct day agreed;
};

struct demo_family {
    struct demo_party parties[DEMO_PARTIES]; /* 0 the household; 1 the other one, if any */
    size_t party_count;
    bool has_other_home; /* parties[1] is a household; else relatives begin at 1 */
    bool lives_apart;    /* that household was one with parties[0] */
    struct demo_child children[DEMO_CHILDREN];
    struct demo_arrangement arrangements[DEMO_CHILDREN];
    size_t child_count;
    enum demo_edge edge;
};

/* number from 0; texts live in the arena. `plain`: nothing out of the ordinary, for a small demo.
 */
void demo_family_make(unsigned agency, unsigned number, struct day today, bool plain,
                      struct arena *arena, struct demo_family *ret_family);

/* The number of the family of the first agency in which it happens. */
unsigned demo_edge_number(enum demo_edge edge);

/*
 * Terms that ask for a letter of the household by the end of this month and in four months, each to
 * be answered a month later: something is due now, and still, for both sides, after one was sent.
 */
void demo_family_due_now(struct demo_family *family, struct day today);

#endif
