/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_TOKEN_H
#define LETTERBOX_CRYPT_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "crypt/kdf.h"
#include "crypt/password.h"
#include "crypt/secret.h"

/*
 * What a person holds for a while: a session's cookie, a code to join or to sign in with, a link
 * and its PIN. And the values by which somebody is found: keyed digests of an e-mail address and
 * the like. Nothing here is stored as it is; the database holds a hash, a digest or a sealed
 * secret.
 */

/* ---- tokens in cookies and links ------------------------------------------------------------- */

/* 32 random bytes as text: 43 characters of base64url (RFC 4648 §5). */
enum { TOKEN_LETTERS = 43 };
void token_put(struct buf *buf, const struct secret *token);
/* Exactly what token_put writes; false otherwise. */
bool token_get(struct str text, struct secret *ret_token);

/* ---- sessions -------------------------------------------------------------------------------- */

/*
 * From the cookie (secret_random makes a new one):
 *   id     HKDF(cookie, "letterbox/1/session/id"), told to the database as 64 hex digits for
 *          letterbox.session; the table holds its SHA-256
 *   csrf   HKDF(cookie, "letterbox/1/session/csrf"), in every form
 *   box    the opened secret, sealed under "letterbox/1/session/secret", bound to the account
 */
MUST_CHECK enum err token_session_id(const struct secret *cookie, struct secret *ret_id);
MUST_CHECK enum err token_session_csrf(const struct secret *cookie, struct secret *ret_csrf);
MUST_CHECK enum err token_session_close(const struct secret *cookie, int64_t account_id,
                                        const struct secret *opened, struct buf *ret_box);
/* ERR_SEAL_BROKEN for another cookie or account. */
MUST_CHECK enum err token_session_open(const struct secret *cookie, int64_t account_id,
                                       struct str box, struct secret *ret_opened);

/* ---- sign-in codes --------------------------------------------------------------------------- */

/* Six random digits and a NUL. */
enum { TOKEN_CODE_DIGITS = 6, TOKEN_JOIN_LETTERS = 12 };
void token_code_make(char ret_code[TOKEN_CODE_DIGITS + 1]);
/* Brings what a person typed to six digits and a NUL (spaces and dashes skipped). */
bool token_code_get(struct str typed, char ret_code[TOKEN_CODE_DIGITS + 1]);
/* What the table holds: a keyed digest of the code under the cookie of the half-made session, so
 * that a code is worth something in that browser only. */
MUST_CHECK enum err token_code_hash(const struct secret *cookie, const char *code,
                                    unsigned char ret_hash[KDF_MAC_BYTES]);

/* ---- joining codes --------------------------------------------------------------------------- */

/* Twelve random letters of CODE_LETTERS (60 bits) and a NUL; core/code.h reads what is typed
 * (code_letters_get). */
void token_join_make(char ret_code[TOKEN_JOIN_LETTERS + 1]);
/* By what it is found: HKDF(code, "letterbox/1/code/join"). */
MUST_CHECK enum err token_join_hash(const char *code, unsigned char ret_hash[KDF_MAC_BYTES]);
/* A check on the e-mail address (brought to its plain form by the caller) under the code. */
MUST_CHECK enum err token_join_email(const char *code, struct str email,
                                     unsigned char ret_check[KDF_MAC_BYTES]);

/* ---- links with a PIN ------------------------------------------------------------------------ */

/*
 * A link carries a token (token_put); the database holds its SHA-256. What the link opens is sealed
 * to a key pair of its own, whose secret stands in the link's row, in a box under
 *   HKDF(token ‖ Argon2id(PIN, salt), "letterbox/1/link/key", link id)
 * bound to the link id. There is no verifier of the PIN: a wrong one opens nothing (ERR_NO_MATCH).
 */
struct token_link {
    int64_t link_id;
    struct password_cost cost;
    unsigned char salt[PASSWORD_SALT_BYTES];
};

MUST_CHECK enum err token_link_hash(const struct secret *token,
                                    unsigned char ret_hash[KDF_MAC_BYTES]);
/* Wraps the pair's secret. The PIN is six digits as token_code_get gives them. */
MUST_CHECK enum err token_link_close(struct password_places *places, const struct token_link *link,
                                     const struct secret *token, const char *pin,
                                     const struct secret *secret, struct buf *ret_box);
MUST_CHECK enum err token_link_open(struct password_places *places, bool clean_address,
                                    const struct token_link *link, const struct secret *token,
                                    const char *pin, struct str box, struct secret *ret_secret);

/*
 * What tells one browser from another that opens the link with the right PIN: a digest under a
 * random value that the browser keeps, different for each link, so that no two links can be told to
 * be read by the same person.
 */
MUST_CHECK enum err token_link_reader(const struct secret *cookie, int64_t link_id,
                                      unsigned char ret_hash[KDF_MAC_BYTES]);

/* ---- look-up values -------------------------------------------------------------------------- */

/*
 * By what an account, sender or address is found. The key is the agency's for this use
 * (crypt/keys.h); the value has been brought to its one plain form by the caller. The agency is
 * part of the digest, so that one value in two agencies cannot be told to be the same.
 */
MUST_CHECK enum err token_lookup(const struct secret *key, enum mac_label use, int64_t agency_id,
                                 struct str value, unsigned char ret_value[KDF_MAC_BYTES]);

#endif
