/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PORTAL_SECOND_H
#define LETTERBOX_PORTAL_SECOND_H

#include "server/portal/portal.h"

/* The second step of a sign-in whose password was right. */
struct second {
    bool by_app;
    struct str sealed_totp;
    int64_t totp_version, last_step;
};

/* ERR_SIGNED_OUT when the sign-in is over. */
MUST_CHECK enum err second_find(struct request *request, struct second *ret_second);
/* Answers with the page that asks for the code. */
MUST_CHECK enum err second_page(struct request *request, const struct second *second);
/* Opens the app's secret with the account's key. */
MUST_CHECK enum err second_secret(struct request *request, const struct second *second,
                                  const struct seal_pair *pair, struct str *ret_secret);

#endif
