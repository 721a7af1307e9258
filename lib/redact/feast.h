/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_FEAST_H
#define LETTERBOX_REDACT_FEAST_H

#include <stdbool.h>
#include <stddef.h>

#include "redact/norm.h"

/* A day that has a name of one word or several: "Christmas Day", "Hogmanay", "St David's Day". */
struct feast {
    int month, day;
    size_t last; /* of its words */
};

/* The feast that begins at this word. */
bool feast_at(const struct norm *norm, size_t word, struct feast *ret_feast);

#endif
