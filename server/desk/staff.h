/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_STAFF_H
#define LETTERBOX_DESK_STAFF_H

#include "server/desk/desk.h"

/* Answers with the list of the agency's staff; problems noted so far are on it. */
MUST_CHECK enum err staff_page(struct request *request);
/* The record of a row of staff_list or staff_find: name, email. */
MUST_CHECK enum err staff_record(struct request *request, const struct desk_keyring *keyring,
                                 const struct store_rows *rows, size_t row, json_t **ret_record);
/*
 * Lets a member of staff open letters: each of the desk's secrets that the administrator holds is
 * sealed to that account, the present one and older ones, as far as it is not there yet.
 * ERR_CONFLICT when the account is closed.
 */
MUST_CHECK enum err staff_grant(struct request *request, struct store *store,
                                const struct desk_keyring *keyring, int64_t staff);

#endif
