/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_FORM_H
#define LETTERBOX_CORE_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

/*
 * Fields of a form or query, in the order sent. A name may come more than once; nothing is thrown
 * away. Names and values are clean text (utf8_clean): NFC, line ends LF. All of it lives in the
 * arena.
 *
 *   name=value&name=value     application/x-www-form-urlencoded (WHATWG URL, 5.1): + is a space,
 *                             %HH a byte; a % without two hex digits is refused
 *
 * ERR_BAD_INPUT  a damaged escape        ERR_BAD_UTF8  a name or value is not clean text
 * ERR_TOO_BIG    more than max fields
 */
struct form_field {
    struct str name, value;
};

struct form {
    struct form_field *fields;
    size_t count, max;
};

struct form form_new(struct arena *arena, size_t max_fields);
MUST_CHECK enum err form_read(struct str body, size_t max_fields, struct arena *arena,
                              struct form *ret_form);
/* Adds a field whose name and value are bytes as sent, not escaped (a part of multipart). */
MUST_CHECK enum err form_add(struct form *form, struct str name, struct str value,
                             struct arena *arena);

bool form_has(const struct form *form, const char *name);
/* The first value of the name; empty when there is none. */
struct str form_get(const struct form *form, const char *name);
/* The same for a single line: without white space at its ends. */
struct str form_line(const struct form *form, const char *name);
/* The values of a name one after another: start with *at = 0. */
bool form_next(const struct form *form, const char *name, size_t *at, struct str *ret_value);
size_t form_count(const struct form *form, const char *name);

/* False when the first value is absent or no number within the bounds. */
bool form_int(const struct form *form, const char *name, int64_t min, int64_t max,
              int64_t *ret_number);
/* The same for an id as its 12 letters. */
bool form_id(const struct form *form, const char *name, int64_t *ret_id);
/* Is the id among all the values of the name? */
bool form_has_id(const struct form *form, const char *name, int64_t id);

#endif
