/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_TALK_H
#define LETTERBOX_MAIL_TALK_H

#include <stdint.h>

#include "core/buf.h"
#include "core/str.h"

/*
 * What an IMAP server sends, taken apart as it comes in: lines, and the messages between them
 * (RFC 9051 §4.3, §7). Pure; the bytes may be cut anywhere.
 *
 *     * 12 EXISTS CRLF                                        a line
 *     * 3 FETCH (UID 9 BODY[] {5} CRLF hello FLAGS ()) CRLF   pieces of a message, and its end
 *     L4 OK done CRLF                                         a line
 *
 * The bytes of a message are counted, never read: whatever stands in them is no line. Other
 * literals are counted too, and left out of their line. Only data has literals: "{5}" at the end of
 * a line of words (OK, NO, BAD, BYE, a tag, "+") is words. A line has at most
 * MAIL_TALK_LINE_BYTES, ends with CR LF, and holds no other CR, LF or NUL. Whatever breaks these
 * rules breaks the talk for good: nothing that follows can be believed.
 */
enum { MAIL_TALK_LINE_BYTES = 16 * 1024 };

enum mail_talk_kind {
    MAIL_TALK_MORE,    /* all was read */
    MAIL_TALK_LINE,    /* text: without its end, valid until the next call */
    MAIL_TALK_PIECE,   /* text: bytes of a message, where they were; uid, announced */
    MAIL_TALK_MESSAGE, /* it has come whole, with its line's end; uid, announced */
    MAIL_TALK_BROKEN,
};

struct mail_talk_event {
    enum mail_talk_kind kind;
    struct str text;
    uint32_t uid;       /* 0: not named, or in a PIECE: not yet */
    uint64_t announced; /* the length of the whole message, as the server says */
};

struct mail_talk {
    struct buf text; /* of the line so far, without literals */
    size_t part;     /* where in it the part after the last literal begins */
    uint64_t left;   /* of a literal */
    enum { MAIL_TALK_IN_LINE, MAIL_TALK_IN_MESSAGE, MAIL_TALK_IN_OTHER, MAIL_TALK_IN_RUINS } at;
    bool is_over, has_message;
    uint64_t announced;
    uint32_t uid;
};

struct mail_talk mail_talk_new(void);
void mail_talk_free(struct mail_talk *talk);
/* A new connection. */
void mail_talk_restart(struct mail_talk *talk);

/* Takes what it read off the front of *bytes. */
struct mail_talk_event mail_talk_next(struct mail_talk *talk, struct str *bytes);

#endif
