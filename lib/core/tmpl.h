/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_TMPL_H
#define LETTERBOX_CORE_TMPL_H

#include <jansson.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/embed.h"
#include "core/err.h"
#include "core/str.h"

/*
 * Mustache templates (https://github.com/mustache/spec, the six required modules): compiled once
 * into a tree, rendered often. A set belongs to whoever opened it, doesn't change once it is open,
 * and may be used by many threads. It borrows the files' bytes.
 *
 * Names are paths without ".mustache": "portal/home". A partial's name without a slash stands below
 * "partials/". The view is a JSON object that is borrowed and not changed. False, null, a key that
 * is absent, the empty list and the empty text make a section false.
 *
 * TMPL_PAGE  HTML. Every value is escaped. {{& x}} and {{{x}}} are allowed only for names that end
 *            in "_html", and only when the value was made by tmpl_html_value: text from a person
 *            can't get onto a page as mark-up.
 * TMPL_TEXT  text of e-mails. Every value is {{& x}}: escaped ones are refused.
 * TMPL_SPEC  the specification as it stands: anything may be raw, a missing partial is empty.
 *
 * Limits: sections and partials nest to 64; one rendering visits at most TMPL_STEPS tokens.
 * Errors: ERR_BAD_TEMPLATE  a template is damaged (opening says where and why), nests too deep, or
 *                           prints an object or list
 *         ERR_NOT_FOUND     no such template
 *         ERR_TOO_BIG       past the maximum of the buffer, or too many steps
 */
struct tmpl_set;
enum tmpl_kind { TMPL_PAGE, TMPL_TEXT, TMPL_SPEC };
enum { TMPL_DEPTH = 64, TMPL_STEPS = 10 * 1000 * 1000 };

/* Mark-up that a TMPL_PAGE set rendered; nothing else makes one. */
struct html {
    struct str markup;
};

/*
 * Compiles the files below folder/ and, but for TMPL_TEXT, below partials/. An empty folder takes
 * all. On failure the problem (place, what, cure) is added to *problem.
 */
MUST_CHECK enum err tmpl_set_open(const struct embedded_file *files, struct str folder,
                                  enum tmpl_kind kind, struct buf *problem,
                                  struct tmpl_set **ret_set);
void tmpl_set_free(struct tmpl_set **set);

MUST_CHECK enum err tmpl_render(const struct tmpl_set *set, struct str name, const json_t *view,
                                struct buf *ret_text);
/* From a TMPL_PAGE set, at most max_bytes, in the arena. */
MUST_CHECK enum err tmpl_html(const struct tmpl_set *set, struct str name, const json_t *view,
                              size_t max_bytes, struct arena *arena, struct html *ret_html);
/* A value for a key that ends in "_html": a new reference. */
json_t *tmpl_html_value(struct html html);

#endif
