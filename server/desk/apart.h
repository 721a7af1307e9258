/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_APART_H
#define LETTERBOX_DESK_APART_H

#include "server/desk/party.h"

/*
 * The parents live apart now: one household becomes two, in one transaction.
 *
 *   keeps  the household that has the letters so far. It is the party that was there.
 *   other  a new party, on the same side of every arrangement.
 *
 * Each name, e-mail, number and the address goes to one of them or to nobody. The old PIN and
 * OpenPGP key count no more, links that are out are closed, and accounts too, but those of which
 * staff say that only who keeps the letters uses them.
 */
enum { APART_ACCOUNTS = 40 };

struct apart_form {
    struct party_form keeps, other;
    bool may_know; /* each may learn where the other lives */
    int64_t accounts[APART_ACCOUNTS];
    size_t account_count; /* that stay open */
};

/* What was typed, over what is stored; notes the form's problems. */
MUST_CHECK enum err apart_read(struct request *request, const struct desk_party *stored,
                               struct apart_form *ret_form);
/* Fills the view of desk/party_apart. */
MUST_CHECK enum err apart_view(struct request *request, struct store *store,
                               const struct desk_keyring *keyring, const struct desk_party *party);
/* May this household become two? Only a family that takes part. */
bool apart_may(const struct desk_party *party);

struct apart_saving {
    struct request *request;
    const struct apart_form *form;
    const struct desk_party *stored;
    struct party_saving keeps, other;
    bool is_full; /* a relative's list of words is full */
};
/* A store_work: everything, and the audit's rows; leads to the page of the new household. */
MUST_CHECK enum err apart_save(struct store *store, void *saving);
/* Adds to a list of what somebody must not learn where a person lives and how they are reached.
 * ERR_TOO_BIG past the limit. */
MUST_CHECK enum err apart_add_leaks(struct person *to, const struct person *about, bool with_names,
                                    struct arena *arena);

/* ---- whether they may know of each other, later ---- */

/* Answers with the page on which staff say it, in a transaction of its own. */
MUST_CHECK enum err apart_know_page(struct request *request, int status);

#endif
