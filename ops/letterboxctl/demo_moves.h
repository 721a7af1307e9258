/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_DEMO_MOVES_H
#define LETTERBOX_LETTERBOXCTL_DEMO_MOVES_H

#include "ops/letterboxctl/demo_load.h"

/*
 * Moves between the two agencies of the demo. Loading proposes one for each of three families, as a
 * coordinator does; this is what managers do with them: one stays proposed, one is offered, one is
 * taken by the other agency.
 */
#define DEMO_MOVE_REASON "The family has moved there."

/* Once all are loaded, as managers of the two agencies. What was done already is not done again. */
MUST_CHECK enum err demo_moves_make(const struct demo_loader *from, const struct demo_loader *to);

#endif
