/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_KEEP_H
#define LETTERBOX_RULES_KEEP_H

#include <stdbool.h>

#include "core/day.h"
#include "core/err.h"

/*
 * How long what is kept, and what eighteen ends.
 *
 *     a year before the eighteenth birthday's month    review: the wishes of both sides, closing
 * letters the birthday's month                             the arrangement closes; the young adult
 * decides closed, and a manager has confirmed              the desk's copies go; the archive stays
 *     100 years from the adoption order                the archive's class (Disclosure of Adoption
 *                                                      Information Regulations 2005, reg. 6)
 *
 * Of the birth date only the month of the eighteenth birthday is known in clear; a day here is the
 * first of that month.
 */

enum { KEEP_ARCHIVE_YEARS = 100, KEEP_REVIEW_MONTHS_BEFORE = 12 };

/* The first of the month in which somebody born on this day turns eighteen. ERR_BAD_INPUT for a day
 * outside the years 1900 to 2199. */
MUST_CHECK enum err keep_eighteenth(struct day born, struct day *ret_eighteenth);

/* When the seventeenth-year review is due. */
struct day keep_review(struct day eighteenth);

/* Has the month come in which the arrangement closes? */
bool keep_closes(struct day eighteenth, struct day today);

/* The first day on which the archive may be looked at for destruction. The same limits. */
MUST_CHECK enum err keep_archive_until(struct day order, struct day *ret_until);

/* May the desk's copies go? Only of a closed arrangement, and only when a manager has confirmed. */
bool keep_may_drop_copies(bool closed, bool manager_confirmed, bool open_dispatch,
                          bool held_letter);

#endif
