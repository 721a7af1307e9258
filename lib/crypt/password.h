/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CRYPT_PASSWORD_H
#define LETTERBOX_CRYPT_PASSWORD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "crypt/seal.h"
#include "crypt/secret.h"
#include "crypt/secretbox.h"

/*
 * What opens an account: its secret key, wrapped under its password.
 *
 *   stretched    = Argon2id(password in NFC, salt of the row, memory and passes of the row)
 *   wrapping key = HKDF(stretched ‖ host secret, "letterbox/1/password/wrap", account id)
 *   wrapped      = secret box (crypt/secretbox.h) of the account's X25519 secret under the wrapping
 *                  key; binding: account id, memory, passes, salt
 *
 * A password never wraps alone: without the host secret, which is no part of the database, a row
 * is nothing to guess against. There is no verifier besides the wrapped secret itself.
 *
 * Argon2id costs 64 MiB and a tenth of a second, so a process runs at most two at once. Who comes
 * third waits in a short line, 5 s at most. One of the two places is kept for callers whose network
 * address has had no failure in the last day. All functions may be called by several threads.
 *
 * Errors: ERR_NO_MATCH for a wrong password (or another host's or account's row: nobody can tell);
 * ERR_BUSY when no place came free; ERR_BAD_UTF8 and ERR_TOO_BIG for what cannot be a password;
 * ERR_CRYPTO when a library fails.
 */

enum {
    PASSWORD_MAX_BYTES = 1024,
    PASSWORD_LEAST_LETTERS = 10, /* of a new one */
    PASSWORD_SALT_BYTES = 16,
    PASSWORD_WRAPPED_BYTES = SECRET_BYTES + SECRETBOX_EXTRA_BYTES,
    PASSWORD_PLACES = 2,
    PASSWORD_WAIT_MS = 5000,
};

/* What Argon2id is asked to spend. */
struct password_cost {
    uint32_t kib;    /* 8 to 1048576 */
    uint32_t passes; /* 1 to 100 */
};

#define PASSWORD_COST ((struct password_cost){64 * 1024, 3})
/*
 * Of a link's PIN: the least that OWASP's password storage cheat sheet names for Argon2id. A PIN
 * has a million values whatever one of them costs, and guards beside a token of 256 bits that no
 * database holds; a round of releases makes a link for each letter.
 */
#define PIN_COST ((struct password_cost){19 * 1024, 2})

/* ---- places ---------------------------------------------------------------------------------- */

struct password_waiter;

/* One for each process, made by main. */
struct password_places {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct password_waiter *first; /* the line, in order of arrival */
    unsigned used, used_unclean;
    unsigned waiting, waiting_max;
    unsigned wait_ms;
};

/* At most waiting_max callers wait (half of it for unclean addresses); more are told ERR_BUSY. */
void password_places_init(struct password_places *places, unsigned waiting_max, unsigned wait_ms);
void password_places_done(struct password_places *places);

MUST_CHECK enum err password_place_take(struct password_places *places, bool clean_address);
void password_place_give(struct password_places *places, bool clean_address);

/* ---- accounts -------------------------------------------------------------------------------- */

/* What every call needs: who asks, and with what. */
struct password_work {
    struct password_places *places;
    const struct secret *host;
    struct password_cost cost; /* for what is wrapped anew */
    bool clean_address;        /* no failure from it in the last day */
};

/* What stands in the account's row. */
struct password_row {
    struct password_cost cost;
    unsigned char salt[PASSWORD_SALT_BYTES];
    unsigned char wrapped[PASSWORD_WRAPPED_BYTES];
};

/* Fills a row from its columns; ERR_SEAL_BROKEN for lengths and costs that are never written. */
MUST_CHECK enum err password_row_from(int64_t kib, int64_t passes, struct str salt,
                                      struct str wrapped, struct password_row *ret_row);

/* Wraps the account's secret under the password, with a new salt and the cost of the work. */
MUST_CHECK enum err password_wrap(const struct password_work *work, struct str password,
                                  int64_t account_id, const struct secret *secret,
                                  struct password_row *ret_row);

/* Opens the account's secret. */
MUST_CHECK enum err password_open(const struct password_work *work, struct str password,
                                  int64_t account_id, const struct password_row *row,
                                  struct secret *ret_secret);

/* The same key under another password: opens with the old one and wraps under the new one. */
MUST_CHECK enum err password_change(const struct password_work *work, struct str old_password,
                                    struct str new_password, int64_t account_id,
                                    const struct password_row *row, struct password_row *ret_row);

/* ---- for other short secrets ----------------------------------------------------------------- */

/* Argon2id in one of the places. The text is taken as it is. */
MUST_CHECK enum err password_stretch(struct password_places *places, bool clean_address,
                                     struct password_cost cost,
                                     const unsigned char salt[PASSWORD_SALT_BYTES], struct str text,
                                     struct secret *ret_stretched);

#endif
