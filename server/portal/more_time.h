/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_PORTAL_MORE_TIME_H
#define LETTERBOX_PORTAL_MORE_TIME_H

#include "rules/remind.h"
#include "server/portal/portal.h"

/*
 * "I need more time" for one thing that the signed-in person is to write: until a day of three, as
 * far as rules/remind.h lets them. Nobody asks why, and nobody is told.
 */
enum { MORE_TIME_CHOICES = 3 };

struct more_time {
    struct request *request;
    const struct seal_pair *pair;
    struct portal_contacts contacts;
    struct portal_arrangement arrangement;
    struct day base, today;
    struct day days[MORE_TIME_CHOICES]; /* two weeks, one month, two months */
    bool allowed[MORE_TIME_CHOICES];
};

/* ERR_NOT_FOUND for what is not theirs, or has come already. */
MUST_CHECK enum err more_time_read(struct store *store, void *more_time);
/* The page; where nothing is allowed any more it says so. */
MUST_CHECK enum err more_time_page(const struct more_time *more_time);
/* The choice that was made: its place, or false. */
bool more_time_chosen(const struct more_time *more_time, size_t *ret_choice);

#endif
