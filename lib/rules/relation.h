/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_RELATION_H
#define LETTERBOX_RULES_RELATION_H

#include "core/str.h"

/*
 * What a party's record says of who they are to the child ("maternal grandmother", "Mum and Dad"),
 * as one of the few words that reports count by (rules/report.def, RELATION): a record is sealed,
 * and its own words would tell of one family.
 *
 * The words of relation.def are looked for as whole words, in any case. Both a mother and a father
 * make "parents"; of others the first in the order of relation.def. Nothing written: "unknown";
 * nothing known: "other".
 */
enum { RELATION_TEXT_BYTES = 400 };

struct str relation_word(struct str text);

#endif
