/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_QUARANTINE_H
#define LETTERBOX_DESK_QUARANTINE_H

#include "server/desk/letter.h"
#include "server/desk/register.h"

/*
 * Mail whose sender is not known, or not sure. The press took it apart and says why it is here and
 * whose it may be; nothing of it goes anywhere until a person decides.
 */
struct quarantined {
    int64_t id;
    int version;
    struct utc received;
    bool is_aside;   /* set aside: nobody's, and kept */
    bool has_review; /* else it is being prepared */
    struct review review;
};

/* A letter in state quarantined or set_aside; ERR_NOT_FOUND for another. */
MUST_CHECK enum err quarantine_read(struct request *request, struct store *store,
                                    const struct desk_keyring *keyring, int64_t id,
                                    struct quarantined *ret_item);
/* Answers with the page of one mail, and with what a search found (empty: what the press found). */
MUST_CHECK enum err quarantine_page(struct request *request, int64_t id, struct str search);

/* Fills from, subject, came, kind of an item. */
void quarantine_put(struct request *request, const struct quarantined *item, json_t *object);

#endif
