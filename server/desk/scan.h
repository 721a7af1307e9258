/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_SCAN_H
#define LETTERBOX_DESK_SCAN_H

#include "server/desk/register.h"

/* Paper that staff scan in on behalf of a party. */
struct scan_form {
    int64_t party, arrangement; /* 0: nobody chosen */
    struct str what, kept_where, helper;
    struct day day; /* when it came */
    bool has_day;
};

void scan_form_read(struct request *request, struct scan_form *ret_form);
/*
 * Answers with the page: the sender that is chosen, those of a party (0: none), and those that a
 * search found (empty: none).
 */
MUST_CHECK enum err scan_page(struct request *request, const struct scan_form *form, int64_t party,
                              struct str search);

#endif
