/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_DOCUMENT_PDF_H
#define LETTERBOX_CLEANER_DOCUMENT_PDF_H

#include "worker/cleaner/module.h"

/*
 * A PDF's pages as pictures at 150 dots an inch with the words on them, by poppler and cairo; what
 * lies beside the pages is reported. The crop box is what counts as the page. A word whose box
 * shows nothing but one colour is hidden text: it is reported apart and is not among the words.
 *
 * Writes all records but END, or refuses. The extra findings of the caller (LibreOffice's document)
 * come after the pages.
 */
void document_pdf(struct job *job, struct str bytes, const bool *also_removed);

#endif
