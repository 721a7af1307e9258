/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/totp.h"

#include <oath.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypt/secret.h"
#include "sys/fault.h"

enum { DIGITS_MAX = 8 };

void totp_make(unsigned char ret_secret[TOTP_SECRET_BYTES])
{
    random_bytes(ret_secret, TOTP_SECRET_BYTES);
}

static int64_t step_of(struct totp_kind kind, struct utc instant)
{
    ASSERT(kind.step_seconds > 0 && instant.us >= 0);
    return instant.us / UTC_SECOND_US / kind.step_seconds;
}

static int oath_flags(enum totp_digest digest)
{
    switch (digest) {
    case TOTP_SHA1: return 0;
    case TOTP_SHA256: return OATH_TOTP_HMAC_SHA256;
    case TOTP_SHA512: return OATH_TOTP_HMAC_SHA512;
    }
    ASSERT(digest == TOTP_SHA1);
    return 0;
}

static enum err code_of_step(struct totp_kind kind, struct str secret, int64_t step,
                             char ret_code[DIGITS_MAX + 1])
{
    ASSERT(kind.digits >= 6 && kind.digits <= DIGITS_MAX && secret.len > 0);
    char code[DIGITS_MAX + 1] = {0};
    time_t instant = (time_t)(step * kind.step_seconds);
    if (FAULT_FAILS(totp_generate) || oath_init() != OATH_OK ||
        oath_totp_generate2(secret.at, secret.len, instant, kind.step_seconds, 0, kind.digits,
                            oath_flags(kind.digest), code) != OATH_OK ||
        strlen(code) != kind.digits)
        return ERR_CRYPTO;
    memcpy(ret_code, code, sizeof code);
    return OK;
}

enum err totp_code(struct totp_kind kind, struct str secret, struct utc instant,
                   struct buf *ret_code)
{
    char code[DIGITS_MAX + 1];
    TRY(code_of_step(kind, secret, step_of(kind, instant), code));
    buf_add_c(ret_code, code);
    return buf_done(ret_code);
}

/* Exactly six digits, spaces apart. */
static bool read_digits(struct str typed, char ret_digits[TOTP_DIGITS])
{
    size_t count = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c == ' ') continue;
        if (c < '0' || c > '9' || count == TOTP_DIGITS) return false;
        ret_digits[count++] = c;
    }
    return count == TOTP_DIGITS;
}

enum err totp_check(struct str secret, struct str typed, struct utc now, int64_t last_step,
                    int64_t *ret_step)
{
    char digits[TOTP_DIGITS];
    if (!read_digits(typed, digits)) return ERR_NO_MATCH;
    int64_t middle = step_of(TOTP_OURS, now), found = -1;
    for (int64_t step = middle - TOTP_WINDOW_STEPS; step <= middle + TOTP_WINDOW_STEPS; step++) {
        if (step < 0) continue;
        char code[DIGITS_MAX + 1];
        TRY(code_of_step(TOTP_OURS, secret, step, code));
        bool is_right = bytes_equal(code, digits, TOTP_DIGITS);
        if (is_right && step > last_step && found < 0) found = step;
    }
    if (found < 0) return ERR_NO_MATCH;
    *ret_step = found;
    return OK;
}

/* What liboath allocated: a secret in base32. */
static void end_base32(char **text)
{
    if (*text) explicit_bzero(*text, strlen(*text));
    free(*text);
}

static enum err base32(struct str secret, char **ret_text)
{
    size_t length = 0;
    char *text = NULL;
    if (FAULT_FAILS(totp_base32) ||
        oath_base32_encode(secret.at, secret.len, &text, &length) != OATH_OK)
        return ERR_CRYPTO;
    *ret_text = text;
    return OK;
}

enum err totp_secret_text(struct str secret, struct buf *ret_text)
{
    __attribute__((cleanup(end_base32))) char *text = NULL;
    TRY(base32(secret, &text));
    for (size_t i = 0; text[i] && text[i] != '='; i++) {
        if (i && i % 4 == 0) buf_add_byte(ret_text, ' ');
        buf_add_byte(ret_text, text[i]);
    }
    return buf_done(ret_text);
}

/* RFC 3986 §2.1: all but unreserved characters as %XX. */
static void add_percent(struct buf *uri, struct str text)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c && strchr(unreserved, c))
            buf_add_byte(uri, (char)c);
        else
            buf_print(uri, "%%%02X", c);
    }
}

enum err totp_uri(struct str secret, struct str issuer, struct str account, struct buf *ret_uri)
{
    __attribute__((cleanup(end_base32))) char *text = NULL;
    TRY(base32(secret, &text));
    struct str key = str_from(text);
    while (str_ends(key, STR("="))) key.len--;
    buf_add_c(ret_uri, "otpauth://totp/");
    add_percent(ret_uri, issuer);
    buf_add_byte(ret_uri, ':');
    add_percent(ret_uri, account);
    buf_add_c(ret_uri, "?secret=");
    buf_add(ret_uri, key);
    buf_add_c(ret_uri, "&issuer=");
    add_percent(ret_uri, issuer);
    buf_print(ret_uri, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_SECONDS);
    return buf_done(ret_uri);
}
