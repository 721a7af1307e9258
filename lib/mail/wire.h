/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_WIRE_H
#define LETTERBOX_MAIL_WIRE_H

#include <stdbool.h>

#include "core/err.h"
#include "mail/server.h"

/*
 * A connection to an IMAP server that is signed in, over which bytes go. Names, sockets, TLS, its
 * certificates and signing in are libcurl's (CURLOPT_CONNECT_ONLY, which goes that far for IMAP);
 * what is said from then on is the caller's (mail/imap.c).
 *
 * Time is bounded by mail_server's limits: from mail_wire_begin on, an operation may take
 * whole_seconds, and no silence_seconds of waiting pass without 100 bytes a second. All errors are
 * ERR_NET, with mail_wire_code; the connection is gone then.
 */
struct mail_wire;

/* Not connected yet. The server's texts are copied. */
MUST_CHECK enum err mail_wire_new(const struct mail_server *server, struct mail_wire **ret_wire);
void mail_wire_free(struct mail_wire **wire);

MUST_CHECK enum err mail_wire_connect(struct mail_wire *wire);
bool mail_wire_is_up(const struct mail_wire *wire);
/* With a LOGOUT, or at once where nothing that comes is of use any more. */
void mail_wire_hang_up(struct mail_wire *wire, bool says_so);

/* The clock of one operation starts. */
void mail_wire_begin(struct mail_wire *wire);
MUST_CHECK enum err mail_wire_send(struct mail_wire *wire, struct str bytes);
/* What has come, at least a byte of it. */
MUST_CHECK enum err mail_wire_read(struct mail_wire *wire, char *at, size_t room, size_t *ret_len);

/* Why the last call failed. */
const char *mail_wire_code(const struct mail_wire *wire);

#endif
