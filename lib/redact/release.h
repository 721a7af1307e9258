/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_RELEASE_H
#define LETTERBOX_REDACT_RELEASE_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "redact/mask.h"

/*
 * The text that one recipient gets, from the text and the decided spans. The desk shows it before
 * the decision and the press makes it after: both through this one function, so that what was
 * approved is what leaves.
 *
 * A span of the category "furniture" (a quoted reply, a signature) is cut out without a word; what
 * is left reads on. Every other span is masked (redact/mask.h). Characters that show nothing are
 * dropped (redact/unseen.h).
 *
 * ERR_BAD_INPUT for a span outside the text, empty, not on code point boundaries, or of a category
 * that does not exist.
 */
struct release_span {
    size_t start, end;
    struct str category;
};

MUST_CHECK enum err release_text(struct str text, const struct release_span *spans, size_t count,
                                 const struct mask_wording *wording, struct arena *arena,
                                 struct buf *ret_text);

#endif
