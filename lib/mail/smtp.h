/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_SMTP_H
#define LETTERBOX_MAIL_SMTP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "mail/server.h"

/*
 * Sending one message to one recipient by SMTP (RFC 5321, libcurl). The connection is kept for the
 * next message; one that the server closed or limits is opened again before anything is given away.
 *
 * What became of a message is never guessed. Once all of it was handed to libcurl (which ends it
 * with the final dot) and no answer to that came, it may be in the recipient's mailbox:
 *
 *     MAIL_SMTP_ACCEPTED  the server answered 2xx to the whole message
 *     MAIL_SMTP_REFUSED   5xx to sender, recipient or message: it will not take it, ever
 *     MAIL_SMTP_LATER     not taken, for certain: 4xx, no connection, no TLS, signing in refused
 *     MAIL_SMTP_UNKNOWN   the end was sent and no answer came: never send it again by machine
 *
 * Of the server's words only the code leaves this room in clear; `answer` is for sealing.
 */
struct mail_smtp;

/* The name in EHLO is never this host's own: it comes from the caller ("mail.example.org"). */
MUST_CHECK enum err mail_smtp_open(const struct mail_server *server, const char *ehlo_name,
                                   struct mail_smtp **ret_smtp);
void mail_smtp_close(struct mail_smtp **smtp);

enum mail_smtp_outcome {
    MAIL_SMTP_ACCEPTED,
    MAIL_SMTP_REFUSED,
    MAIL_SMTP_LATER,
    MAIL_SMTP_UNKNOWN,
};

enum { MAIL_SMTP_CODE_BYTES = 32, MAIL_SMTP_ANSWER_BYTES = 2000 };

struct mail_smtp_result {
    enum mail_smtp_outcome outcome;
    bool login_refused;                  /* so it is MAIL_SMTP_LATER */
    char code[MAIL_SMTP_CODE_BYTES];     /* "550_5.1.1", "451", "tls", "connect" …; never empty */
    char answer[MAIL_SMTP_ANSWER_BYTES]; /* the last reply's lines, as the server wrote them */
};

/*
 * from and to as mail_addr_spec wrote them; an empty from is the null sender. message as
 * mail_compose_message made it. A kept connection that is of no use is replaced only before
 * until_us (clock_monotonic_us; 0: at any time), so that two tries take no longer than one begun
 * then. ERR_BAD_INPUT for an address that is none, before anything is sent; every other trouble is
 * a result.
 */
MUST_CHECK enum err mail_smtp_send(struct mail_smtp *smtp, struct str from, struct str to,
                                   struct str message, int64_t until_us,
                                   struct mail_smtp_result *ret_result);

#endif
