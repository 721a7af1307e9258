/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_ZIP_H
#define LETTERBOX_CLEANER_OFFICE_ZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * A word-processor document as the archive that it is: every entry inflated with bounds, so that a
 * bomb is met here and not in LibreOffice, and written again plainly. Source: PKWARE APPNOTE 6.3.
 *
 * ERR_BAD_INPUT for an archive that is damaged, or uses anything but store and deflate;
 * ERR_FORBIDDEN for one that is locked with a password; ERR_TOO_BIG over the limits.
 */
enum {
    ZIP_ENTRIES_MAX = 4000,
    ZIP_ENTRY_BYTES_MAX = 64 * 1024 * 1024,
    ZIP_BYTES_MAX = 200 * 1024 * 1024, /* all entries, inflated */
};

/* What an entry's bytes are, as office_plain.h finds them. */
enum zip_form { ZIP_FORM_BYTES, ZIP_FORM_XML, ZIP_FORM_UNREAD /* XML that is not understood */ };

struct zip_entry {
    struct str name, bytes;
    bool is_left_out;
    enum zip_form form;
};

struct zip {
    struct zip_entry *entries;
    size_t count;
};

MUST_CHECK enum err zip_read(struct str file, struct arena *arena, struct zip *ret_zip);
/* The entry of that name, or NULL. */
struct zip_entry *zip_find(const struct zip *zip, const char *name);
/* The archive with what is not left out, nothing compressed. */
void zip_write(const struct zip *zip, struct buf *ret_file);

#endif
