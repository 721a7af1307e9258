/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_PERSON_H
#define LETTERBOX_RULES_PERSON_H

#include <jansson.h>
#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

/*
 * A party's record as it stands sealed in the database (docs/records.md): JSON read into a struct
 * and written back. Limits are refused, never cut.
 *
 * Texts of a struct that was read live in the arena.
 */

enum {
    PERSON_LIST = 20,         /* names, e-mails, phones: entries each */
    PERSON_LEAKS = 400,       /* entries of a leak list */
    PERSON_LINE_BYTES = 300,  /* one entry */
    PERSON_TEXT_BYTES = 8000, /* address, note */
    PERSON_KEY_BYTES = 32000, /* an OpenPGP key in armour */
};

struct person_list {
    struct str at[PERSON_LIST];
    size_t count;
};

struct person_leak {
    struct str category; /* a word of redact/category.def */
    struct str term;
};

struct person {
    struct person_list names, emails, phones;
    struct str known_as;     /* how the other side may know them */
    struct str relationship; /* to the child, as the other side may know it: grandmother */
    struct str address;      /* lines apart by newlines */
    struct str note;
    struct str pin; /* six digits, agreed by telephone or letter; empty: none yet */
    bool reachable;
    const struct person_leak *leaks; /* what this party must not learn */
    size_t leak_count;
    struct str key_fingerprint; /* 40 hex digits; empty: no OpenPGP key */
    struct str key_armor;
    bool key_confirmed;          /* the fingerprint was read out and is right */
    struct str key_confirmed_on; /* "2026-03-03"; empty: not known */
};

/* ERR_BAD_JSON when it isn't an object of this shape; ERR_TOO_BIG past a limit. */
MUST_CHECK enum err person_read(struct str json, struct arena *arena, struct person *ret_person);
/* A new reference. */
json_t *person_write(const struct person *person);

/* ERR_TOO_BIG past the limit, else added (an empty one is passed over). */
MUST_CHECK enum err person_list_add(struct person_list *list, struct str entry);
/* The same entries in the same order. */
bool person_list_equal(const struct person_list *a, const struct person_list *b);

#endif
