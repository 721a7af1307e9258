/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_TERMS_H
#define LETTERBOX_DESK_TERMS_H

#include "rules/schedule.h"
#include "server/desk/desk.h"

/*
 * What a version of an agreement says besides its months, who writes first and the words on its
 * face: how often, from when and until when, where it comes from, what may be enclosed and which
 * months are to be avoided. docs/records.md says what of it is sealed.
 */

enum { TERMS_TEXT_BYTES = 1000, TERMS_OFFICE = 40 };

enum terms_kind {
    TERMS_PHOTOS,
    TERMS_CARDS,
    TERMS_DRAWINGS,
    TERMS_GIFTS,
    TERMS_VOUCHERS,
    TERMS_KINDS
};
enum terms_avoid { TERMS_BIRTHDAY, TERMS_ORDER, TERMS_REMOVAL, TERMS_AVOIDS };
const char *terms_kind_word(enum terms_kind kind);
const char *terms_avoid_word(enum terms_avoid avoid);

struct terms {
    int64_t every; /* years */
    bool has_until, has_starts, has_agreed;
    struct day until, starts, agreed;
    struct str source;         /* order, plan, review, import */
    struct str called;         /* what each side may call itself and the other */
    unsigned kinds, avoid;     /* bits of terms_kind, terms_avoid */
    struct months avoid_other; /* besides those that avoid names */
    bool knows_office; /* of what is kept: an older version does not say who reads at the office */
    int64_t office[TERMS_OFFICE]; /* who reads at the office only */
    size_t office_count;
};

/* The clear columns of a version, and what was sealed with it (NULL: nothing was). */
void terms_of(const struct store_rows *rows, size_t row, const json_t *sealed,
              struct terms *ret_terms);
/* "cards, drawings and more words"; empty: nothing was said. */
struct str terms_enclosures(struct request *request, const struct terms *terms, struct str words);
void terms_put_sealed(json_t *sealed, const struct terms *terms);
bool terms_at_office(const struct terms *terms, int64_t party);
bool terms_same_office(const struct terms *a, const struct terms *b);
/* "April and October" */
struct str terms_month_names(struct request *request, const int64_t *months, size_t count);
/* Alike in all that a version keeps, but for when it was agreed and begins. */
bool terms_same(const struct terms *a, const struct terms *b);

/* What was typed; notes dates that do not exist. */
void terms_read(struct request *request, struct terms *ret_terms);
void terms_put(struct request *request, const struct terms *terms);

/* All months to avoid, with those of the child's dates. */
struct months terms_avoid_months(const struct terms *terms, const struct desk_child *child);

#endif
