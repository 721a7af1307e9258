/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_STR_H
#define LETTERBOX_CORE_STR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A borrowed piece of text or bytes: a pointer and a length in bytes, not ended by NUL. Whoever
 * made the bytes owns them. An empty string may have a NULL pointer.
 */
struct str {
    const char *at;
    size_t len;
};

#define STR(literal) ((struct str){"" literal "", sizeof(literal) - 1})
/* For printf: "%.*s". The length must be under 2 GiB. */
#define STR_ARG(s) (int)(s).len, (s).at

/* The string up to its NUL; NULL gives the empty string. */
struct str str_from(const char *text);
bool str_equal(struct str a, struct str b);
/* Equal apart from the case of ASCII letters. */
bool str_same(struct str a, struct str b);
bool str_starts(struct str s, struct str start);
bool str_ends(struct str s, struct str end);
/* Bytes compared as unsigned, the shorter first where one is the start of the other. */
int str_order(struct str a, struct str b);
/* Without ASCII white space at either end. */
struct str str_trim(struct str s);
/* The bytes from start (clipped to the length) to the end. */
struct str str_from_byte(struct str s, size_t start);
/* The bytes [start, end), both clipped to the length. */
struct str str_slice(struct str s, size_t start, size_t end);

#define STR_NONE ((size_t)-1)
/* Index of the first occurrence, or STR_NONE. */
size_t str_find(struct str s, struct str part);
size_t str_find_byte(struct str s, char byte);

/*
 * Takes the piece before the next separator off the front of *rest; false when nothing is left.
 * "a,,b" gives "a", "", "b"; "a," gives "a", ""; a string without pointer gives nothing, another
 * empty one gives "" once.
 */
bool str_split(struct str *rest, char separator, struct str *ret_piece);

#endif
