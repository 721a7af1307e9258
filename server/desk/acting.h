/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_ACTING_H
#define LETTERBOX_DESK_ACTING_H

#include "server/desk/desk.h"

/*
 * A member of staff of one agency works for another of this installation. Their administrator
 * offers them: name and e-mail lie sealed to the desk of the other agency. An administrator there
 * accepts, with a role and two dates: they have a row among the staff there, without a password,
 * and the desk's secrets sealed to the key of their account at home. They sign in at home and go to
 * and fro: one session ends, another begins, and each is of one agency alone.
 */

/* Answers with the list of who acts here, and of those offered to others. */
MUST_CHECK enum err acting_page(struct request *request, int status);
/* Answers with the page of one who is offered to here, or acts here. */
MUST_CHECK enum err acting_one_page(struct request *request, int status);
/* The record of one who is offered: name, email. */
MUST_CHECK enum err acting_record(struct request *request, const struct desk_keyring *keyring,
                                  const struct store_rows *rows, size_t row, json_t **ret_record);
/* The same, sealed to the desk of the agency that they are offered to. */
MUST_CHECK enum err acting_seal(struct request *request, struct store *store, int64_t agency,
                                int64_t id, const json_t *record, struct str *ret_sealed);
/* A record of the name and e-mail in another one, and of nothing else in it. */
MUST_CHECK enum err acting_write(const json_t *record, struct buf *text);
/* For which agencies the reader may work today: rows of acting_mine. */
void acting_put_choices(struct request *request, const struct store_rows *rows);
/* Notes the problem that a refusal is. */
void acting_problem(struct request *request, struct str refusal);
/*
 * Goes to another agency (the id of acting_mine), or back home (0): the session of that row of the
 * same person begins, and this one ends. The browser gets another cookie.
 */
MUST_CHECK enum err acting_go(struct request *request, int64_t acting, int64_t staff);

#endif
