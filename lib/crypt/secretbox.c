/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/secretbox.h"

#include <sodium.h>
#include <string.h>

#include "crypt/kdf.h"
#include "sys/fault.h"

static const char magic[5] = {'L', 'B', 'X', 'S', 1};

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    NONCE_AT = sizeof magic,
    COMMITMENT_AT = NONCE_AT + NONCE_BYTES,
    CONTENT_AT = COMMITMENT_AT + SECRET_BYTES,
    PART_KEY = 1,
    PART_COMMITMENT = 2,
};

_Static_assert(SECRETBOX_EXTRA_BYTES == CONTENT_AT + TAG_BYTES, "box");

static const char *const labels[] = {
#define KDF(name, label)
#define MAC(name, label)
#define BOX(name, label) label,
#include "crypt/labels.def"
#undef KDF
#undef MAC
#undef BOX
};

static enum err part(const struct secret *secret, enum box_label label, char number,
                     const unsigned char nonce[NONCE_BYTES], struct secret *ret_part)
{
    ASSERT((unsigned)label < BOX_COUNT);
    char context[1 + NONCE_BYTES] = {number};
    memcpy(context + 1, nonce, NONCE_BYTES);
    return kdf_derive_text((struct str){(const char *)secret->bytes, sizeof secret->bytes},
                           str_from(labels[label]), (struct str){context, sizeof context},
                           ret_part);
}

enum err secretbox_close(const struct secret *secret, enum box_label label, struct str binding,
                         struct str content, struct buf *ret_box)
{
    if (content.len > SECRETBOX_MAX_BYTES) return ERR_TOO_BIG;
    unsigned char nonce[NONCE_BYTES];
    random_bytes(nonce, sizeof nonce);
    SECRET(key);
    SECRET(commitment);
    TRY(part(secret, label, PART_KEY, nonce, &key));
    TRY(part(secret, label, PART_COMMITMENT, nonce, &commitment));

    BUF(box, SECRETBOX_EXTRA_BYTES + content.len);
    buf_add_bytes(&box, magic, sizeof magic);
    buf_add_bytes(&box, nonce, sizeof nonce);
    buf_add_bytes(&box, commitment.bytes, sizeof commitment.bytes);
    unsigned char *sealed = (unsigned char *)buf_extend(&box, content.len + TAG_BYTES);
    ASSERT(sealed != NULL);
    unsigned long long length = 0;
    if (FAULT_FAILS(secretbox_close) ||
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            sealed, &length, (const unsigned char *)content.at, content.len,
            (const unsigned char *)binding.at, binding.len, NULL, nonce, key.bytes) != 0)
        return ERR_CRYPTO;
    buf_add(ret_box, buf_str(&box));
    return buf_done(ret_box);
}

enum err secretbox_open(const struct secret *secret, enum box_label label, struct str binding,
                        struct str box, struct buf *ret_content)
{
    ASSERT(ret_content->secret);
    if (box.len < SECRETBOX_EXTRA_BYTES || box.len > SECRETBOX_EXTRA_BYTES + SECRETBOX_MAX_BYTES ||
        memcmp(box.at, magic, sizeof magic) != 0)
        return ERR_SEAL_BROKEN;
    const unsigned char *at = (const unsigned char *)box.at;
    SECRET(key);
    SECRET(commitment);
    TRY(part(secret, label, PART_COMMITMENT, at + NONCE_AT, &commitment));
    if (!bytes_equal(commitment.bytes, at + COMMITMENT_AT, sizeof commitment.bytes))
        return ERR_SEAL_BROKEN;
    TRY(part(secret, label, PART_KEY, at + NONCE_AT, &key));
    BUF_SECRET(content, box.len);
    unsigned char *text = (unsigned char *)buf_extend(&content, box.len - SECRETBOX_EXTRA_BYTES);
    ASSERT(text != NULL);
    unsigned long long length = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            text, &length, NULL, at + CONTENT_AT, box.len - CONTENT_AT,
            (const unsigned char *)binding.at, binding.len, at + NONCE_AT, key.bytes) != 0)
        return ERR_SEAL_BROKEN;
    buf_add(ret_content, buf_str(&content));
    return buf_done(ret_content);
}

enum err secretbox_close_secret(const struct secret *secret, enum box_label label,
                                struct str binding, const struct secret *content,
                                struct buf *ret_box)
{
    struct str bytes = {(const char *)content->bytes, sizeof content->bytes};
    return secretbox_close(secret, label, binding, bytes, ret_box);
}

enum err secretbox_open_secret(const struct secret *secret, enum box_label label,
                               struct str binding, struct str box, struct secret *ret_content)
{
    BUF_SECRET(content, SECRET_BYTES);
    enum err error = secretbox_open(secret, label, binding, box, &content);
    if (error == ERR_TOO_BIG) return ERR_SEAL_BROKEN;
    if (error != OK) return error;
    if (content.len != SECRET_BYTES) return ERR_SEAL_BROKEN;
    memcpy(ret_content->bytes, content.at, SECRET_BYTES);
    return OK;
}
