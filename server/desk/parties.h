/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_PARTIES_H
#define LETTERBOX_DESK_PARTIES_H

#include "server/desk/register.h"

/* Lists of people. */

enum { PARTIES_ON_PAGE = 50, PARTIES_FOUND = 100 };

/* Those that the query finds (NULL: all), by name; in the request's arena. */
size_t parties_find(struct request *request, const struct register_view *view,
                    const struct register_query *query, const struct register_party ***ret_found);
/* Fills `found` of desk/parties. */
void parties_view(struct request *request, const struct register_view *view,
                  const struct register_party *const *parties, size_t count);

#endif
