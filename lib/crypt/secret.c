/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/secret.h"

#include <sodium.h>

#include "crypt/kdf.h"
#include "sys/fault.h"

enum err crypt_init(void)
{
    if (FAULT_FAILS(crypt_init) || sodium_init() < 0) return ERR_CRYPTO;
    SECRET(key);
    SECRET(derived);
    unsigned char mac[KDF_MAC_BYTES];
    TRY(kdf_derive(&key, KDF_SELF_TEST, (struct str){0}, &derived));
    TRY(kdf_mac(&key, MAC_SELF_TEST, STR("x"), mac));
    return OK;
}

void secret_wipe(struct secret *secret)
{
    sodium_memzero(secret->bytes, sizeof secret->bytes);
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void secret_random(struct secret *ret_secret)
{
    randombytes_buf(ret_secret->bytes, sizeof ret_secret->bytes);
}

void random_bytes(void *ret_bytes, size_t len)
{
    randombytes_buf(ret_bytes, len);
}

uint32_t random_below(uint32_t bound)
{
    ASSERT(bound > 0);
    return randombytes_uniform(bound);
}

int64_t random_id(void)
{
    uint64_t bits;
    do {
        random_bytes(&bits, sizeof bits);
        bits >>= 4;
    } while (bits == 0);
    return (int64_t)bits;
}

bool bytes_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}
