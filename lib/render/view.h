/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_VIEW_H
#define LETTERBOX_RENDER_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

/*
 * All that a pack for one recipient may be made from: the recipient's own name and address, and
 * what was released to them. There is no field for the other side, for the child, for the agency's
 * own reference or for an original, and there must never be one: what is not here cannot be
 * printed. Everything is borrowed, UTF-8.
 */

enum render_kind { RENDER_TEXT, RENDER_HEADING, RENDER_LINE, RENDER_PAGE, RENDER_PHOTO };

/* A word that stays on a page, where it stands: pixels of its JPEG. */
struct render_word {
    uint32_t x, y, width, height;
    struct str text;
};

struct render_part {
    enum render_kind kind;
    struct str text; /* RENDER_TEXT: the released text; RENDER_HEADING, RENDER_LINE: of a sheet of
                      our own, each line close under what is before it */
    struct str jpeg; /* otherwise: a JPEG file with its boxes burnt in, checked by the caller */
    uint32_t width, height;          /* of the JPEG, pixels */
    const struct render_word *words; /* on it, in reading order */
    size_t word_count;
};

struct recipient_view {
    struct str name;           /* as on the envelope */
    struct str address;        /* lines apart by newlines */
    struct str reference;      /* this recipient's own random code, on every sheet */
    struct str title;          /* the neutral name of the service: the only metadata */
    struct str return_address; /* the agency's neutral one; lines apart by newlines; may be empty */
    bool is_large;             /* large print: 18 points */
    bool office; /* shown at the office: no address is printed, here or on its sheet */
    const struct render_part *parts;
    size_t part_count;
};

#endif
