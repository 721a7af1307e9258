/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_TOTP_H
#define LETTERBOX_CRYPT_TOTP_H

#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"

/*
 * One-time codes from an app on a telephone (TOTP, RFC 6238), by liboath.
 *
 * We use SHA-1, six digits and 30 seconds, which every app has. A code of the step before and of
 * the step after is taken too, for clocks that are up to 30 seconds off. A code works once: the
 * account keeps the step whose code was used last, and only later steps count.
 *
 * Errors: ERR_NO_MATCH for a wrong, used or malformed code; ERR_CRYPTO when liboath fails.
 */

enum {
    TOTP_SECRET_BYTES = 20,
    TOTP_DIGITS = 6,
    TOTP_STEP_SECONDS = 30,
    TOTP_WINDOW_STEPS = 1, /* to either side */
};

enum totp_digest { TOTP_SHA1, TOTP_SHA256, TOTP_SHA512 };

struct totp_kind {
    enum totp_digest digest;
    unsigned digits; /* 6 to 8 */
    unsigned step_seconds;
};

#define TOTP_OURS ((struct totp_kind){TOTP_SHA1, TOTP_DIGITS, TOTP_STEP_SECONDS})

void totp_make(unsigned char ret_secret[TOTP_SECRET_BYTES]);

/* The code of an instant: kind.digits digits are added to the buffer. */
MUST_CHECK enum err totp_code(struct totp_kind kind, struct str secret, struct utc instant,
                              struct buf *ret_code);

/*
 * Is this the code of now? last_step is what the account keeps (0 if none was ever used); what is
 * answered takes its place, in the transaction that signs the person in. Spaces in the code are
 * skipped, as apps show it in two groups.
 */
MUST_CHECK enum err totp_check(struct str secret, struct str typed, struct utc now,
                               int64_t last_step, int64_t *ret_step);

/* The secret for typing: base32 in groups of four. */
MUST_CHECK enum err totp_secret_text(struct str secret, struct buf *ret_text);

/*
 * "otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=ISSUER" for the QR code. Both texts are shown in
 * the app, on a telephone that others may see: keep them neutral.
 */
MUST_CHECK enum err totp_uri(struct str secret, struct str issuer, struct str account,
                             struct buf *ret_uri);

#endif
