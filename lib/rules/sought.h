/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_SOUGHT_H
#define LETTERBOX_RULES_SOUGHT_H

#include <stdbool.h>

#include "core/day.h"
#include "core/str.h"

/*
 * What somebody typed into a search may be more than words: a day, a telephone number, a postcode.
 *
 *     27/3/2019, 27.03.19, 27 March 2019, 27th of Mar 2019, March 27 2019, 2019-03-27, 27032019
 *                                   that day (in this country's order)
 *     March 2019, 3/2019            any day of that month
 *     (01632) 960-777               a telephone number: five digits or more and nothing but its
 * signs HX17 4AB, hx174ab             a postcode
 *
 * A year of two digits is the last one that is not to come.
 */
struct sought_days {
    struct day from, to; /* both belong to it */
};
/* False when it is no date, or none that is in the calendar. */
bool sought_days(struct str typed, struct day today, struct sought_days *ret_days);
bool sought_is_phone(struct str typed);
/* Of small letters and digits without a space: "hx174ab". */
bool sought_is_postcode(struct str compact);
/* Where the postcode begins that a line of an address ends with ("Otley LS57 3DW"); the line's
 * length when there is none. */
size_t sought_postcode_at(struct str line);

#endif
