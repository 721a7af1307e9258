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

bool keep_closes(struct day eighteenth, struct day today)
{
    return today.number >= first_of_month(eighteenth).number;
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
