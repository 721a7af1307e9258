/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_CSV_H
#define LETTERBOX_RENDER_CSV_H

#include "core/buf.h"
#include "core/str.h"
#include "rules/report.h"

/*
 * Comma-separated values (RFC 4180): UTF-8 with a byte order mark, by which Excel knows it, lines
 * ended by CR LF, a cell in quotes where it holds a comma, a quote or a line's end.
 *
 * A spreadsheet computes a cell that begins like a formula, also one that came out of a person's
 * mouth. Such a cell gets a leading apostrophe, which spreadsheets take as "this is text": it
 * begins, after any spaces, with = + - @, one of their full-width forms, a tab or a line's end.
 *
 * Every CSV that the program writes is made here.
 */
void render_csv_begin(struct buf *csv);
/* One record; a line of no cells is empty. */
void render_csv_row(struct buf *csv, const struct str *cells, size_t count);

/*
 * A report as it leaves the agency: who made it, of when, and for each table its title, definition,
 * headings, numbers and what adds up to what.
 */
void render_csv_report(struct buf *csv, const struct report *report, struct str agency,
                       struct day printed);
void render_csv_timeline(struct buf *csv, const struct report_event *events, size_t count,
                         struct str agency, struct str reference, struct day printed);

#endif
