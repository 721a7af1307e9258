/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_JSON_H
#define LETTERBOX_CORE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * jansson's values, read with limits, written in one way, and asked without surprises.
 *
 * A reader takes an absent key, or one of another type, as the default. Putters take the value's
 * reference and replace what stood under the key. Text that comes out of a value is borrowed: it
 * lives as long as the value.
 */

enum { JSON_DEPTH = 64 };

/* JSON name = json_object(); ends with the block. */
#define JSON __attribute__((cleanup(json_end))) json_t *
void json_end(json_t **value);

/*
 * One value, object or not, with nothing after it. ERR_BAD_JSON: not RFC 8259, a key twice, a NUL
 * in a text, nested over JSON_DEPTH, an integer over 64 bits. ERR_TOO_BIG: over max_bytes.
 */
MUST_CHECK enum err json_read(struct str text, size_t max_bytes, json_t **ret_value);
/* The one form for a value: keys sorted by bytes, no white space. */
MUST_CHECK enum err json_write(const json_t *value, struct buf *ret_text);

/* A new text; bytes that are not UTF-8 become U+FFFD. */
json_t *json_str(struct str text);
struct str json_text(const json_t *value);

struct str json_get_str(const json_t *object, const char *key);
bool json_get_bool(const json_t *object, const char *key);
/* The default also for a number outside the bounds. */
int64_t json_get_int(const json_t *object, const char *key, int64_t min, int64_t max,
                     int64_t otherwise);
/* Ids stand in sealed records as decimal text (docs/records.md); 0 if it is none. */
int64_t json_get_id(const json_t *object, const char *key);

void json_put(json_t *object, const char *key, json_t *value);
void json_put_str(json_t *object, const char *key, struct str text);
void json_put_int(json_t *object, const char *key, int64_t number);
void json_put_bool(json_t *object, const char *key, bool truth);
void json_put_id(json_t *object, const char *key, int64_t id);
/* For views: an id as its 12 letters, or as a reference for people to read aloud. */
void json_put_code(json_t *object, const char *key, int64_t id);
void json_put_reference(json_t *object, const char *key, int64_t id);
void json_add(json_t *list, json_t *value);

#endif
