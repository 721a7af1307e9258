/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_DIARY_H
#define LETTERBOX_DESK_DIARY_H

#include "server/desk/desk.h"

/* What the diary's pages share: months in addresses ("2026-12") and on pages, and today. */

/* ?month; none: false in ret_has. False when it is no month. */
bool diary_month_get(const struct request *request, bool *ret_has, struct day *ret_first);
struct day diary_month_of(struct day day);
/* {iso "2026-12", words "December 2026"} under the key. */
void diary_put_month(json_t *view, const char *key, struct day first);
/* By the database's clock. */
MUST_CHECK enum err diary_today(struct request *request, struct store *store,
                                struct day *ret_today);

#endif
