/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_HTML_H
#define LETTERBOX_CLEANER_MAIL_HTML_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/str.h"

/*
 * HTML as the text that a reader sees: blocks on lines of their own, quotes with "> " before each
 * line, nothing fetched, nothing run. What the page hides goes to `hidden`: by display, visibility,
 * size or opacity of nought, white on nothing, the hidden attribute, classes that its own style
 * sheet hides, descriptions of pictures, values of hidden fields, and what stands in drawings,
 * frames and objects. Comments, scripts, styles and the head are no text.
 */
struct html {
    bool is_remote; /* it asks for something from the network */
    bool has_data;  /* a picture in an address of its own that was not taken */
    bool has_title, has_scripts, has_comments;
    bool hides;       /* there is hidden text other than descriptions of pictures */
    bool is_too_deep; /* it nests beyond all reason (mail_depth.h): nothing is shown, and all text
                         between its tags is hidden */
};

/* UTF-8 in. False when the text does not fit. */
bool html_text(struct str html, struct buf *ret_text, struct buf *ret_hidden,
               struct html *ret_html);

#endif
