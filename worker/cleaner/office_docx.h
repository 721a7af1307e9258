/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_DOCX_H
#define LETTERBOX_CLEANER_OFFICE_DOCX_H

#include "core/arena.h"
#include "core/buf.h"
#include "sanitise/letter.h"
#include "worker/cleaner/office_zip.h"

/*
 * A DOCX before LibreOffice sees it: what must not come out is taken out of the archive. A part is
 * what its outermost element is, whatever it is called and whoever points to it; one that is
 * neither a page's XML nor a picture is left out.
 *
 *   left out   macros, embedded files and fonts, custom XML, properties, comments, parts elsewhere
 *   cut out    text deleted with tracked changes (w:del, w:moveFrom, whole rows and cells), hidden
 *              runs (w:vanish, by themselves or by their style), hidden rows and boxes
 *   reported   these, descriptions of pictures, who wrote and changed it and when, what of two
 *              forms of one thing differs (mc:AlternateContent)
 *
 * Comments, descriptions, hidden and deleted text go to `hidden`, for staff.
 *
 * Source: ECMA-376 part 1, chapters 11 and 17.
 */
struct docx {
    bool has[REMOVED_COUNT];
    bool is_remote; /* it asks for something that is kept elsewhere */
    struct buf hidden;
};

/* Adds to what was found before. The archive went through zip_plain; ERR_BAD_INPUT for one with XML
 * that was not understood, ERR_TOO_BIG for too many styles. */
MUST_CHECK enum err docx_strip(struct zip *zip, struct arena *arena, struct docx *docx);

#endif
