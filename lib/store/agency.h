/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_AGENCY_H
#define LETTERBOX_STORE_AGENCY_H

#include "store/db.h"

/* An agency's X25519 public keys. */

enum { STORE_PUBLIC_BYTES = 32 };

/*
 * Those in use, from rows of agency_keys: STORE_PUBLIC_BYTES each, NULL for one that is not wanted.
 * ERR_NO_KEY when one that is wanted is missing.
 */
MUST_CHECK enum err store_agency_publics(const struct store_rows *rows, unsigned char *ret_press,
                                         unsigned char *ret_desk, unsigned char *ret_post);

#endif
