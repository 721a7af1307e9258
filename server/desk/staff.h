/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_STAFF_H
#define LETTERBOX_DESK_STAFF_H

#include "server/desk/desk.h"

/* Answers with the list of the agency's staff; problems noted so far are on it. */
MUST_CHECK enum err staff_page(struct request *request);

#endif
