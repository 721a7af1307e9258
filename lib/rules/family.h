/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_FAMILY_H
#define LETTERBOX_RULES_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"
#include "rules/permit.h"

/*
 * Who may know what of whom around a child, for the family map (render/map.h draws it), and for the
 * labels and names that the press lets through.
 *
 *     who reads              the child                       somebody on another side
 *     the adoptive family    the name now                    known_as, and the relationship if
 * there is one everybody else         the first name at birth         the same
 *
 * Nobody learns a name, an address, an e-mail address or a telephone number of another side: they
 * are not in what this file hands out. Between two of one side nothing goes through the agency.
 * Whoever takes no part any more, and whoever was never told a known_as, learns no more.
 *
 * What goes, what waits and what is over is permit_release's answer, with what is agreed beside it.
 * Texts are borrowed, or live in the arena.
 */

/* The child's name that this side may read. */
struct str family_child_name(enum side side, struct str birth_name, struct str adoptive_name);
/* "Ann (grandmother)": what another side may know a party as; empty: nothing was agreed. */
struct str family_label(struct str known_as, struct str relationship, struct arena *arena);

struct family_member {
    int64_t party;
    struct permit_party stands; /* known is true */
    struct str name;            /* for staff alone */
    struct str known_as, relationship;
};

struct family_arrangement {
    int64_t id;
    struct str birth_name, adoptive_name;
    enum arrangement_state state;
    enum child_end child;
    const struct family_member *members;
    size_t count;
};

enum family_way {
    FAMILY_NONE,    /* no letters were agreed between the two */
    FAMILY_OPEN,    /* at least one way they go */
    FAMILY_WAITS,   /* until somebody is ready, found, or the pause is over */
    FAMILY_STOPPED, /* prohibited, suspended, ended, or somebody has died */
};

/* Two of different sides in one arrangement: each pair once. */
struct family_pair {
    const struct family_member *other;
    bool there, back;               /* agreed: letters to the other; from the other */
    enum refused to_other, to_home; /* and why they do not go now */
    enum family_way way;
    struct str home_reads, other_reads; /* by which words each knows the other */
};

/* One household of an arrangement, or one person of it, and those beyond the wall. */
struct family_band {
    const struct family_arrangement *arrangement;
    const struct family_member *home;
    bool has_child;  /* the child lives here: it stands on this side of the wall */
    bool wall_above; /* another home than the band before: the two may not know of each other */
    struct str child_reads; /* the child's name that this home may read */
    struct str child_there; /* the child's name beyond the wall */
    struct family_pair *pairs;
    size_t count;
};

/* In the order of the arrangements; an arrangement in which nobody is has no band. */
void family_bands(const struct family_arrangement *list, size_t count, struct arena *arena,
                  struct family_band **ret_bands, size_t *ret_count);

#endif
