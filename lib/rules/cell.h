/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_CELL_H
#define LETTERBOX_RULES_CELL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/day.h"
#include "core/str.h"
#include "rules/permit.h"
#include "rules/person.h"
#include "rules/schedule.h"
#include "rules/sheet.h"

/*
 * One cell of an import file, as people write it, read into what it means; or the problem with it
 * (sheet_problem.def). What could only be guessed is a problem.
 *
 *     cell                            means
 *     'not a formula, '=1+1           the same without the apostrophe that an export put there
 *     n/a, -, none, not known         nothing, where no word is asked for
 *     03/04/2019, 3.4.2019            3 April 2019; a time of day after it is passed over
 *     3 Apr 2019, 3rd April 2019      the same; so is 2019-04-03
 *     Mar & Sept, March/September     months 3 and 9; so are 3, 9 and 03;09
 *     Ann and Tom Marsh               two people of one household, Ann Marsh and Tom Marsh
 *     a@x.example; b@x.example        two addresses
 *     name=Okafor; place=Otley        two entries of a leak list
 *
 * Cells are trimmed UTF-8 in NFC without control characters (core/csv.h). Results lie in the arena.
 */

enum { CELL_LEAKS = 200 };

/* Folded for comparing: small letters, no accents, one space between words. */
struct str cell_fold(struct str text, struct arena *arena);
/* Without the apostrophe before what a spreadsheet would take for a formula. */
struct str cell_text(struct str cell);
/* Is it empty, or a word that people write for that? */
bool cell_says_nothing(struct str cell);

/* Which of the words (NULL after the last) it is, without regard to case, spaces and hyphens. */
bool cell_word(struct str cell, const char *const *words, size_t *ret_index);
enum sheet_problem cell_date(struct str cell, struct day *ret_day);
enum sheet_problem cell_months(struct str cell, struct months *ret_months);
/* ISO 639: "en". */
enum sheet_problem cell_language(struct str cell, struct str *ret_code);
/* usual, large (print), easy (words). */
enum sheet_problem cell_reads(struct str cell, struct str *ret_word);
/* On which side of the child somebody stands whom the cell calls so. */
enum side cell_relation(struct str cell, struct arena *arena);

/* ---- cells that hold several (cell_list.c) ---- */

/* The people of one household. */
enum sheet_problem cell_names(struct str cell, struct arena *arena, struct person_list *ret_names);
/*
 * Their first names: "Ann and Tom", what the other side may know them as. Of "Mrs Marsh" and
 * "Okafor family" there are none; a lone word may be one, or (of a family who must not be found) a
 * surname.
 */
struct str cell_first_names(const struct person_list *names, bool may_be_lone, struct arena *arena);
bool cell_has_two_surnames(const struct person_list *names, struct arena *arena);
/* Parted at semicolons, commas, line breaks and "or"; PERSON_LIST at most. */
enum sheet_problem cell_emails(struct str cell, struct arena *arena, struct person_list *ret_list);
enum sheet_problem cell_phones(struct str cell, struct arena *arena, struct person_list *ret_list);
/* Has the number lost its leading nought, or was it rounded (4.47701E+11)? */
bool cell_phone_was_number(struct str phone);
/* In lines, for a label. */
struct str cell_address(struct str cell, struct arena *arena);
/* The categories are not checked: what they are, lib/redact knows. */
enum sheet_problem cell_leaks(struct str cell, struct arena *arena, struct person_leak *ret_leaks,
                              size_t *ret_count);

#endif
