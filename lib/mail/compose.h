/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_COMPOSE_H
#define LETTERBOX_MAIL_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"
#include "mail/addr.h"

/*
 * Outgoing messages: RFC 5322 headers around a MIME entity. Lines end with CR LF.
 *
 * The same input gives the same bytes: date and Message-ID come from the caller, boundaries are
 * made from the entity's token, and nothing is taken from this host (no Received, no host name, no
 * program name).
 *
 *     entity   = "Content-Type: …" … CRLF CRLF body      mail_compose_text, _mixed, _encrypted
 *     message  = From, To, Subject, Date, Message-ID …  entity          mail_compose_message
 *
 * PGP/MIME (RFC 3156) goes in three steps: an entity is composed (text, attachments), the caller
 * signs and encrypts its bytes to armour, and mail_compose_encrypted wraps the armour.
 *
 * Nothing can inject a header: every value is refused (ERR_BAD_INPUT) if it holds a control
 * character, and names of parameters, files and tokens take letters, digits, ".", "_" and "-" only.
 * Values beyond ASCII are encoded words (RFC 2047); lines are folded at 76 columns.
 */

struct mail_compose_headers {
    struct mail_addr from;
    struct mail_addr to;
    struct mail_addr reply_to; /* left out when its domain is empty */
    struct str subject;
    struct utc date;
    struct str message_id; /* "token@domain", without the angle brackets */
    bool automatic;        /* Auto-Submitted: auto-generated, and asks for no automatic answer */
    bool is_answer;        /* the same with auto-replied (RFC 3834 §3.1.7) */
    struct str answers;    /* Message-ID that it answers, as mail_answer_id gives it, or empty */
};

/* The headers and then the entity. */
MUST_CHECK enum err mail_compose_message(const struct mail_compose_headers *headers,
                                         struct str entity, struct buf *ret_message);

/*
 * text/plain in UTF-8, format=flowed (RFC 3676): long lines are broken at spaces so that every
 * program can show them, and those that can join them again do. The text must be UTF-8 without
 * control characters but newline and tab; spaces at the end of its lines are dropped.
 */
MUST_CHECK enum err mail_compose_text(struct str text, struct buf *ret_entity);

struct mail_compose_file {
    struct str type; /* "application/pdf" */
    struct str name; /* "XXXX-XXXX-XXXX.pdf" */
    struct str bytes;
};

/* multipart/mixed: the text, then the files. token makes the boundaries. */
MUST_CHECK enum err mail_compose_mixed(struct str token, struct str text,
                                       const struct mail_compose_file *files, size_t count,
                                       struct buf *ret_entity);

/* multipart/encrypted around an ASCII-armoured OpenPGP message (RFC 3156 §4). */
MUST_CHECK enum err mail_compose_encrypted(struct str token, struct str armor,
                                           struct buf *ret_entity);

/* How many bytes an entity of one more file takes up, for sizing buffers. */
size_t mail_compose_file_room(size_t bytes);

#endif
