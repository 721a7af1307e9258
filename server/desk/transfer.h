/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_TRANSFER_H
#define LETTERBOX_DESK_TRANSFER_H

#include "server/desk/arrangement.h"
#include "server/desk/party.h"

/*
 * An arrangement goes to another agency of this installation. One person proposes it, a manager
 * offers it: from then on it is held, and what goes lies sealed to the other agency's desk. A
 * manager there takes it, which enters it there, ends it here and writes the receipt in one
 * transaction; or refuses it, and it is what it was.
 *
 * What goes is child, people, terms and dates (docs/records.md has the bundle). The letters so far
 * stay with the agency that has them; the receipt says how many, with a digest of the list.
 *
 * Sisters and brothers go one after the other. The link between two of them stays at the first
 * agency, and is made again here with the second who comes. Who came with the first is known by
 * the id that they had: they are not entered again, and their lists of words only grow.
 */
struct desk_transfer {
    int64_t id, agency, arrangement, to_agency, taken_as, proposed_by;
    struct str state; /* proposed, offered, taken, refused, withdrawn */
    bool is_ours;     /* it goes from here */
    bool has_decided, has_offered, has_next;
    struct utc proposed, offered, decided;
    int64_t people, letters, shelved, siblings;
    struct day next;
    struct str digest, reason, answer; /* of who goes from here; digest 64 hex digits or empty */
    struct str bundle;                 /* sealed; of who it goes to */
};

MUST_CHECK enum err transfer_find(struct request *request, struct store *store,
                                  const struct desk_keyring *keyring, int64_t id,
                                  struct desk_transfer *ret_transfer);
/* Answers with the page of a transfer, in a transaction of its own. */
MUST_CHECK enum err transfer_page(struct request *request, int64_t id, int status);
struct str transfer_path(struct request *request, int64_t id);
/* Notes the problem that a refusal of the database is. */
void transfer_problem(struct request *request, struct str refusal);

/* ---- what goes ---- */

/* What is known of an arrangement, sealed to the desk of the other agency. */
MUST_CHECK enum err transfer_bundle(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring,
                                    const struct desk_transfer *transfer, struct str *ret_sealed);
/* A text about a transfer, sealed to the desk of one of the two agencies. */
MUST_CHECK enum err transfer_seal(struct request *request, struct store *store, int64_t agency,
                                  enum seal_purpose purpose, int64_t id, int64_t version,
                                  struct str text, struct str *ret_sealed);
/* Of who it goes to. A new reference. */
MUST_CHECK enum err transfer_open(struct request *request, const struct desk_keyring *keyring,
                                  const struct desk_transfer *transfer, json_t **ret_bundle);
/* Somebody who is here already, by the id at the agency that it comes from; 0: nobody. */
MUST_CHECK enum err transfer_known(struct request *request, struct store *store, int64_t agency,
                                   struct store_rows *ret_known);
int64_t transfer_known_as(const struct store_rows *known, struct str was);

enum { TRANSFER_PEOPLE = 64 };
struct transfer_entered {
    int64_t arrangement, child;
    int64_t was[TRANSFER_PEOPLE], now[TRANSFER_PEOPLE]; /* everybody in it: there, and here */
    size_t count;
    bool is_full; /* somebody's list of words */
};
/* Enters what a bundle holds as this agency's own, and links the sisters and brothers who came
 * before. */
MUST_CHECK enum err transfer_enter(struct request *request, struct store *store,
                                   const struct desk_keyring *keyring,
                                   const struct desk_transfer *transfer, const json_t *bundle,
                                   struct transfer_entered *ret_entered);

#endif
