/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_ACCOUNT_H
#define LETTERBOX_DESK_ACCOUNT_H

#include "server/desk/desk.h"

/* Whose failures are counted, beside those of the network address. */
struct str account_whose(struct request *request);
/* Answers with the member's own account; problems noted so far are on it. */
MUST_CHECK enum err account_page(struct request *request);

#endif
