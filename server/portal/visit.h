/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PORTAL_VISIT_H
#define LETTERBOX_PORTAL_VISIT_H

#include "rules/visit.h"
#include "server/portal/portal.h"

/* A meeting as the signed-in person may know it: the database shows no more than this. */
struct portal_visit {
    int64_t invite; /* the person's own id of it */
    int sequence;
    struct visit_view view;
    bool is_sealed; /* it is on, and this account was made after it: ask the office for the place */
};
/* From a row of visit_self or visit_self_find. */
MUST_CHECK enum err portal_visit_read(struct request *request, const struct seal_pair *pair,
                                      const struct store_rows *rows, size_t row,
                                      struct portal_visit *ret_visit);

#endif
