/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_DETAIL_H
#define LETTERBOX_RULES_DETAIL_H

#include "rules/person.h"

/*
 * A new address, e-mail or telephone number of a person, told by themselves or entered by staff,
 * which waits until somebody has checked it with them (docs/records.md):
 *
 *     {"address":"…", "emails":["…"], "phones":["…"], "note":"…", "whole":true}
 *
 * A key that is absent does not change. Of "whole" lists each is as it is to be; else its one entry
 * takes the place of the first of the record's, which is the one that things are sent to.
 */
struct detail {
    bool has_address, has_emails, has_phones;
    struct str address;
    struct person_list emails, phones;
    struct str note; /* the person's own words; for staff */
    bool is_whole;
};

/* ERR_BAD_JSON and ERR_TOO_BIG as of person_read, whose limits hold here too. */
MUST_CHECK enum err detail_read(struct str json, struct arena *arena, struct detail *ret_detail);
json_t *detail_write(const struct detail *detail);
/* What is different in `after`; false when nothing is. */
bool detail_between(const struct person *before, const struct person *after,
                    struct detail *ret_detail);
/* The record with the change in it. ERR_TOO_BIG past a limit. */
MUST_CHECK enum err detail_apply(const struct detail *detail, struct person *person);

#endif
