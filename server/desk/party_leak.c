/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party.h"

enum err party_leak_add(struct person *to, struct str category, struct str term,
                        struct arena *arena)
{
    term = str_trim(term);
    if (term.len < 2 || term.len > PERSON_LINE_BYTES) return OK;
    for (size_t i = 0; i < to->leak_count; i++)
        if (str_equal(to->leaks[i].term, term)) return OK;
    if (to->leak_count == PERSON_LEAKS) return ERR_TOO_BIG;
    struct person_leak *leaks = ARENA_MANY(arena, to->leak_count + 1, struct person_leak);
    for (size_t i = 0; i < to->leak_count; i++) leaks[i] = to->leaks[i];
    leaks[to->leak_count] = (struct person_leak){category, term};
    to->leaks = leaks;
    to->leak_count++;
    return OK;
}
