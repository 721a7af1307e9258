/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/keep.h"

static struct day first_of_month(struct day day)
{
    return (struct day){day.number - (day_parts(day).day - 1)};
}

static bool plausible(struct day day)
{
    int year = day_parts(day).year;
    return year >= 1900 && year < 2200;
}

enum err keep_eighteenth(struct day born, struct day *ret_eighteenth)
{
    if (!plausible(born)) return ERR_BAD_INPUT;
    *ret_eighteenth = first_of_month(day_add_months(first_of_month(born), 18 * 12));
    return OK;
}

struct day keep_review(struct day eighteenth)
{
    return day_add_months(first_of_month(eighteenth), -KEEP_REVIEW_MONTHS_BEFORE);
}

static const char *const wishes[] = {"unknown", "go_on", "stop", "veto"};

const char *child_wish_word(enum child_wish wish)
{
    ASSERT((unsigned)wish < WISH_COUNT);
    return wishes[wish];
}

bool child_wish_get(struct str word, enum child_wish *ret_wish)
{
    for (unsigned i = 0; i < WISH_COUNT; i++) {
        if (!str_equal(word, str_from(wishes[i]))) continue;
        *ret_wish = (enum child_wish)i;
        return true;
    }
    return false;
}

enum child_end keep_child(bool is_dead, enum child_wish wish, struct day eighteenth,
                          struct day today)
{
    struct day grown = first_of_month(eighteenth);
    if (is_dead) return CHILD_DEAD;
    if (today.number < grown.number || wish == WISH_GO_ON) return CHILD_GOES_ON;
    if (wish == WISH_STOP || wish == WISH_VETO) return CHILD_WISH;
    return today.number >= day_add_months(grown, KEEP_LAST_LETTERS_MONTHS).number ? CHILD_GROWN
                                                                                  : CHILD_GOES_ON;
}

enum err keep_archive_until(struct day order, struct day *ret_until)
{
    if (!plausible(order)) return ERR_BAD_INPUT;
    *ret_until = day_add_months(order, KEEP_ARCHIVE_YEARS * 12);
    return OK;
}

bool keep_may_drop_copies(bool closed, bool manager_confirmed, bool open_dispatch, bool held_letter)
{
    return closed && manager_confirmed && !open_dispatch && !held_letter;
}
