/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_MAP_H
#define LETTERBOX_DESK_MAP_H

#include "server/desk/desk.h"

/*
 * The family map of a child (rules/family.h): its arrangements and those of its sisters and
 * brothers, who may know what of whom. Fills map and map_bands of the view, as
 * partials/family_map has them; the page audits its own reading.
 */
MUST_CHECK enum err map_put(struct request *request, struct store *store,
                            const struct desk_keyring *keyring, int64_t child);

#endif
