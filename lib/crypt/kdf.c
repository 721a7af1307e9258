/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/kdf.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#include "core/buf.h"
#include "sys/fault.h"

static const char *const kdf_labels[] = {
#define KDF(name, label) label,
#define MAC(name, label)
#define BOX(name, label)
#include "crypt/labels.def"
#undef KDF
#undef MAC
#undef BOX
};

static const char *const mac_labels[] = {
#define KDF(name, label)
#define MAC(name, label) label,
#define BOX(name, label)
#include "crypt/labels.def"
#undef KDF
#undef MAC
#undef BOX
};

static void end_kdf(EVP_KDF **kdf)
{
    EVP_KDF_free(*kdf);
}

static void end_kdf_context(EVP_KDF_CTX **context)
{
    EVP_KDF_CTX_free(*context);
}

enum err kdf_derive_text(struct str from, struct str label, struct str context,
                         struct secret *ret_secret)
{
    ASSERT(label.len > 0 && str_find_byte(label, 0) == STR_NONE);
    BUF(info, KDF_CONTEXT_MAX + 64);
    buf_add(&info, label);
    if (context.len) {
        buf_add_byte(&info, 0);
        buf_add(&info, context);
    }
    ASSERT(buf_done(&info) == OK);

    __attribute__((cleanup(end_kdf))) EVP_KDF *hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    if (!hkdf) return ERR_CRYPTO;
    __attribute__((cleanup(end_kdf_context))) EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(hkdf);
    if (!ctx) return ERR_CRYPTO;
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)from.at, from.len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.at, info.len),
        OSSL_PARAM_construct_end(),
    };
    SECRET(derived);
    if (FAULT_FAILS(crypt_derive) ||
        EVP_KDF_derive(ctx, derived.bytes, sizeof derived.bytes, params) != 1)
        return ERR_CRYPTO;
    *ret_secret = derived;
    return OK;
}

enum err kdf_derive(const struct secret *from, enum kdf_label label, struct str context,
                    struct secret *ret_secret)
{
    ASSERT((unsigned)label < KDF_COUNT);
    return kdf_derive_text((struct str){(const char *)from->bytes, sizeof from->bytes},
                           str_from(kdf_labels[label]), context, ret_secret);
}

enum err kdf_derive_two(const struct secret *first, const struct secret *second,
                        enum kdf_label label, struct str context, struct secret *ret_secret)
{
    ASSERT((unsigned)label < KDF_COUNT);
    BUF_SECRET(both, 2 * SECRET_BYTES);
    buf_add_bytes(&both, first->bytes, sizeof first->bytes);
    buf_add_bytes(&both, second->bytes, sizeof second->bytes);
    return kdf_derive_text(buf_str(&both), str_from(kdf_labels[label]), context, ret_secret);
}

/* An EVP_MAC_CTX under another name: no struct of ours stands around it. */
static EVP_MAC_CTX *inner(struct kdf_mac_stream *stream)
{
    return (EVP_MAC_CTX *)(void *)stream;
}

enum err kdf_mac_open(const struct secret *key, enum mac_label label,
                      struct kdf_mac_stream **ret_stream)
{
    ASSERT((unsigned)label < MAC_COUNT);
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (!hmac) return ERR_CRYPTO;
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    if (!ctx) return ERR_CRYPTO;
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    const char *text = mac_labels[label];
    if (FAULT_FAILS(crypt_mac) || EVP_MAC_init(ctx, key->bytes, sizeof key->bytes, params) != 1 ||
        EVP_MAC_update(ctx, (const unsigned char *)text, strlen(text) + 1) != 1) {
        EVP_MAC_CTX_free(ctx);
        return ERR_CRYPTO;
    }
    *ret_stream = (struct kdf_mac_stream *)(void *)ctx;
    return OK;
}

enum err kdf_mac_add(struct kdf_mac_stream *stream, struct str piece)
{
    if (piece.len == 0) return OK;
    bool added = EVP_MAC_update(inner(stream), (const unsigned char *)piece.at, piece.len) == 1;
    return added ? OK : ERR_CRYPTO;
}

enum err kdf_mac_finish(struct kdf_mac_stream *stream, unsigned char ret_mac[KDF_MAC_BYTES])
{
    unsigned char mac[KDF_MAC_BYTES];
    size_t length = 0;
    if (EVP_MAC_final(inner(stream), mac, &length, sizeof mac) != 1 || length != sizeof mac)
        return ERR_CRYPTO;
    memcpy(ret_mac, mac, sizeof mac);
    return OK;
}

void kdf_mac_free(struct kdf_mac_stream **stream)
{
    if (*stream) EVP_MAC_CTX_free(inner(*stream));
    *stream = NULL;
}

enum err kdf_mac(const struct secret *key, enum mac_label label, struct str value,
                 unsigned char ret_mac[KDF_MAC_BYTES])
{
    __attribute__((cleanup(kdf_mac_free))) struct kdf_mac_stream *stream = NULL;
    TRY(kdf_mac_open(key, label, &stream));
    TRY(kdf_mac_add(stream, value));
    return kdf_mac_finish(stream, ret_mac);
}

enum err kdf_sha256(struct str bytes, unsigned char ret_digest[KDF_MAC_BYTES])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t length = 0;
    if (EVP_Q_digest(NULL, "SHA256", NULL, bytes.len ? bytes.at : "", bytes.len, digest, &length) !=
            1 ||
        length != KDF_MAC_BYTES)
        return ERR_CRYPTO;
    memcpy(ret_digest, digest, KDF_MAC_BYTES);
    return OK;
}
