/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_KDF_H
#define LETTERBOX_CRYPT_KDF_H

#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "crypt/secret.h"

/*
 * Keys out of keys, and keyed digests. Every use has its own label in crypt/labels.def.
 *
 *   derive   HKDF-SHA-256 (RFC 5869): no salt, info = label [ 0x00 context ]
 *   mac      HMAC-SHA-256 (RFC 2104) over  label 0x00 value
 *
 * A label holds no zero byte and the zero byte is left out only when there is no context, so no
 * two uses share an info or a message. All fail with ERR_CRYPTO, and only when OpenSSL does.
 */

enum kdf_label {
#define KDF(name, label) KDF_##name,
#define MAC(name, label)
#define BOX(name, label)
#include "crypt/labels.def"
#undef KDF
#undef MAC
#undef BOX
    KDF_COUNT
};

enum mac_label {
#define KDF(name, label)
#define MAC(name, label) MAC_##name,
#define BOX(name, label)
#include "crypt/labels.def"
#undef KDF
#undef MAC
#undef BOX
    MAC_COUNT
};

enum {
    KDF_MAC_BYTES = 32,
    KDF_CONTEXT_MAX = 512, /* bytes: a few ids, a header, an e-mail address; never content */
};

/* A key for one use from a secret. The context may be empty. */
MUST_CHECK enum err kdf_derive(const struct secret *from, enum kdf_label label, struct str context,
                               struct secret *ret_secret);
/* The same from two secrets, both of which are needed. */
MUST_CHECK enum err kdf_derive_two(const struct secret *first, const struct secret *second,
                                   enum kdf_label label, struct str context,
                                   struct secret *ret_secret);
/* For rooms that carry labels of their own kind: the label as text without a zero byte. */
MUST_CHECK enum err kdf_derive_text(struct str from, struct str label, struct str context,
                                    struct secret *ret_secret);

/* A keyed digest of value. */
MUST_CHECK enum err kdf_mac(const struct secret *key, enum mac_label label, struct str value,
                            unsigned char ret_mac[KDF_MAC_BYTES]);

/*
 * The same over pieces that come one after another (a letter in chunks). The digest is that of
 * the pieces joined.
 */
struct kdf_mac_stream;
MUST_CHECK enum err kdf_mac_open(const struct secret *key, enum mac_label label,
                                 struct kdf_mac_stream **ret_stream);
MUST_CHECK enum err kdf_mac_add(struct kdf_mac_stream *stream, struct str piece);
MUST_CHECK enum err kdf_mac_finish(struct kdf_mac_stream *stream,
                                   unsigned char ret_mac[KDF_MAC_BYTES]);
void kdf_mac_free(struct kdf_mac_stream **stream);

/* SHA-256, for what is no secret or already random: never of anybody's text. */
MUST_CHECK enum err kdf_sha256(struct str bytes, unsigned char ret_digest[KDF_MAC_BYTES]);

#endif
