/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_ENROL_H
#define LETTERBOX_LETTERBOXCTL_ENROL_H

#include "crypt/kdf.h"
#include "crypt/password.h"
#include "crypt/totp.h"
#include "ops/letterboxctl/sign_in.h"
#include "ops/letterboxctl/site.h"

/*
 * An account of a member of staff, as it goes into the database: key pair, wrapped secret, sealed
 * record and TOTP secret, look-up value, and the desk secret sealed to it.
 */
struct enrol_who {
    struct str name, email, role;
    struct str password;
    unsigned char totp[TOTP_SECRET_BYTES];
};

struct enrol_with {
    struct password_places *places;
    const struct secret *host;   /* the desk's */
    const struct secret *lookup; /* the agency's key for staff sign-in */
    int64_t agency;
    const struct seal_public *desk;
    const struct secret *desk_secret; /* what is granted; NULL: nothing */
};

struct enrol_account {
    int64_t staff;
    struct seal_public public;
    struct seal_key_id key;
    struct password_row row;
    unsigned char lookup[KDF_MAC_BYTES];
    struct str sealed_record, sealed_totp, sealed_desk; /* in the arena */
};

MUST_CHECK enum err enrol_make(const struct enrol_with *with, const struct enrol_who *who,
                               struct arena *arena, struct enrol_account *ret_account);
/* Seals a desk secret to a member of staff: what stands in staff_grant. */
MUST_CHECK enum err enrol_grant(int64_t agency, int64_t staff, const struct seal_public *to,
                                const struct secret *desk_secret, struct arena *arena,
                                struct str *ret_sealed);
/* Adds a member of staff with the desk secret, in an administrator's session; audited. */
MUST_CHECK enum err enrol_add(const struct sign_in *admin, const struct keys *desk_keys,
                              const struct enrol_who *who, struct arena *arena);
/* By what a member of staff is found at sign-in. */
MUST_CHECK enum err enrol_lookup(const struct secret *key, int64_t agency, struct str email,
                                 unsigned char ret_value[KDF_MAC_BYTES]);

#endif
