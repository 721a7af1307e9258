/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_LOOKUPS_H
#define LETTERBOX_HTTP_LOOKUPS_H

#include "crypt/kdf.h"
#include "server/http/request.h"

/*
 * Who signs in names no agency: each agency is asked, in one query, by a value that only its own
 * key makes of the address.
 */
struct lookups {
    int64_t *agencies;
    size_t count;
    struct store_param values; /* one for each agency */
};

typedef enum err (*lookup_of)(const struct request *request, int64_t agency, struct str email,
                              unsigned char ret_value[KDF_MAC_BYTES]);

/* ERR_NO_KEY when there is no agency, or no key for one. */
MUST_CHECK enum err lookups_make(struct request *request, struct str email, lookup_of lookup,
                                 struct lookups *ret_lookups);

#endif
