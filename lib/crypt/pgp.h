/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_PGP_H
#define LETTERBOX_CRYPT_PGP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * OpenPGP by GnuPG (through GPGME): the archive, which must be readable for decades without this
 * program, and mail to and from people who have a key.
 *
 * Keys are named by the fingerprint of their primary key, which our own records pin; GnuPG's trust
 * model is not asked. What GnuPG made is never believed to be for the right keys: the packets of
 * its output are read (crypt/packet.h), and unless they name exactly the wanted encryption subkeys,
 * the output is wiped and ERR_PGP_CHECK says so. On any error the caller has nothing, least of all
 * clear text: hold the letter.
 *
 * A struct pgp is one context and the keys that it has looked up; it serves one thread at a time,
 * and may be kept from job to job (a new one costs 3 ms, looking a key up 5 ms).
 *
 * Errors: ERR_PGP_KEY for a key that is not there, expired, revoked or not able to encrypt;
 * ERR_NO_KEY where the secret key is not there, or the agent does not run; ERR_TOO_BIG past the
 * buffer's maximum; ERR_PGP for everything else that GnuPG or GPGME refuse.
 */

/* Readies GPGME: once, in main, before any thread and before the process confines itself. */
MUST_CHECK enum err pgp_init(void);

struct pgp;
/* For this GNUPGHOME (crypt/gnupg.h); ends with the arena. */
MUST_CHECK enum err pgp_open(struct arena *arena, const char *home, struct pgp **ret_pgp);

/* ---- keys ------------------------------------------------------------------------------------ */

/* 40 hexadecimal digits in capitals, and a NUL. */
struct pgp_fingerprint {
    char hex[41];
};

/* Takes lower case and spaces too. */
bool pgp_fingerprint_get(struct str text, struct pgp_fingerprint *ret_fingerprint);

struct pgp_key {
    struct pgp_fingerprint fingerprint; /* of the primary key */
    struct pgp_fingerprint encrypts;    /* of the subkey that is encrypted to, if can_encrypt */
    int64_t made, expires;  /* seconds since 1970 of the primary key; expires 0: never */
    int64_t encrypts_until; /* of the encryption subkey; 0: never ends */
    bool revoked, expired;
    bool can_encrypt; /* now: a valid encryption subkey of a valid key */
    bool can_sign;    /* now, and the secret key is not asked for */
};

/* A key of the home, by its pinned fingerprint. */
MUST_CHECK enum err pgp_key_find(struct pgp *pgp, const struct pgp_fingerprint *fingerprint,
                                 struct pgp_key *ret_key);
/*
 * Reads one public key, armored or binary, at most 64 KiB, without keeping it: for the desk, which
 * shows the fingerprint before anybody relies on it. ERR_PGP_KEY for several keys, a secret key or
 * no key; a revoked or expired one is answered with its flags.
 */
MUST_CHECK enum err pgp_key_show(struct pgp *pgp, struct str key, struct pgp_key *ret_key);
/* The same, and keeps it in the home. */
MUST_CHECK enum err pgp_key_import(struct pgp *pgp, struct str key, struct pgp_key *ret_key);
/* The public key, armored or binary. */
MUST_CHECK enum err pgp_key_export(struct pgp *pgp, const struct pgp_fingerprint *fingerprint,
                                   bool armored, struct buf *ret_key);
/*
 * Makes a key (Ed25519, encryption subkey Curve25519) without a passphrase, for this user id
 * ("Name <address>"), valid so many days (0: for ever). The agent must run.
 */
MUST_CHECK enum err pgp_key_make(struct pgp *pgp, const char *user_id, unsigned days,
                                 struct pgp_fingerprint *ret_fingerprint);

/* ---- messages -------------------------------------------------------------------------------- */

enum { PGP_RECIPIENTS_MAX = 4, PGP_KEY_MAX_BYTES = 64 * 1024 };

/* Encrypts to 1 to 4 different keys: a binary message is added to the buffer, or nothing. */
MUST_CHECK enum err pgp_encrypt(struct pgp *pgp, const struct pgp_fingerprint *to, size_t count,
                                struct str content, struct buf *ret_message);

/*
 * Signs as one key and encrypts to others, the signature inside: an armored message, the second
 * part of a PGP/MIME mail (RFC 3156 §6.2).
 */
MUST_CHECK enum err pgp_encrypt_signed(struct pgp *pgp, const struct pgp_fingerprint *signer,
                                       const struct pgp_fingerprint *to, size_t count,
                                       struct str content, struct buf *ret_armored);

/* What a signature says. */
enum pgp_signed {
    PGP_UNSIGNED,
    PGP_SIGNED_GOOD,    /* one valid signature of a key of the home, and no other */
    PGP_SIGNED_UNKNOWN, /* of a key that the home has not got */
    PGP_SIGNED_ENDED,   /* right, but the signature or its key ran out, or was revoked */
    PGP_SIGNED_BAD,     /* of other bytes than these, or more than one */
};
struct pgp_signature {
    enum pgp_signed state;
    struct pgp_fingerprint signer; /* PGP_SIGNED_GOOD: its primary key; else empty */
};

/*
 * Opens a message, armored or binary; the content is added to the buffer, which must be a secret
 * one, or nothing. ERR_BAD_INPUT for what does not decrypt; ERR_PGP_UNPROTECTED for what has no
 * integrity protection, which GnuPG is not even shown; ERR_NO_KEY where no secret key for it is
 * here. An agent that is away looks the same: ask pgp_secret_find before the message is blamed.
 */
MUST_CHECK enum err pgp_decrypt(struct pgp *pgp, struct str message, struct buf *ret_content,
                                struct pgp_signature *ret_signature);

/*
 * Checks a signature that stands apart from what it signs (RFC 3156 §5), armored or binary. A bad
 * one is no error; what is no signature at all is PGP_SIGNED_BAD.
 */
MUST_CHECK enum err pgp_verify(struct pgp *pgp, struct str content, struct str signature,
                               struct pgp_signature *ret_signature);

/* OK if the home has this key's secret half, and the agent answers for it; else ERR_NO_KEY. */
MUST_CHECK enum err pgp_secret_find(struct pgp *pgp, const struct pgp_fingerprint *fingerprint);

#endif
