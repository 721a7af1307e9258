/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_STATE_H
#define LETTERBOX_RULES_STATE_H

#include <stdbool.h>

#include "core/str.h"

/*
 * Where a letter, a release or a dispatch is on its way, which moves there are, and who may make
 * each. state.def is the whole of it; the words are the ones in the database.
 */

/* Who moves it; bits. Administrators and inspectors move nothing. */
enum rule_actor {
    RULE_PRESS = 1,
    RULE_POST = 2,
    RULE_CHECKER = 4,
    RULE_COORDINATOR = 8,
    RULE_MANAGER = 16,
};

enum letter_state {
#define STATE_LETTER(code) LETTER_##code,
#define STATE_RELEASE(code)
#define STATE_DISPATCH(code)
#define STATE(room, code, word) STATE_##room(code)
#define MOVE(room, from, to, who)
#include "rules/state.def"
#undef STATE_LETTER
#undef STATE_RELEASE
    LETTER_STATE_COUNT
};

enum release_state {
#define STATE_LETTER(code)
#define STATE_RELEASE(code) RELEASE_##code,
#include "rules/state.def"
#undef STATE_RELEASE
#undef STATE_DISPATCH
    RELEASE_STATE_COUNT
};

enum dispatch_state {
#define STATE_RELEASE(code)
#define STATE_DISPATCH(code) DISPATCH_##code,
#include "rules/state.def"
#undef STATE_LETTER
#undef STATE_RELEASE
#undef STATE_DISPATCH
#undef STATE
#undef MOVE
    DISPATCH_STATE_COUNT
};

const char *letter_state_word(enum letter_state state);
const char *release_state_word(enum release_state state);
const char *dispatch_state_word(enum dispatch_state state);
bool letter_state_get(struct str word, enum letter_state *ret_state);
bool release_state_get(struct str word, enum release_state *ret_state);
bool dispatch_state_get(struct str word, enum dispatch_state *ret_state);

/* May this actor make this move? Staying where it is is no move. */
bool letter_may_move(enum letter_state from, enum letter_state to, enum rule_actor who);
bool release_may_move(enum release_state from, enum release_state to, enum rule_actor who);
bool dispatch_may_move(enum dispatch_state from, enum dispatch_state to, enum rule_actor who);

/* The actor of a staff role's word ("coordinator"); false for a role that moves nothing. */
bool rule_actor_get(struct str role, enum rule_actor *ret_actor);

#endif
