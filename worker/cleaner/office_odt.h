/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_ODT_H
#define LETTERBOX_CLEANER_OFFICE_ODT_H

#include "worker/cleaner/office_docx.h"

/*
 * An OpenDocument text before LibreOffice makes a DOCX of it: only what would be lost on that way,
 * or come out of hiding. The rest is taken out of the DOCX, as of any other.
 *
 *   left out   macros, scripts, the small preview, earlier versions of the document
 *   cut out    sections and paragraphs that are hidden, scripts in the text
 *   reported   these, values of hidden and conditional fields, variables and form fields, titles of
 *              pictures, the program that made it
 *
 * Source: OASIS Open Document Format 1.3.
 */
bool odt_is_locked(const struct zip *zip);
/* The archive went through zip_plain; ERR_BAD_INPUT for one with XML that was not understood. */
MUST_CHECK enum err odt_strip(struct zip *zip, struct arena *arena, struct docx *docx);

#endif
