/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_STANDING_H
#define LETTERBOX_DESK_STANDING_H

#include "rules/standing.h"
#include "server/desk/desk.h"

/* How things stand, on a page: what each choice stops, what goes on, and who is told. */

/* {word, stops, goes, told, chosen, may} for each standing of a room that this member may choose
 * from the present one. */
json_t *standing_choices(struct request *request, enum standing_room room, struct str now,
                         struct str chosen);
/* {word tagged, stops, goes, told} of the present one. */
void standing_put(struct request *request, enum standing_room room, struct str now, json_t *object,
                  const char *key);
/* May this member change it so? False for a word that there is not. */
bool standing_may_set(const struct request *request, enum standing_room room, struct str now,
                      struct str to);

/* May this member change it at all? */
bool standing_may_change(const struct request *request, enum standing_room room, struct str now);

/* Answers with the page of how things stand with a child, with the problems noted. */
MUST_CHECK enum err child_standing_page(struct request *request, int64_t id, int status);

#endif
