/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_SECRETBOX_H
#define LETTERBOX_CRYPT_SECRETBOX_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "crypt/secret.h"

/*
 * Short bytes sealed under a secret that both ends hold: an account's key under its password, a
 * session's opened secret under its cookie. (What people wrote is sealed by crypt/seal.h.)
 *
 *    0   4  "LBXS"
 *    4   1  version, 1
 *    5  24  random nonce
 *    29 32  commitment = HKDF(secret, label, 0x02 nonce)
 *    61  n  XChaCha20-Poly1305 of the content, key HKDF(secret, label, 0x01 nonce)
 *  61+n 16  its tag; additional data: the binding
 *
 * The label is a BOX of crypt/labels.def. The binding is any short string that says where the box
 * belongs (ids, big-endian); it is not stored, the reader must know it. At most 64 KiB; not padded.
 *
 * ERR_SEAL_BROKEN for another secret, label or binding, and for every changed byte.
 */
enum box_label {
#define KDF(name, label)
#define MAC(name, label)
#define BOX(name, label) BOX_##name,
#include "crypt/labels.def"
#undef KDF
#undef MAC
#undef BOX
    BOX_COUNT
};

enum {
    SECRETBOX_EXTRA_BYTES = 4 + 1 + 24 + 32 + 16,
    SECRETBOX_MAX_BYTES = 64 * 1024,
};

/* Adds the box to the buffer, or nothing. */
MUST_CHECK enum err secretbox_close(const struct secret *secret, enum box_label label,
                                    struct str binding, struct str content, struct buf *ret_box);
/* Adds the content to the buffer, which must be a secret one, or nothing. */
MUST_CHECK enum err secretbox_open(const struct secret *secret, enum box_label label,
                                   struct str binding, struct str box, struct buf *ret_content);

/* The same for a content of exactly 32 bytes. */
MUST_CHECK enum err secretbox_close_secret(const struct secret *secret, enum box_label label,
                                           struct str binding, const struct secret *content,
                                           struct buf *ret_box);
MUST_CHECK enum err secretbox_open_secret(const struct secret *secret, enum box_label label,
                                          struct str binding, struct str box,
                                          struct secret *ret_content);

#endif
