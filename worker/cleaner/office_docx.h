/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_DOCX_H
#define LETTERBOX_CLEANER_OFFICE_DOCX_H

#include "core/arena.h"
#include "core/buf.h"
#include "sanitise/letter.h"
#include "worker/cleaner/office_zip.h"

/*
 * A DOCX before LibreOffice sees it: what must not come out is taken out of the archive.
 *
 *   left out   macros, embedded files and fonts, custom XML, properties, comments, parts elsewhere
 *   cut out    text deleted with tracked changes (w:del, w:moveFrom), hidden runs (w:vanish, by
 *              themselves or by their style)
 *   reported   these, descriptions of pictures, who wrote and changed it and when
 *
 * Comments, descriptions, hidden and deleted text go to `hidden`, for staff.
 */
struct docx {
    bool has[REMOVED_COUNT];
    bool is_remote; /* it asks for something that is kept elsewhere */
    struct buf hidden;
};

/* Adds to what was found before. */
void docx_strip(struct zip *zip, struct arena *arena, struct docx *docx);

#endif
