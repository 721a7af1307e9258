/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_PACKET_H
#define LETTERBOX_CRYPT_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * Just enough of OpenPGP (RFC 4880) to see for ourselves to whom a message is encrypted, apart from
 * the program that encrypted it, and what a key file starts with. Nothing is decrypted here.
 *
 * An encrypted message, as the archive and mails may be, is
 *
 *     PKESK  PKESK …  SEIPD
 *
 *   packet header (§4.2)   one byte 1 0 t t t t l l (old form; length of 1, 2 or 4 bytes, or to the
 *                          end) or 1 1 t t t t t t (new form; length of 1, 2 or 5 bytes, or in
 * parts) PKESK, tag 1 (§5.1)    version 3; 8 bytes key id; algorithm; encrypted session key SEIPD,
 * tag 18 (§5.13)  version 1; the rest of the message
 *
 * Anything else in it is refused: another packet, a session key under a passphrase (tag 3), a key
 * id of zeros (a hidden recipient), data without integrity protection (tag 9), bytes at the end.
 *
 * ERR_BAD_INPUT for what is not exactly that.
 */

enum { PACKET_KEY_ID_BYTES = 8, PACKET_RECIPIENTS_MAX = 16 };

struct packet_key_id {
    unsigned char bytes[PACKET_KEY_ID_BYTES];
};

/* The key ids of a binary message, in its order; room for PACKET_RECIPIENTS_MAX. */
MUST_CHECK enum err packet_recipients(struct str message, struct packet_key_id *ret_ids,
                                      size_t *ret_count);

/*
 * What a message from outside is, by the packet that follows its session keys; armored or binary,
 * and only its start is looked at. GnuPG is asked to open what is sealed, and nothing else: what
 * has no integrity protection (tag 9) may have been changed by whoever carried it, so that what
 * opens is not what was written.
 */
enum packet_sealing {
    PACKET_SEALED,      /* to a public key, protected (tags 18 and 20) */
    PACKET_UNPROTECTED, /* encrypted, but anybody on the way may have changed it */
    PACKET_NO_KEY,      /* under a passphrase alone */
    /* More than PACKET_RECIPIENTS_MAX session keys: GnuPG would try our key on each that names it
       or nobody, so that one mail of many small packets would keep the press busy for hours. */
    PACKET_MANY_KEYS,
    PACKET_NOT_SEALED, /* not encrypted, or not OpenPGP */
};
enum packet_sealing packet_sealing(struct str message);

/* The tag of the first packet: 6 a public key, 5 a secret key. */
MUST_CHECK enum err packet_first_tag(struct str bytes, unsigned *ret_tag);

/*
 * A public key as its owner hands it out (§11.1): a primary key, user ids, subkeys, signatures.
 *
 *     PUBLIC-KEY  USER-ID SIGNATURE …  PUBLIC-SUBKEY SIGNATURE …
 *
 * For the desk, which may start no program and so has no GnuPG: staff read out the fingerprint,
 * which is a digest of the primary key's own bytes and therefore cannot lie. All else is what the
 * key says of itself, unverified: it is shown, and nothing more. The press imports the key into
 * GnuPG, which checks the signatures and encrypts to verified subkeys alone.
 *
 * Version 4 only (GnuPG 2.2 knows no other that can encrypt). ERR_BAD_INPUT for bytes that are not
 * such a list of packets; ERR_PGP_KEY for a secret key, several keys, or one of another version.
 */
struct packet_key {
    char fingerprint[41]; /* 40 digits in capitals, and a NUL */
    int64_t made;         /* seconds since 1970 */
    int64_t ends;         /* 0: it does not say */
    struct str user;      /* the first user id, as it stands there; may be empty */
    bool can_encrypt;     /* some key in it is of a kind that can */
};
MUST_CHECK enum err packet_public_key(struct str bytes, struct packet_key *ret_key);

/*
 * Takes ASCII armor (§6.2) of this kind ("PGP MESSAGE", "PGP PUBLIC KEY BLOCK") off: adds the bytes
 * to the buffer, or nothing. Exactly one block; white space around it is skipped; its headers are
 * skipped; its checksum, if it has one, must be right.
 */
MUST_CHECK enum err packet_armor_open(struct str armored, struct str kind, struct buf *ret_bytes);

#endif
