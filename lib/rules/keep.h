/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_KEEP_H
#define LETTERBOX_RULES_KEEP_H

#include <stdbool.h>

#include "core/day.h"
#include "core/err.h"
#include "core/str.h"

/*
 * How long what is kept, and what eighteen ends.
 *
 *     a year before the eighteenth birthday's month    review: the wishes of both sides
 *     the birthday's month and two more                last letters, unless the young adult says no
 *     after that                                       the arrangement ends, unless they say yes
 *     ended, and a manager has confirmed               the desk's copies go; the archive stays
 *     100 years from the adoption order                the archive's class (Disclosure of Adoption
 *                                                      Information Regulations 2005, reg. 6)
 *
 * Of the birth date only the month of the eighteenth birthday is known in clear; a day here is the
 * first of that month.
 */

enum { KEEP_ARCHIVE_YEARS = 100, KEEP_REVIEW_MONTHS_BEFORE = 12, KEEP_LAST_LETTERS_MONTHS = 3 };

/* The first of the month in which somebody born on this day turns eighteen. ERR_BAD_INPUT for a day
 * outside the years 1900 to 2199. */
MUST_CHECK enum err keep_eighteenth(struct day born, struct day *ret_eighteenth);

/* When the seventeenth-year review is due. */
struct day keep_review(struct day eighteenth);

/* What ends letters about a child, and why (child_refusal in the database). */
enum child_end { CHILD_GOES_ON, CHILD_DEAD, CHILD_WISH, CHILD_GROWN };
/* What the child wants from eighteen on. A veto is a stop, and nobody asks for them either. */
enum child_wish { WISH_UNKNOWN, WISH_GO_ON, WISH_STOP, WISH_VETO, WISH_COUNT };
const char *child_wish_word(enum child_wish wish);
bool child_wish_get(struct str word, enum child_wish *ret_wish);

/* Until eighteen the wish counts for nothing; from then on it decides, and without one the last
 * letters have KEEP_LAST_LETTERS_MONTHS. */
enum child_end keep_child(bool is_dead, enum child_wish wish, struct day eighteenth,
                          struct day today);

/* The first day on which the archive may be looked at for destruction. The same limits. */
MUST_CHECK enum err keep_archive_until(struct day order, struct day *ret_until);

/* May the desk's copies go? Only of a closed arrangement, and only when a manager has confirmed. */
bool keep_may_drop_copies(bool closed, bool manager_confirmed, bool open_dispatch,
                          bool held_letter);

#endif
