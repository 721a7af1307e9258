/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/standing.h"

#include <stddef.h>

static const struct standing standings[] = {
#define STANDING(room, word, goes_on, set_by, taken_back_by, stops, goes, told) \
    {STANDING_##room, word, goes_on, set_by, taken_back_by, stops, goes, told},
#include "rules/standing.def"
#undef STANDING
};

enum { STANDINGS = sizeof standings / sizeof *standings };

const struct standing *standing_find(enum standing_room room, struct str word)
{
    for (unsigned i = 0; i < STANDINGS; i++)
        if (standings[i].room == room && str_equal(word, str_from(standings[i].word)))
            return &standings[i];
    return NULL;
}

const struct standing *standing_at(enum standing_room room, unsigned number)
{
    for (unsigned i = 0; i < STANDINGS; i++)
        if (standings[i].room == room && number-- == 0) return &standings[i];
    return NULL;
}

bool standing_may(const struct standing *from, const struct standing *to, enum rule_actor who)
{
    return (from->taken_back_by & (unsigned)who) != 0 && (to->set_by & (unsigned)who) != 0;
}
