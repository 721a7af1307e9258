/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_QUARANTINE_H
#define LETTERBOX_DESK_QUARANTINE_H

#include "server/desk/letter.h"
#include "server/desk/register.h"

/*
 * What is kept apart: mail whose sender is not known, or not sure, which the press took apart, with
 * whose it may be; and letters in which a virus was found, of which nothing is shown. Nothing of
 * it goes anywhere until a person decides.
 */
struct quarantined {
    int64_t id;
    int version;
    struct utc received;
    bool is_aside;     /* set aside: nobody's, and kept */
    bool has_review;   /* else it is being prepared */
    struct str sender; /* of a letter whose sender we know; else empty */
    /* It came from one side of a child to an address of the other: only a manager matches it, or
     * sets it aside. */
    bool is_wrong_side;
    struct review review;
};

/* A letter in state quarantined or set_aside; ERR_NOT_FOUND for another. */
MUST_CHECK enum err quarantine_read(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring, int64_t id,
                                    struct quarantined *ret_item);
/* Was a virus found in it? Then it is nobody's to match, and only a manager has it opened. */
bool quarantine_is_infected(const struct quarantined *item);
/* Answers with the page on which a manager has an infected letter opened all the same. */
MUST_CHECK enum err quarantine_override_page(struct request *request, int64_t id);
/* Answers with the page of one mail, and with what a search found (empty: what the press found). */
MUST_CHECK enum err quarantine_page(struct request *request, int64_t id, struct str search);

/* Fills from, subject, came, kind of an item. */
void quarantine_put(struct request *request, const struct quarantined *item, json_t *object);

#endif
