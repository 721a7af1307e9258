/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_BOUNCES_H
#define LETTERBOX_DESK_BOUNCES_H

#include "server/desk/register.h"

/*
 * Mail that came back: what a machine sent about a message of ours. It could not be delivered, is
 * late, or its reader is away. What names another address than the one we wrote to changed nothing,
 * and is here all the same.
 */

/*
 * Fills bounces of the view, newest first, if there are any; is_open: those that nobody has said to
 * have seen, and whose dispatch does not stand among the problems itself. The page is counted
 * from 1.
 */
MUST_CHECK enum err bounces_put(struct request *request, struct store *store,
                                const struct register_view *view, bool is_open, int64_t page);

/* Puts bounce, a row of that list, into the object of a mail; not if it names no message of ours.
 */
MUST_CHECK enum err bounces_put_mail(struct request *request, struct store *store,
                                     const struct register_view *view, int64_t mail,
                                     json_t *object);

/* "hard", "soft", "refused", "delay", "away"; or "other" for what names another address. */
struct str bounces_kind(const struct store_rows *rows, size_t row);
/* Puts kind, when, code and mail (the path of the mail itself). */
void bounces_put_facts(struct request *request, const struct store_rows *rows, size_t row,
                       json_t *entry);

#endif
