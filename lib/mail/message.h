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
 * {"automatic":true,"subject":"…","alias":"…","text":"…"}, of an answer also
 * {"answer":true,"answers":"…"}, a newline, and a MIME entity (mail/compose.h). The post adds From,
 * To, Reply-To, Date and Message-ID. A text message for a telephone has `text` and nothing after
 * the newline.
 */
struct mail_message {
    struct str subject;
    struct str alias; /* local part of the party's address for answers; empty: they go to From */
    bool automatic;   /* nobody wrote it: no automatic answer is wanted */
    bool is_answer;   /* automatic, and the answer to a mail (RFC 3834): nothing comes back of it */
    struct str answers; /* its Message-ID without brackets; empty if it had none to be named */
    struct str text;    /* of a neutral notice, as it was rendered; empty: it is none, or is long */
    struct str entity;
};

MUST_CHECK enum err mail_message_put(const struct mail_message *message, struct buf *ret_body);
/* The entity borrows the body; the rest lives in the arena. ERR_BAD_JSON for another shape. */
MUST_CHECK enum err mail_message_get(struct str body, struct arena *arena,
                                     struct mail_message *ret_message);
/*
 * From a rendered text template: "Subject: …", an empty line, the body. Such notices are always
 * automatic; alias, is_answer and answers are those of `like`. ERR_BAD_TEMPLATE when the text has
 * another shape.
 */
MUST_CHECK enum err mail_message_from_text(struct str text, const struct mail_message *like,
                                           struct buf *ret_body);
/* A text message for a telephone, from a rendered template: its words. ERR_BAD_TEMPLATE for none.
 */
MUST_CHECK enum err mail_message_for_phone(struct str text, struct buf *ret_body);

#endif
