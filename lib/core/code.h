/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_CODE_H
#define LETTERBOX_CORE_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/str.h"

/*
 * Bytes and numbers written as text. Readers take only what the writers write (and, where said,
 * what people make of it when they copy it from paper); false otherwise, with nothing added.
 */

void code_hex_put(struct buf *buf, const void *bytes, size_t len); /* lower case */
bool code_hex_get(struct str text, void *ret_bytes, size_t len);   /* exactly len bytes */

/* RFC 4648 §5 without padding. */
void code_base64url_put(struct buf *buf, const void *bytes, size_t len);
bool code_base64url_get(struct str text, void *ret_bytes, size_t len); /* exactly len bytes */
/* RFC 4648 §4 with padding; no line ends. */
void code_base64_put(struct buf *buf, const void *bytes, size_t len);
bool code_base64_get(struct str text, struct buf *ret_bytes); /* white space is skipped */

/*
 * The 32 letters 0-9 A-Z without I, L, O, U (Crockford). Readers take lower case, dashes and
 * spaces, and read I and L as 1, O as 0.
 */
#define CODE_LETTERS "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
/* The value 0..31 of a letter, or -1. */
int code_letter_value(char letter);
/* Brings what a person typed to the plain form (upper case, no dashes); false on another character
 * or another length. */
bool code_letters_get(struct str typed, size_t letters, char *ret_plain);

/* A positive 60-bit id as 12 letters: lower case for URLs. */
enum { CODE_ID_LETTERS = 12 };
void code_id_put(struct buf *buf, int64_t id);
bool code_id_get(struct str text, int64_t *ret_id);
/* The same for people to read aloud: XXXX-XXXX-XXXX. */
void code_reference_put(struct buf *buf, int64_t id);

#endif
