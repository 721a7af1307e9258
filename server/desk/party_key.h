/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_PARTY_KEY_H
#define LETTERBOX_DESK_PARTY_KEY_H

#include "crypt/packet.h"
#include "server/desk/party.h"

/*
 * A relative's OpenPGP key. It is pasted, kept in the party's record as not confirmed, and read out
 * over the telephone; when both have the same fingerprint it is confirmed, and letters can be
 * encrypted to it. The desk starts no GnuPG (it may start no program): it reads the packets itself
 * (crypt/packet.h); the press imports the key and checks all of it.
 */

/* Takes the armor off and reads the key: ERR_BAD_INPUT, ERR_PGP_KEY, ERR_NO_MATCH (a secret key).
 */
MUST_CHECK enum err party_key_read(struct request *request, struct str armored,
                                   struct packet_key *ret_key);
/* Notes the day on which it ends, for the warning before; 0: it has no end, or there is none. */
MUST_CHECK enum err party_key_ends(struct request *request, struct store *store, int64_t party,
                                   int64_t ends);
/* Fills party and key of desk/party_key. */
MUST_CHECK enum err party_key_view(struct request *request, const struct desk_party *party,
                                   const struct person *person);

#endif
