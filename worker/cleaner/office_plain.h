/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_PLAIN_H
#define LETTERBOX_CLEANER_OFFICE_PLAIN_H

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"
#include "worker/cleaner/office_zip.h"

/*
 * XML as office_xml.h reads it, and as LibreOffice is given it, so that both see the same. One
 * document can be written in many ways; this writes it in one:
 *
 *   characters  UTF-8 (UTF-16 is read too); references and CDATA are resolved, "<", ">" and "&"
 *               escaped
 *   names       each namespace has one prefix, the usual one where the strippers name it; all are
 *               declared on the outermost element
 *   attributes  one space before, double quotes
 *   gone        comments, instructions, the document type
 *
 * ERR_BAD_INPUT for what is not well-formed, declares entities, is in another encoding or uses the
 * names of OpenOffice 1; ERR_TOO_BIG over the limits.
 *
 * Sources: XML 1.0 (fifth edition), Namespaces in XML 1.0, ECMA-376 parts 1 and 4 (strict and
 * transitional names) and 3 (markup compatibility), ODF 1.3 part 3.
 */
MUST_CHECK enum err xml_plain(struct str part, struct arena *arena, struct str *ret_xml);
/* The name of the outermost element. */
struct str xml_root(struct str xml);

/* Every part of the archive that is XML, or is called so, but drawings (SVG): its form tells what
 * came of it. */
void zip_plain(struct zip *zip, struct arena *arena);

#endif
