/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_WORKER_POST_TAKE_H
#define LETTERBOX_WORKER_POST_TAKE_H

#include "crypt/kdf.h"
#include "worker/post/post.h"

/*
 * Taking one mail in: its bytes are sealed to the press while they come, and then stored with the
 * ledger's row, a letter and the press's job in one transaction.
 *
 *     take_open, take_add for each piece, take_close       no clear byte is kept
 *     take_store, inside a transaction                      a double makes no second letter
 *
 * A double is the same mailbox entry (mailbox, UIDVALIDITY, UID) or the same bytes (HMAC under the
 * agency's key for doubles); a Message-ID makes none.
 */
struct take {
    int64_t agency_id, letter_id, blob_id;
    const char *mailbox;       /* its name in the ledger */
    uint32_t uidvalidity, uid; /* 0: came on stdin */
    struct buf sealed;
    unsigned char digest[KDF_MAC_BYTES];
    size_t bytes;
    /* after take_store */
    bool is_double;
    int64_t stored_as; /* the letter; of a double the first one's */
    /* while it comes in */
    struct arena *arena;
    struct seal_writer *writer;
    struct kdf_mac_stream *mac;
};

/* The digest alone, of a mail that is not taken in: pieces are added with kdf_mac_add. */
MUST_CHECK enum err take_digest_open(const struct post *post, const struct post_agency *agency,
                                     struct kdf_mac_stream **ret_mac);

/* ids: of the letter and the blob, made by the database. ERR_NO_KEY without a key for doubles. */
MUST_CHECK enum err take_open(const struct post *post, const struct post_agency *agency,
                              int64_t letter_id, int64_t blob_id, struct take *ret_take);
/* ERR_TOO_BIG past LIMIT_MAIL_BYTES. */
MUST_CHECK enum err take_add(struct take *take, struct str piece);
MUST_CHECK enum err take_close(struct take *take);
void take_done(struct take *take);

/* Stores mails of one agency together; each letter is new unless is_double. */
MUST_CHECK enum err take_store(struct store *store, struct take *takes, size_t count,
                               struct arena *arena);

#endif
