/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_IMAP_H
#define LETTERBOX_MAIL_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "mail/server.h"

/*
 * One mailbox of an IMAP server: what is in it, the raw bytes of a message, and moving it to
 * another folder. libcurl connects and signs in (mail/wire.h); the rest is said here, and what is
 * heard goes through mail/talk.h. The connection is kept between calls and opened again when it is
 * gone.
 *
 * A message is named by the mailbox's UIDVALIDITY and its UID (RFC 9051 §2.3.1.1); every call that
 * touches one gives both, and fails with ERR_NOT_FOUND when the mailbox has another UIDVALIDITY by
 * now. Fetching leaves \Seen as it was, and \Seen means nothing here: the caller's ledger does.
 *
 * The server may stall or lie. Time is bounded by mail_server's limits, what it says besides
 * messages by 1 MiB a call, a message by max_bytes, a list by its room. Data that was not asked for
 * is passed over, unless it is a message; what is no IMAP ends the connection. Errors: ERR_NET for
 * all trouble outside (mail_imap_code says which; "no": the server refused, and the connection
 * stands), ERR_NOT_FOUND, ERR_TOO_BIG.
 */
struct mail_imap;

MUST_CHECK enum err mail_imap_open(const struct mail_server *server, struct str mailbox,
                                   struct mail_imap **ret_imap);
void mail_imap_close(struct mail_imap **imap);

struct mail_imap_box {
    uint32_t uidvalidity;
    uint32_t count; /* messages in it; they are numbered from 1 */
};

/* Looks afresh. */
MUST_CHECK enum err mail_imap_look(struct mail_imap *imap, struct mail_imap_box *ret_box);

struct mail_imap_entry {
    uint32_t uid;
    uint64_t bytes; /* as the server says */
    bool deleted;   /* marked so, and not expunged yet */
};

/* The messages numbered first … first + count - 1, as of the last look; all must be there. */
MUST_CHECK enum err mail_imap_list(struct mail_imap *imap, const struct mail_imap_box *box,
                                   uint32_t first, uint32_t count,
                                   struct mail_imap_entry *ret_entries, size_t *ret_count);

/*
 * These (at most MAIL_IMAP_AHEAD_MAX) are what will be fetched next, in this order. The first fetch
 * asks for several of them at once, which saves waiting for each. Whatever else is asked, or a
 * lost connection, ends it. When fetching one fails with ERR_NET, another one of them may be to
 * blame.
 */
enum { MAIL_IMAP_AHEAD_MAX = 200 };
void mail_imap_ahead(struct mail_imap *imap, uint32_t uidvalidity,
                     const struct mail_imap_entry *entries, size_t count);

typedef enum err (*mail_imap_sink)(struct str piece, void *context);

/*
 * Gives the message to the sink piece by piece, at most max_bytes. What was given counts only when
 * this returns OK: until then the message may be cut. A sink's error ends it and is returned.
 */
MUST_CHECK enum err mail_imap_fetch(struct mail_imap *imap, uint32_t uidvalidity, uint32_t uid,
                                    size_t max_bytes, mail_imap_sink sink, void *context);

/*
 * Moves these messages (at most MAIL_IMAP_MOVE_MAX) to the folder, which is made if it is missing.
 * Without the server's MOVE they are copied, then marked deleted and expunged by their UIDs;
 * without UIDPLUS they stay there, marked.
 */
enum { MAIL_IMAP_MOVE_MAX = 200 };
MUST_CHECK enum err mail_imap_move(struct mail_imap *imap, uint32_t uidvalidity,
                                   const uint32_t *uids, size_t count, struct str folder);

/* Marks these (at most MAIL_IMAP_MOVE_MAX) deleted and expunges them; without UIDPLUS only marks.
 */
MUST_CHECK enum err mail_imap_remove(struct mail_imap *imap, uint32_t uidvalidity,
                                     const uint32_t *uids, size_t count);

/* Why the last call failed with ERR_NET, for the log. */
const char *mail_imap_code(const struct mail_imap *imap);

#endif
