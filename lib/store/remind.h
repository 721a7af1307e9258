/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_STORE_REMIND_H
#define LETTERBOX_STORE_REMIND_H

#include "rules/remind.h"
#include "store/db.h"

/* The ladder and the facts about an expected letter, from rows of the database to the rules. */

/* A row of ladder_find; its version apart. ERR_DB for one that no CHECK of the table would let in.
 */
MUST_CHECK enum err store_remind_ladder(const struct store_rows *rows, size_t row,
                                        struct remind_ladder *ret_ladder);
/* A row of remind_facts. */
MUST_CHECK enum err store_remind_facts(const struct store_rows *rows, size_t row,
                                       struct remind_facts *ret_facts);

#endif
