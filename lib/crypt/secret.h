/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_SECRET_H
#define LETTERBOX_CRYPT_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * 32 secret bytes: a key, a token, a derived value. The type keeps them apart from text: nothing
 * prints it. Declare one with SECRET(name), which wipes it when the block ends; a struct that
 * embeds one wipes it with secret_wipe.
 *
 * Secrets that live as long as the process are kept in locked memory (crypt/keys.h).
 */
enum { SECRET_BYTES = 32 };

struct secret {
    unsigned char bytes[SECRET_BYTES];
};

#define SECRET(name) __attribute__((cleanup(secret_wipe))) struct secret name = {{0}}

/*
 * Readies libsodium and OpenSSL, which read their configuration and CPU features on first use:
 * call once in main, before the process confines itself and before any other function of this
 * room. May be called again. ERR_CRYPTO when a library cannot start.
 */
MUST_CHECK enum err crypt_init(void);

void secret_wipe(struct secret *secret);
/* In time that does not depend on the bytes. */
bool secret_equal(const struct secret *a, const struct secret *b);
void secret_random(struct secret *ret_secret);

/* Random bytes, and a number in [0, bound) without bias. */
void random_bytes(void *ret_bytes, size_t len);
uint32_t random_below(uint32_t bound);
/* A positive 60-bit id, for a row whose sealing is bound to it before it is written. */
int64_t random_id(void);

/* The same for bytes of any kind: equal length is the caller's business. */
bool bytes_equal(const void *a, const void *b, size_t len);

#endif
