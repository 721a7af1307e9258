/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_FURNITURE_H
#define LETTERBOX_REDACT_FURNITURE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/str.h"

/*
 * What an e-mail program or a mail server put round the sender's own words: reported beside the
 * marks, never as marks, and proposed for removal. Whole lines, in order, not overlapping.
 */

enum furniture_kind {
    FURNITURE_QUOTE,          /* "quote": quoted text and the line that says who wrote it */
    FURNITURE_SIGNATURE,      /* "signature": from a "-- " line, or "Sent from my …" */
    FURNITURE_DISCLAIMER,     /* "disclaimer": what an organisation's server adds */
    FURNITURE_FORWARD_HEADER, /* "forward-header": From, To, Date, Subject as text */
    FURNITURE_KIND_COUNT
};

struct furniture {
    size_t start, end;
    enum furniture_kind kind;
};

struct furnitures {
    struct furniture *at;
    size_t count, room;
};

const char *furniture_word(enum furniture_kind kind);
bool furniture_get(struct str word, enum furniture_kind *ret_kind);

/* Linear; the text is UTF-8. A sign-off ("Lots of love, Nana Jean") is the sender's own words. */
void furniture_find(struct str text, struct arena *arena, struct furnitures *ret_furniture);

#endif
