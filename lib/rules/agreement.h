/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_AGREEMENT_H
#define LETTERBOX_RULES_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "rules/permit.h"
#include "rules/schedule.h"

/*
 * The summary of an agreement for one of its people, in plain words: which sentences it has, from
 * how that one person stands. Who only receives is nowhere told to write, and nobody is told
 * anything of why. What varies (a name, a month) stands in the words as {slot}.
 *
 *     facts ─▶ sentences of agreement.def ─▶ words ─▶ slots filled ─▶ lines
 */

enum agreement_sentence {
#define HEAD(code, word) AGREEMENT_##code,
#define SAY(code, word) AGREEMENT_##code,
#include "rules/agreement.def"
#undef HEAD
#undef SAY
    AGREEMENT_SENTENCES
};
const char *agreement_word(enum agreement_sentence sentence);
bool agreement_is_head(enum agreement_sentence sentence);

enum agreement_age { AGREEMENT_BEFORE, AGREEMENT_NOW, AGREEMENT_TO_COME };

/* All of them as they are for the one who reads it; of who takes part no more. */
struct agreement_facts {
    enum arrangement_state state;
    enum agreement_age age; /* of this version of the terms */
    bool has_end;           /* another version begins after it */
    bool has_child;         /* they know the child by a name */
    bool is_direct;         /* they meet, and no letters are expected */
    bool is_away;           /* has paused, or is not ready */
    bool is_home;           /* the family that the child lives in */
    bool writes, gets;      /* may write to somebody; somebody may write to them */
    bool same_people;       /* and these are the same */
    enum first_writer first;
    bool has_months, has_until;
    int every; /* years */
    bool has_kinds, has_enclosures, has_signed, has_called;
    enum photo_level photos;
    bool is_office; /* letters are shown to them at the office only */
    enum channel channel;
    bool has_next, is_late; /* a letter is expected of them; its day is over */
    bool has_arriving;      /* one is expected for them */
    bool has_review, has_phone, has_hours;
};

/* In the order of the page; a head only with something under it. */
size_t agreement_choose(const struct agreement_facts *facts,
                        enum agreement_sentence ret_list[AGREEMENT_SENTENCES]);

/* ---- words ---- */

struct agreement_slot {
    const char *name;
    struct str value;
};
/* The words with their slots filled. ERR_BAD_TEMPLATE for a slot that is not there, or is empty. */
MUST_CHECK enum err agreement_fill(struct str words, const struct agreement_slot *slots,
                                   size_t count, struct buf *text);
/* Takes the next sentence off, for who reads one thing a line; false at the end. */
bool agreement_next(struct str *rest, struct str *ret_sentence);

#endif
