/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_DEMO_LOAD_H
#define LETTERBOX_LETTERBOXCTL_DEMO_LOAD_H

#include "ops/letterboxctl/demo_people.h"
#include "ops/letterboxctl/sign_in.h"

/* What loading works with: a coordinator's session, and the keys of desk and portal. */
struct demo_loader {
    const struct site *site;
    const struct sign_in *session;
    const struct keys *desk_keys, *portal_keys;
    struct db_pool *portal; /* as lb_portal, for accounts */
    struct day today;
    const struct site_agency *other; /* to which arrangements move */
    int64_t taking;                  /* the transfer by which the family comes; 0: none */
};

/* One family in one transaction: children, parties with look-up values, arrangements, agreements.
 * *ret_parties are the ids of its parties. */
MUST_CHECK enum err demo_load_family(const struct demo_loader *loader,
                                     const struct demo_family *family,
                                     int64_t ret_parties[DEMO_PARTIES]);

/*
 * An account for a party, as a family makes it: the desk writes a joining code, the portal takes
 * it with the e-mail address and a password.
 */
MUST_CHECK enum err demo_load_account(const struct demo_loader *loader, int64_t party,
                                      struct str email, struct str password);

/* Has the diary open what is expected of everybody loaded, mark as late what is, and put reviews on
 * their list. */
MUST_CHECK enum err demo_load_calendar(const struct demo_loader *loader);

/* How many arrangements the agency has. */
MUST_CHECK enum err demo_load_count(const struct demo_loader *loader, size_t *ret_count);

#endif
