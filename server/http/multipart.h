/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_MULTIPART_H
#define LETTERBOX_HTTP_MULTIPART_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

/*
 * multipart/form-data (RFC 7578) as browsers write it, taken apart while it comes in, however the
 * bytes are cut. A part's header is at most MULTIPART_HEAD_BYTES; its bytes pass through and are
 * not kept. The first boundary must open the body, the last must be there.
 *
 *   --boundary CRLF headers CRLF CRLF bytes CRLF --boundary … CRLF --boundary--
 *
 * ERR_BAD_INPUT for everything else. An error of an event stops the reading and is handed on.
 */
enum { MULTIPART_HEAD_BYTES = 8 * 1024, MULTIPART_BOUNDARY_BYTES = 70 };

struct multipart_part {
    struct str name;
    bool is_file; /* has a file name, which may be empty */
    struct str file_name, type;
};

struct multipart_events {
    enum err (*begin)(void *context, const struct multipart_part *part); /* borrowed */
    enum err (*data)(void *context, struct str bytes);
    enum err (*end)(void *context);
};

struct multipart;

/* From the value of the Content-Type header; lives in the arena. */
MUST_CHECK enum err multipart_open(struct str content_type, const struct multipart_events *events,
                                   void *context, struct arena *arena,
                                   struct multipart **ret_multipart);
MUST_CHECK enum err multipart_take(struct multipart *multipart, struct str bytes);
/* The body has ended: ERR_BAD_INPUT unless its last boundary was there. */
MUST_CHECK enum err multipart_finish(const struct multipart *multipart);

#endif
