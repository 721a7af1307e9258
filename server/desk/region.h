/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_REGION_H
#define LETTERBOX_DESK_REGION_H

#include "server/desk/desk.h"

/* The agencies of this installation, by their ids and names: more of another, nobody sees. */

/* Read once for a page; what follows looks in them. */
MUST_CHECK enum err region_read(struct request *request, struct store *store,
                                struct store_rows *ret_agencies);
/* Empty where there is none with this id … */
struct str region_find(const struct store_rows *agencies, int64_t agency);
/* … or "another agency". */
struct str region_name(const struct store_rows *agencies, int64_t agency);
/* The view's agencies to choose from, all but the reader's own; the field "agency" has the choice.
 */
void region_put(struct request *request, const struct store_rows *agencies);

#endif
