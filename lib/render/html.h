/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_HTML_H
#define LETTERBOX_RENDER_HTML_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * A released text as a piece of HTML: paragraphs (apart by empty lines) in <p>, line ends in <br>,
 * everything else escaped. Nothing in the text can become markup; web addresses are not made links.
 *
 *     Dear Ann,\nhello\n\nLove & x   →   <p>Dear Ann,<br>hello</p>\n<p>Love &amp; x</p>\n
 *
 * ERR_BAD_UTF8 for what is not UTF-8; ERR_TOO_BIG past the maximum of the buffer.
 */
MUST_CHECK enum err render_html_text(struct str text, struct buf *ret_html);

#endif
