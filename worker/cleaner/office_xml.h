/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_OFFICE_XML_H
#define LETTERBOX_CLEANER_OFFICE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"

/*
 * The XML inside a word-processor document, edited as text: an element is found by its tag, with
 * the prefix that office_plain.h gives it ("w:del", "text:section"). Damaged XML is no error: an
 * element without its end goes on to the end of the text.
 */

/* The next element of that name, from the index on; STR_NONE at the end. */
size_t xml_find(struct str xml, size_t from, const char *name);
/* After the tag that begins here; quoted values may hold a '>'. */
size_t xml_tag_end(struct str xml, size_t at);
/* After the element that begins here, whatever of the same name stands in it. */
size_t xml_end(struct str xml, size_t at, const char *name);
/* The value of an attribute in a tag, as it is written; empty without one. */
struct str xml_attribute(struct str tag, const char *name);
/* Has the first element of that name any text? */
bool xml_has_value(struct str xml, const char *name);

/* The text of a piece of XML, with a line end after it; nothing if there is none. Tags are gone, a
 * paragraph ends a line. */
void xml_add_text(struct str xml, struct buf *text);

/* Cuts every element of that name; its text goes to the hidden text. False if there was none. */
bool xml_cut(struct arena *arena, struct str *xml, const char *name, struct buf *hidden);
/* Takes the tags of that name away and leaves what is between them. */
bool xml_unwrap(struct arena *arena, struct str *xml, const char *name);

#endif
