/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_SEALED_H
#define LETTERBOX_LETTERBOXCTL_SEALED_H

#include <jansson.h>

#include "ops/letterboxctl/sign_in.h"

/*
 * Sealed records of the agency of who signed in: JSON (docs/records.md), opened with the desk keys
 * that the person was granted, and sealed to press and desk, or to the desk alone.
 */
MUST_CHECK enum err sealed_read(const struct sign_in *session, enum seal_purpose purpose,
                                const char *table, int64_t id, int64_t version, struct str sealed,
                                json_t **ret_record);
/* Adds to the buffer. */
MUST_CHECK enum err sealed_write(const struct sign_in *session, enum seal_purpose purpose,
                                 const char *table, int64_t id, int64_t version,
                                 const json_t *record, bool to_press, struct buf *ret_sealed);
enum { SEALED_BYTES = 160 * 1024 }; /* room for one */

#endif
