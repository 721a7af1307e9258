/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_DEMO_VISITS_H
#define LETTERBOX_LETTERBOXCTL_DEMO_VISITS_H

#include "ops/letterboxctl/demo_load.h"

/* Meetings of an arrangement of that kind: one that took place five weeks ago, and one to come. */
struct demo_meeting {
    const struct demo_loader *loader;
    struct arena *arena;
    int64_t arrangement;
    const int64_t *parties; /* the household first */
    size_t count;
    unsigned number;  /* which of the agency's: it spreads them over the weeks */
    bool may_confirm; /* who loads it may: not where two people are needed */
};
/* Within the transaction that adds the arrangement, before its state changes. */
MUST_CHECK enum err demo_visits_add(struct store *store, const struct demo_meeting *meeting);

#endif
