/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_DEMO_EDGES_H
#define LETTERBOX_LETTERBOXCTL_DEMO_EDGES_H

#include "ops/letterboxctl/demo_load.h"

/* Where something out of the ordinary happens: one arrangement that was just loaded, still active.
 */
struct demo_edge_place {
    const struct demo_loader *loader;
    struct arena *arena;
    const struct demo_child *who; /* the child */
    int64_t arrangement, child, home;
    int64_t other_home;       /* of parents who live apart */
    const int64_t *relatives; /* at least one */
    size_t relative_count;
};
/* Within the transaction that adds the arrangement. */
MUST_CHECK enum err demo_edge_add(struct store *store, const struct demo_edge_place *place,
                                  enum demo_edge edge);

#endif
