/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_CHANGES_H
#define LETTERBOX_DESK_CHANGES_H

#include "server/desk/party.h"

/*
 * A new address, e-mail or number that waits to be checked: told in the portal, or entered by staff
 * who had not checked it. Until then it changes nothing, and who told it learns nothing of whether
 * we knew it.
 */
struct desk_change {
    int64_t id, party;
    bool is_portals, is_waiting;
    struct detail detail;
    struct utc made;
};

MUST_CHECK enum err change_read(struct request *request, struct store *store,
                                const struct desk_keyring *keyring, int64_t id,
                                struct desk_change *ret_change);
/* Answers with the page of a change, in a transaction of its own, with the problems noted. */
MUST_CHECK enum err change_page(struct request *request, int64_t id, int status);

#endif
