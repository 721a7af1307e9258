/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_OLE_H
#define LETTERBOX_CLEANER_OFFICE_OLE_H

#include <stdbool.h>

#include "core/str.h"

/*
 * What an OLE compound file is, by the names in its directory and the head of its text: many
 * programs keep their documents so. Nothing is read from it here but that.
 *
 * Sources: [MS-CFB], [MS-DOC] 2.5.1 (FibBase), [MS-OFFCRYPTO] 2.3.
 */
struct ole {
    bool is_readable; /* the directory could be followed */
    bool is_word;     /* a Word document, not a table, message or installer */
    bool is_locked;   /* with a password, whatever kind of office document it is */
    bool has_macros;  /* programs beside the text */
    bool has_objects; /* other programs' objects in the text */
};

struct ole ole_look(struct str file);

#endif
