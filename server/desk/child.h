/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_CHILD_H
#define LETTERBOX_DESK_CHILD_H

#include "rules/keep.h"
#include "server/desk/register.h"

/* A child's record as a form has it: on the child's own page, and with a new arrangement. */
struct child_form {
    struct str birth_name, adoptive_name;
    bool has_dob, has_order, has_removal;
    struct day dob, order, removal; /* the order that placed it, the day when it left home */
};

void child_form_of(const struct desk_child *child, struct child_form *ret_form);
/* What was typed; notes what is missing or wrong. */
void child_form_read(struct request *request, struct child_form *ret_form);
void child_form_put(struct request *request, const struct child_form *form);

/* Enters a child; the caller audits. */
MUST_CHECK enum err child_add(struct request *request, struct store *store,
                              const struct child_form *form, int64_t *ret_child);
/* Seals the record anew for the version after this one; ERR_CONFLICT when it was changed meanwhile.
 */
MUST_CHECK enum err child_change(struct request *request, struct store *store, int64_t child,
                                 int64_t version, const struct child_form *form);

/* What ends letters about the child today, if something does. */
MUST_CHECK enum err child_end(struct request *request, struct store *store, int64_t child,
                              enum child_end *ret_end);

struct str child_path(struct request *request, int64_t id);
/* Answers with the page of a child, in a transaction of its own; typed NULL: what is stored; query
 * NULL: no sibling is looked for. */
MUST_CHECK enum err child_page(struct request *request, int64_t id, const struct child_form *typed,
                               const struct register_query *query, int status);

#endif
