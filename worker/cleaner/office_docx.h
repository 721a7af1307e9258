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
 *   left out   macros, embedded files, custom XML, properties, comments
 *   cut out    text deleted with tracked changes (w:del, w:moveFrom), hidden runs (w:vanish)
 *   reported   these, descriptions of pictures, who wrote and changed it and when
 *
 * Comments, hidden and deleted text go to `hidden`, for staff. The parts are edited as text: an
 * element is found by its tag, which never nests in itself.
 */
struct docx {
    bool has[REMOVED_COUNT];
    struct buf hidden;
};

void docx_strip(struct zip *zip, struct arena *arena, struct docx *ret_docx);

#endif
