/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_SHEET_H
#define LETTERBOX_RULES_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * An import file: one row for each arrangement and relative. sheet.def has its columns,
 * sheet_problem.def what can be wrong with it.
 *
 * A mapping file says under which other headings the columns stand:
 *
 *     [columns]
 *     arrangement = Our ref
 *     party_name = Birth relative
 */

/* Places in the things that a row tells of. */
enum { CHILD_BIRTH_NAME, CHILD_ADOPTIVE_NAME, CHILD_DOB, CHILD_ORDER_DATE };
enum {
    PARTY_NAMES,
    PARTY_ADDRESS,
    PARTY_EMAIL,
    PARTY_PHONE,
    PARTY_CHANNEL,
    PARTY_RELATIONSHIP,
    PARTY_LEAKS,
    PARTY_LANGUAGE,
    PARTY_READS,
};
enum {
    TERM_STATUS,
    TERM_KIND,
    TERM_MONTHS,
    TERM_FIRST_WRITER,
    TERM_PHOTOS,
    TERM_RISK,
    TERM_COURT_ORDER,
    TERM_LAST_IN,
    TERM_LAST_OUT,
    TERM_NOTES,
    SHEET_SLOTS, /* as many as the thing with most of them has */
};

enum sheet_thing { THING_ROW, THING_CHILD, THING_ARRANGEMENT, THING_HOME, THING_PARTY };
enum sheet_meeting { MEETING_SAME, MEETING_GATHER, MEETING_LATEST };

enum sheet_column {
#define COLUMN(code, heading, thing, slot, meeting) COLUMN_##code,
#include "rules/sheet.def"
#undef COLUMN
    SHEET_COLUMNS
};

struct sheet_column_info {
    const char *heading;
    enum sheet_thing thing;
    int slot;
    enum sheet_meeting meeting;
};
const struct sheet_column_info *sheet_column(enum sheet_column column);

enum sheet_problem {
    SHEET_FINE = 0,
#define PROBLEM(code, problem, cure) SHEET_##code,
#define WARNING(code, problem, cure) SHEET_##code,
#include "rules/sheet_problem.def"
#undef PROBLEM
#undef WARNING
    SHEET_PROBLEMS
};

/* Not of SHEET_FINE. */
const char *sheet_problem(enum sheet_problem problem);
const char *sheet_cure(enum sheet_problem problem);
/* The row is taken all the same. */
bool sheet_is_warning(enum sheet_problem problem);

/* ---- headings ---- */

enum { SHEET_MAP_BYTES = 64 * 1024 };

/* Under which heading each column stands; folded for comparing. */
struct sheet_map {
    struct str headings[SHEET_COLUMNS];
};
/* The template's own headings. */
void sheet_map_plain(struct sheet_map *ret_map);
/* ERR_CONFIG with a sentence that names the line in *problem. */
MUST_CHECK enum err sheet_map_read(struct str text, struct arena *arena, struct buf *problem,
                                   struct sheet_map *ret_map);

enum { SHEET_NOWHERE = -1 };
struct sheet_heading {
    int places[SHEET_COLUMNS]; /* which cell of a record; SHEET_NOWHERE */
};
/* A problem's column: of the template, or (SHEET_COLUMNS) the number of a cell of the file. */
typedef void sheet_heading_problem(void *context, enum sheet_problem problem,
                                   enum sheet_column column, size_t cell);
/*
 * Finds the columns in the file's first record; each problem is told. Of headings that are not
 * known only the number is told: where a file has no heading they are a family's data.
 */
void sheet_heading_find(const struct sheet_map *map, const struct str *cells, size_t count,
                        struct arena *arena, sheet_heading_problem *tell, void *context,
                        struct sheet_heading *ret_heading);

#endif
