/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"

#include <string.h>

#include "core/code.h"
#include "crypt/secretbox.h"

void token_put(struct buf *buf, const struct secret *token)
{
    code_base64url_put(buf, token->bytes, sizeof token->bytes);
}

bool token_get(struct str text, struct secret *ret_token)
{
    return text.len == TOKEN_LETTERS &&
           code_base64url_get(text, ret_token->bytes, sizeof ret_token->bytes);
}

/* ---- sessions -------------------------------------------------------------------------------- */

enum err token_session_id(const struct secret *cookie, struct secret *ret_id)
{
    return kdf_derive(cookie, KDF_SESSION_ID, (struct str){0}, ret_id);
}

enum err token_session_csrf(const struct secret *cookie, struct secret *ret_csrf)
{
    return kdf_derive(cookie, KDF_SESSION_CSRF, (struct str){0}, ret_csrf);
}

enum err token_session_close(const struct secret *cookie, int64_t account_id,
                             const struct secret *opened, struct buf *ret_box)
{
    BUF(binding, 8);
    buf_add_u64(&binding, (uint64_t)account_id);
    return secretbox_close_secret(cookie, BOX_SESSION_SECRET, buf_str(&binding), opened, ret_box);
}

enum err token_session_open(const struct secret *cookie, int64_t account_id, struct str box,
                            struct secret *ret_opened)
{
    BUF(binding, 8);
    buf_add_u64(&binding, (uint64_t)account_id);
    return secretbox_open_secret(cookie, BOX_SESSION_SECRET, buf_str(&binding), box, ret_opened);
}

/* ---- codes ----------------------------------------------------------------------------------- */

void token_code_make(char ret_code[TOKEN_CODE_DIGITS + 1])
{
    for (int i = 0; i < TOKEN_CODE_DIGITS; i++) ret_code[i] = (char)('0' + random_below(10));
    ret_code[TOKEN_CODE_DIGITS] = 0;
}

bool token_code_get(struct str typed, char ret_code[TOKEN_CODE_DIGITS + 1])
{
    char code[TOKEN_CODE_DIGITS + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c == ' ' || c == '-') continue;
        if (c < '0' || c > '9' || count == TOKEN_CODE_DIGITS) return false;
        code[count++] = c;
    }
    if (count != TOKEN_CODE_DIGITS) return false;
    memcpy(ret_code, code, sizeof code);
    return true;
}

enum err token_code_hash(const struct secret *cookie, const char *code,
                         unsigned char ret_hash[KDF_MAC_BYTES])
{
    SECRET(hash);
    TRY(kdf_derive(cookie, KDF_SIGN_IN_CODE, str_from(code), &hash));
    memcpy(ret_hash, hash.bytes, sizeof hash.bytes);
    return OK;
}

void token_join_make(char ret_code[TOKEN_JOIN_LETTERS + 1])
{
    for (int i = 0; i < TOKEN_JOIN_LETTERS; i++) ret_code[i] = CODE_LETTERS[random_below(32)];
    ret_code[TOKEN_JOIN_LETTERS] = 0;
}

/* A code spelt out in the bytes of a secret. */
static void code_secret(const char *code, struct secret *ret_secret)
{
    size_t length = strlen(code);
    ASSERT(length == TOKEN_JOIN_LETTERS);
    memset(ret_secret->bytes, 0, sizeof ret_secret->bytes);
    memcpy(ret_secret->bytes, code, length);
}

static enum err code_value(const char *code, enum kdf_label label, struct str context,
                           unsigned char ret_value[KDF_MAC_BYTES])
{
    SECRET(secret);
    SECRET(value);
    code_secret(code, &secret);
    TRY(kdf_derive(&secret, label, context, &value));
    memcpy(ret_value, value.bytes, sizeof value.bytes);
    return OK;
}

enum err token_join_hash(const char *code, unsigned char ret_hash[KDF_MAC_BYTES])
{
    return code_value(code, KDF_JOIN_CODE, (struct str){0}, ret_hash);
}

enum err token_join_email(const char *code, struct str email,
                          unsigned char ret_check[KDF_MAC_BYTES])
{
    if (email.len > KDF_CONTEXT_MAX) return ERR_TOO_BIG;
    return code_value(code, KDF_JOIN_EMAIL, email, ret_check);
}

/* ---- links ----------------------------------------------------------------------------------- */

enum err token_link_hash(const struct secret *token, unsigned char ret_hash[KDF_MAC_BYTES])
{
    return kdf_sha256((struct str){(const char *)token->bytes, sizeof token->bytes}, ret_hash);
}

static enum err link_key(struct password_places *places, bool clean_address,
                         const struct token_link *link, const struct secret *token, const char *pin,
                         struct str link_id, struct secret *ret_key)
{
    ASSERT(strlen(pin) == TOKEN_CODE_DIGITS);
    SECRET(stretched);
    TRY(password_stretch(places, clean_address, link->cost, link->salt, str_from(pin), &stretched));
    return kdf_derive_two(token, &stretched, KDF_LINK_KEY, link_id, ret_key);
}

enum err token_link_close(struct password_places *places, const struct token_link *link,
                          const struct secret *token, const char *pin, const struct secret *secret,
                          struct buf *ret_box)
{
    BUF(link_id, 8);
    buf_add_u64(&link_id, (uint64_t)link->link_id);
    SECRET(key);
    TRY(link_key(places, true, link, token, pin, buf_str(&link_id), &key));
    return secretbox_close_secret(&key, BOX_LINK_SECRET, buf_str(&link_id), secret, ret_box);
}

enum err token_link_open(struct password_places *places, bool clean_address,
                         const struct token_link *link, const struct secret *token, const char *pin,
                         struct str box, struct secret *ret_secret)
{
    BUF(link_id, 8);
    buf_add_u64(&link_id, (uint64_t)link->link_id);
    SECRET(key);
    TRY(link_key(places, clean_address, link, token, pin, buf_str(&link_id), &key));
    enum err error =
        secretbox_open_secret(&key, BOX_LINK_SECRET, buf_str(&link_id), box, ret_secret);
    return error == ERR_SEAL_BROKEN ? ERR_NO_MATCH : error;
}

enum err token_link_reader(const struct secret *cookie, int64_t link_id,
                           unsigned char ret_hash[KDF_MAC_BYTES])
{
    BUF(id, 8);
    buf_add_u64(&id, (uint64_t)link_id);
    return kdf_mac(cookie, MAC_LINK_READER, buf_str(&id), ret_hash);
}

/* ---- look-up values -------------------------------------------------------------------------- */

enum err token_lookup(const struct secret *key, enum mac_label use, int64_t agency_id,
                      struct str value, unsigned char ret_value[KDF_MAC_BYTES])
{
    BUF_SECRET(message, value.len + 8);
    buf_add_u64(&message, (uint64_t)agency_id);
    buf_add(&message, value);
    TRY(buf_done(&message));
    return kdf_mac(key, use, buf_str(&message), ret_value);
}
