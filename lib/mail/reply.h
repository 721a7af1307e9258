/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_REPLY_H
#define LETTERBOX_MAIL_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/*
 * What mail servers say, one line at a time. The servers may lie: a line that makes no sense is
 * "other", never an error, and each number is bounded. Pure.
 */

/* ---- SMTP (RFC 5321 §4.2, RFC 3463) ---- */

enum { MAIL_REPLY_STATUS_BYTES = 12 };

struct mail_reply_smtp {
    int code;                             /* 200 to 599; 0: the line is none of a reply */
    bool last;                            /* the reply ends with this line */
    char status[MAIL_REPLY_STATUS_BYTES]; /* "5.1.1", or empty */
};

struct mail_reply_smtp mail_reply_smtp(struct str line);

/* Whose fault it is that a mail was refused or came back. */
enum mail_fault {
    MAIL_FAULT_ADDRESS, /* there is no such mailbox, or it takes nothing any more */
    MAIL_FAULT_PASSING, /* full, too large, not reached: another time, or another mail, may go */
    MAIL_FAULT_REFUSED, /* what we sent, or we, displeased: the address may well be right */
};
/*
 * By its status, RFC 3463; empty, or 5.0.0: a plain no. Both what a server says at once and what
 * comes back later are judged here.
 */
enum mail_fault mail_reply_fault(struct str status);
/*
 * The status that a bare code of three digits stands for: 552 (RFC 5321 §4.2.3) "5.2.2", 554, with
 * which servers refuse what or whom they dislike, "5.7.0", all others "5.0.0" or "4.0.0".
 */
struct str mail_reply_status(int code);

/* ---- IMAP (RFC 9051 §7, RFC 3501) ---- */

enum mail_reply_imap_kind {
    MAIL_REPLY_OTHER,
    MAIL_REPLY_EXISTS,      /* "* 5 EXISTS": number */
    MAIL_REPLY_UIDVALIDITY, /* "* OK [UIDVALIDITY 7]": number */
    MAIL_REPLY_ENTRY, /* "* 3 FETCH (UID 9 RFC822.SIZE 38 FLAGS (\Deleted))": number, uid, size,
                         deleted */
    MAIL_REPLY_CAPABILITY, /* "* CAPABILITY …", "* OK [CAPABILITY …]": can_move, can_expunge_uid */
    MAIL_REPLY_TAGGED,     /* "A003 OK …": ok, try_create */
};

struct mail_reply_imap {
    enum mail_reply_imap_kind kind;
    uint32_t number; /* 0 for EXISTS only */
    uint32_t uid;    /* not 0 */
    uint64_t size;
    bool deleted;         /* among the flags */
    bool can_move;        /* RFC 6851 */
    bool can_expunge_uid; /* UIDPLUS, RFC 4315 */
    bool ok;
    bool try_create; /* NO [TRYCREATE] */
};

struct mail_reply_imap mail_reply_imap(struct str line);

#endif
