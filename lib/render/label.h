/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_LABEL_H
#define LETTERBOX_RENDER_LABEL_H

#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "render/font.h"
#include "render/view.h"

/*
 * Address sheets: one A4 sheet a release with the recipient's name and address where the window of
 * a DL or C5 envelope is (BS 4264: 20 mm from the left, 50 mm from the top, 90 mm × 35 mm), where
 * it goes if it can't be delivered, and the same code as on the letter, so that whoever packs can
 * see that the two belong together. Nothing else.
 *
 * ERR_BAD_INPUT without a name, address, title or reference, or when the address does not fit the
 * window; otherwise as render_pdf_letters.
 */
MUST_CHECK enum err render_label_sheets(const struct render_fonts *fonts,
                                        const struct recipient_view *views, size_t count,
                                        struct buf *ret_pdf);

#endif
