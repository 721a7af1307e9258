/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_MESSAGE_H
#define LETTERBOX_MAIL_MESSAGE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * A finished message as it is sealed to the post (docs/records.md): one line of JSON,
 * {"automatic":true,"subject":"…"}, a newline, and a MIME entity (mail/compose.h). The post adds
 * From, To, Date and Message-ID.
 */

MUST_CHECK enum err mail_message_put(struct str subject, bool automatic, struct str entity,
                                     struct buf *ret_message);
/* The entity borrows the message; the subject lives in the arena. */
MUST_CHECK enum err mail_message_get(struct str message, struct arena *arena,
                                     struct str *ret_subject, bool *ret_automatic,
                                     struct str *ret_entity);
/*
 * From a rendered text template: "Subject: …", an empty line, the body. Such notices are always
 * automatic. ERR_BAD_TEMPLATE when the text has another shape.
 */
MUST_CHECK enum err mail_message_from_text(struct str text, struct buf *ret_message);

#endif
