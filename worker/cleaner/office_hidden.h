/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_HIDDEN_H
#define LETTERBOX_CLEANER_OFFICE_HIDDEN_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "worker/cleaner/office_zip.h"

/*
 * What a DOCX's text says of itself that it is not to be seen. Where Word and LibreOffice differ on
 * it, it counts as hidden.
 *
 * Source: ECMA-376 part 1, 17.3.2.41 (vanish), 17.7 (styles), 17.4.22 and 17.13.5 (rows).
 */
enum vanish { VANISH_UNSAID, VANISH_OFF, VANISH_ON };

/* Only those that say something, by themselves or by what they are based on. */
struct styles {
    struct style *at;
    size_t count;
    enum vanish document, paragraph; /* of text without a style; of paragraphs without one */
};

/* ERR_TOO_BIG for more styles than are looked at. */
MUST_CHECK enum err styles_read(const struct zip *zip, struct arena *arena,
                                struct styles *ret_styles);

/* Each takes such pieces out of the part, their text goes to the hidden text; false if there were
 * none. Rows and cells that tracked changes deleted, those that are hidden, runs, and boxes. */
bool cut_deleted_rows(struct arena *arena, struct str *xml, struct buf *hidden);
bool cut_hidden_rows(struct arena *arena, struct str *xml, struct buf *hidden);
bool cut_hidden_runs(const struct styles *styles, struct arena *arena, struct str *xml,
                     struct buf *hidden);
bool cut_hidden_boxes(struct arena *arena, struct str *xml, struct buf *hidden);

/* All that the forms of a thing say that is there in several (mc:AlternateContent), if they don't
 * say the same: only one of them is drawn. */
bool note_alternatives(struct str xml, struct buf *hidden);
/* Instructions of fields that may hold more than the page shows of them ("IF", "QUOTE"). */
bool note_fields(struct str xml, struct buf *hidden);

#endif
