/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_SPOOL_H
#define LETTERBOX_HTTP_SPOOL_H

#include "crypt/seal.h"
#include "server/http/http.h"

/*
 * Where the bytes of uploaded files go while they come in: through the sealer, to the press of the
 * signed-in person's agency, into a file without a name (O_TMPFILE) in service->spool_folder, so
 * that nothing in clear touches a disk and nothing stays when the process dies. The letter's id is
 * chosen before, since each sealed file is bound to it.
 *
 * Both doors take files in so: families at the portal, staff with scans at the desk.
 */
extern const struct http_sink spool_sink;

/* The letter that this upload becomes, and the press's key that its files were sealed to. */
int64_t spool_letter(const struct request *request);
const struct seal_public *spool_press(const struct request *request);

/* Writes the files as originals of the letter, numbered from 2 (1 is for a text), in a
 * transaction. */
MUST_CHECK enum err spool_keep(struct request *request, struct store *store);

#endif
