/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_MASK_H
#define LETTERBOX_REDACT_MASK_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "redact/mark.h"

/*
 * Marks to released text: each mark becomes the wording of its category, and what it covered is
 * gone, its length too. Marks of one category with nothing between them but spaces, line ends,
 * commas, full stops, hyphens and the like become one wording.
 *
 *     I'm at 4 Fore St, Looe with Ann Tregenza  →  I'm at [address removed], [place removed] with
 *                                                   Ann [name removed]
 */

/* An agency's wording, by category. */
struct mask_wording {
    struct str by_category[MARK_CATEGORY_COUNT];
};

/* "[name removed]" … as category.def has them. */
const struct mask_wording *mask_wording_default(void);

/*
 * A wording is 3 to 60 bytes of one line, begins with '[', ends with ']' and has neither between
 * them, so that nothing can be taken for the sender's words; ERR_BAD_INPUT otherwise.
 */
MUST_CHECK enum err mask_wording_check(const struct mask_wording *wording);

/* Adds the released text. The marks are checked (marks_check) first: ERR_BAD_INPUT. */
MUST_CHECK enum err mask_apply(struct str text, const struct marks *marks,
                               const struct mask_wording *wording, struct buf *ret_text);

#endif
