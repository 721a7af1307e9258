/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_LADDER_H
#define LETTERBOX_DESK_LADDER_H

#include "server/desk/occasion.h"

/* The page of the ladder, with what was typed if there was a mistake. */
MUST_CHECK enum err ladder_page(struct request *request, int status);

/* The name of a field of a row of the form: "days_3". */
const char *ladder_field(struct request *request, const char *field, size_t step);

#endif
