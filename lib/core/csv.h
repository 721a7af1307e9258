/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CORE_CSV_H
#define LETTERBOX_CORE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

/*
 * A table as spreadsheet programs write it (RFC 4180, and what they make of it):
 *
 *     sep=;                                      Excel's own hint, passed over
 *     arrangement;child_birth_name;notes         the first record says what parts cells
 *     12/2019;"Maisie ""May"" Marsh";"two
 *     lines"                                     a record may go on over lines
 *
 * Text is UTF-8, with or without its mark, or else windows-1252, and comes out as UTF-8, NFC,
 * without control characters. What parts cells is the one of comma, semicolon and tab that the
 * first record has most of. Lines without a cell that says anything are passed over. A quotation
 * mark inside a cell that doesn't begin with one is text.
 *
 * libcsv takes records apart. It counts no lines and has no limits, so it is given byte after byte,
 * and both are kept here: a record is known by the line on which it begins.
 *
 * The file's bytes stay the caller's and must live as long; cells lie in the arena of csv_next.
 */
enum {
    CSV_FILE_BYTES = 32 * 1024 * 1024,
    CSV_RECORD_BYTES = 128 * 1024,
    CSV_CELLS = 300,
};

enum csv_text { CSV_TEXT_UTF8, CSV_TEXT_WINDOWS };

struct csv_record {
    size_t line; /* of the file, from 1 */
    struct str *cells;
    size_t count;
};

struct csv;

/*
 * The reader lives in the arena. ERR_TOO_BIG past CSV_FILE_BYTES; ERR_BAD_UTF8 when it is no text
 * in one of the two: a spreadsheet's own file, UTF-16, zero bytes.
 */
MUST_CHECK enum err csv_open(struct str file, struct arena *arena, struct csv **ret_csv);
enum csv_text csv_text(const struct csv *csv);

/*
 * The next record. ERR_NOT_FOUND after the last. For these ret_record->line is set, and nothing can
 * be read after them: ERR_TOO_BIG past a limit; ERR_BAD_INPUT for a quotation mark that nothing
 * closes; ERR_BAD_UTF8 for a character that cannot be kept.
 */
MUST_CHECK enum err csv_next(struct csv *csv, struct arena *arena, struct csv_record *ret_record);

#endif
