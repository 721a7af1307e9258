/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_LETTERBOXCTL_IMPORT_JOIN_H
#define LETTERBOX_LETTERBOXCTL_IMPORT_JOIN_H

#include "ops/letterboxctl/import.h"

/*
 * How things are found again. A child is known by name at birth and date of birth; an arrangement
 * by its reference; a household by an e-mail address that it has, or by its names together with its
 * address or a telephone number. Names alone make nobody the same but within one arrangement.
 */
struct import_who {
    struct str names, emails, phones, address; /* plain forms */
    bool is_family;
};

/* The first thing that was put under this text, or NULL. */
void *import_find(const struct import *import, const struct import_list *list, const char *use,
                  struct str text);
/* Puts the thing at this place of its list there, if nothing is yet. */
void import_index(struct import *import, const char *use, struct str text, size_t place);

struct import_party *import_find_party(const struct import *import, const struct import_who *who);
void import_index_party(struct import *import, const struct import_who *who, size_t place);

bool import_share_name(struct str a, struct str b, struct arena *arena);
bool import_share_email(struct str a, struct str b, struct arena *arena);
/* Lines in the form in which they are compared. */
void import_emails(struct str lines, struct arena *arena, struct person_list *ret_plain);
void import_phones(struct str lines, struct arena *arena, struct person_list *ret_plain);

#endif
