/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/state.h"

#include <stddef.h>

#include "core/err.h"

enum room { ROOM_LETTER, ROOM_RELEASE, ROOM_DISPATCH };

struct state_row {
    enum room room;
    const char *word;
};

/* Every state of every room, in order: a state's number is its place among its room's rows. */
static const struct state_row states[] = {
#define STATE(room, code, word) {ROOM_##room, word},
#define MOVE(room, from, to, who)
#include "rules/state.def"
#undef STATE
#undef MOVE
};

static const struct {
    enum room room;
    int from, to;
    unsigned who;
} moves[] = {
#define STATE(room, code, word)
#define MOVE(room, from, to, who) {ROOM_##room, room##_##from, room##_##to, who},
#include "rules/state.def"
#undef STATE
#undef MOVE
};

static const char *word_of(enum room room, int state)
{
    int number = 0;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (states[i].room != room) continue;
        if (number++ == state) return states[i].word;
    }
    ASSERT(false);
}

static bool state_of(enum room room, struct str word, int *ret_state)
{
    int number = 0;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (states[i].room != room) continue;
        if (str_equal(word, str_from(states[i].word))) {
            *ret_state = number;
            return true;
        }
        number++;
    }
    return false;
}

static bool may_move(enum room room, int from, int to, enum rule_actor who)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].room == room && moves[i].from == from && moves[i].to == to)
            return (moves[i].who & (unsigned)who) != 0;
    return false;
}

const char *letter_state_word(enum letter_state state)
{
    return word_of(ROOM_LETTER, (int)state);
}

const char *release_state_word(enum release_state state)
{
    return word_of(ROOM_RELEASE, (int)state);
}

const char *dispatch_state_word(enum dispatch_state state)
{
    return word_of(ROOM_DISPATCH, (int)state);
}

bool letter_state_get(struct str word, enum letter_state *ret_state)
{
    int state;
    if (!state_of(ROOM_LETTER, word, &state)) return false;
    *ret_state = (enum letter_state)state;
    return true;
}

bool release_state_get(struct str word, enum release_state *ret_state)
{
    int state;
    if (!state_of(ROOM_RELEASE, word, &state)) return false;
    *ret_state = (enum release_state)state;
    return true;
}

bool dispatch_state_get(struct str word, enum dispatch_state *ret_state)
{
    int state;
    if (!state_of(ROOM_DISPATCH, word, &state)) return false;
    *ret_state = (enum dispatch_state)state;
    return true;
}

bool letter_may_move(enum letter_state from, enum letter_state to, enum rule_actor who)
{
    return may_move(ROOM_LETTER, (int)from, (int)to, who);
}

bool release_may_move(enum release_state from, enum release_state to, enum rule_actor who)
{
    return may_move(ROOM_RELEASE, (int)from, (int)to, who);
}

bool dispatch_may_move(enum dispatch_state from, enum dispatch_state to, enum rule_actor who)
{
    return may_move(ROOM_DISPATCH, (int)from, (int)to, who);
}

bool rule_actor_get(struct str role, enum rule_actor *ret_actor)
{
    static const struct {
        const char *word;
        enum rule_actor actor;
    } roles[] = {
        {"checker", RULE_CHECKER}, {"coordinator", RULE_COORDINATOR}, {"manager", RULE_MANAGER}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (!str_equal(role, str_from(roles[i].word))) continue;
        *ret_actor = roles[i].actor;
        return true;
    }
    return false;
}
