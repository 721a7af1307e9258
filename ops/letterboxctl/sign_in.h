/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_SIGN_IN_H
#define LETTERBOX_LETTERBOXCTL_SIGN_IN_H

#include "ops/letterboxctl/site.h"

/*
 * A member of staff, signed in on a terminal as at the desk: the same look-up, the same limits, the
 * same password and TOTP, a session in the database that ends with the subcommand.
 */
enum { SIGN_IN_LINE_BYTES = 1100, SIGN_IN_DESK_KEYS = 8 };

/* What a person types, or what stands in the file of --sign-in-fd, a line each. */
struct sign_in_typed {
    struct buf email, password, code;
};

struct sign_in {
    struct db_pool *pool; /* as lb_desk */
    struct db_gate gate;
    int64_t agency_id, staff;
    struct site_agency agency;
    struct str role;
    struct seal_pair desk[SIGN_IN_DESK_KEYS]; /* the one in use is among them */
    size_t desk_count;
};

/* fd -1: asks on the terminal. */
int sign_in_ask(const struct site *site, int fd, struct sign_in_typed *ret_typed);
void sign_in_typed_done(struct sign_in_typed *typed);

/*
 * ERR_NO_MATCH for what is not right, counted as at the desk; ERR_CONFLICT for a code that was used
 * already.
 */
MUST_CHECK enum err sign_in_try(const struct site *site, const struct keys *desk_keys,
                                const struct sign_in_typed *typed, struct sign_in *ret_session);
/* Says what is wrong; gives COMMAND_FAILED. */
int sign_in_complain(const struct site *site, enum err code);
/* What a subcommand does as the member of staff who signed in. */
struct signed_in {
    struct keys *keys; /* of the desk */
    struct sign_in session;
};
/* Asks, signs in, acts, signs out; the keys and the session end with it. */
int sign_in_act(const struct site *site, int fd, struct signed_in *who, int (*act)(void *work),
                void *work);
/* The desk secret in use; NULL: it was never granted. */
const struct secret *sign_in_desk_secret(const struct sign_in *session);
/* Says so; gives COMMAND_FAILED. */
int sign_in_lacks_key(const struct site *site);
void sign_in_end(struct sign_in *session);

/* One line without echo, or from the descriptor. */
int sign_in_line(const struct site *site, int fd, const char *prompt, bool is_shown,
                 struct buf *ret_line);

#endif
