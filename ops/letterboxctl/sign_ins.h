/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_SIGN_INS_H
#define LETTERBOX_LETTERBOXCTL_SIGN_INS_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "ops/letterboxctl/site.h"

/*
 * RUN/demo-sign-ins.txt: who can sign in to a demo, and with what. Comments begin with #; a row has
 * five words:
 *
 *     role  agency  e-mail  password  TOTP secret in base32, or "-"
 *
 * A row "relative" is somebody who reads by link: the fourth word is the PIN.
 *
 * For made-up people only: init and demo write it where the agency is a demo, and nowhere else.
 */
enum { SIGN_INS_MAX = 100 };

struct sign_ins_row {
    struct str role, agency, email, password, totp; /* totp empty: codes come by e-mail */
};
struct sign_ins {
    struct sign_ins_row at[SIGN_INS_MAX];
    size_t count;
};

const char *sign_ins_path(const struct site *site);
/* No file is no rows. */
MUST_CHECK enum err sign_ins_read(const struct site *site, struct sign_ins *ret_rows);
MUST_CHECK enum err sign_ins_write(const struct site *site, const struct sign_ins *rows);
const struct sign_ins_row *sign_ins_find(const struct sign_ins *rows, struct str role,
                                         struct str agency);
/* Prints the rows, for a person. */
void sign_ins_print(const struct sign_ins *rows);

/* A password that can be typed: three words and a number. */
struct str sign_ins_password(struct arena *arena);
/* The bytes of a base32 secret. */
MUST_CHECK enum err sign_ins_totp(struct str base32, struct buf *ret_secret);

#endif
