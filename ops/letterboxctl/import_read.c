/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From the file to rows whose cells are in their plain form. */
#include "core/csv.h"
#include "ops/letterboxctl/import.h"
#include "rules/cell.h"

struct heading_problems {
    struct import *import;
    size_t line;
    bool is_unusable;
};

static void note_heading(void *context, enum sheet_problem problem, enum sheet_column column,
                         size_t cell)
{
    struct heading_problems *problems = context;
    import_note_line(problems->import, problems->line, column, cell, problem);
    if (!sheet_is_warning(problem)) problems->is_unusable = true;
}

/* The problem of what could not be read, at the line where it begins. */
static void note_end(struct import *import, size_t line, enum err code)
{
    enum sheet_problem problem = code == ERR_BAD_INPUT ? SHEET_UNCLOSED
                                 : code == ERR_TOO_BIG ? SHEET_TOO_LONG
                                                       : SHEET_UNREADABLE;
    import_note_line(import, line, SHEET_COLUMNS, 0, problem);
}

static bool is_child_named(const struct import_row *row)
{
    return row->plain[COLUMN_BIRTH_NAME].len && row->plain[COLUMN_DOB].len;
}

/* What can be said of a row by itself. */
static void check_row(struct import *import, struct import_row *row)
{
    static const enum sheet_column needed[] = {COLUMN_REFERENCE, COLUMN_NAME};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (row->plain[needed[i]].len == 0 && !row->is_rejected)
            import_note(import, row, needed[i], SHEET_MISSING);
    struct str born = row->plain[COLUMN_DOB], ordered = row->plain[COLUMN_ORDER_DATE];
    if (is_child_named(row) && ordered.len && str_order(ordered, born) < 0)
        import_note(import, row, COLUMN_ORDER_DATE, SHEET_ORDER_BEFORE_BIRTH);
    struct str risk = row->plain[COLUMN_RISK];
    if (risk.len && (cell_says_nothing(risk) || str_same(risk, STR("no"))))
        import_note(import, row, COLUMN_RISK, SHEET_RISK_NONE);
    struct person_list names;
    import_lines(row->plain[COLUMN_HOME_NAMES], &names);
    if (names.count && cell_first_names(&names, false, import->arena).len == 0)
        import_note(import, row, COLUMN_HOME_NAMES, SHEET_NAME_FIRST);
    import_lines(row->plain[COLUMN_NAME], &names);
    if (names.count && cell_first_names(&names, true, import->arena).len == 0)
        import_note(import, row, COLUMN_NAME, SHEET_NAME_FIRST);
    if (cell_has_two_surnames(&names, import->arena))
        import_note(import, row, COLUMN_NAME, SHEET_TWO_SURNAMES);
}

static void take_row(struct import *import, const struct sheet_heading *heading,
                     const struct csv_record *record)
{
    struct import_row *row = &import->rows[import->row_count++];
    row->line = record->line;
    size_t width = 0;
    for (int i = 0; i < SHEET_COLUMNS; i++) {
        int place = heading->places[i];
        if (place != SHEET_NOWHERE && (size_t)place + 1 > width) width = (size_t)place + 1;
        if (place == SHEET_NOWHERE || (size_t)place >= record->count) continue;
        enum sheet_column column = (enum sheet_column)i;
        enum sheet_problem problem =
            import_cell(import, column, record->cells[place], &row->plain[i]);
        if (problem != SHEET_FINE) import_note(import, row, column, problem);
    }
    check_row(import, row);
}

/* Cells beyond the heading: something was not quoted, and all may stand in wrong columns. */
static bool is_too_wide(const struct csv_record *record, size_t width)
{
    for (size_t i = width; i < record->count; i++)
        if (record->cells[i].len) return true;
    return false;
}

static enum err read_rows(struct import *import, struct csv *csv,
                          const struct sheet_heading *heading, size_t width)
{
    struct csv_record record = {0};
    enum err code;
    while ((code = csv_next(csv, import->arena, &record)) == OK) {
        if (import->row_count == IMPORT_ROWS) {
            import_note_line(import, record.line, SHEET_COLUMNS, 0, SHEET_TOO_MANY_ROWS);
            return OK;
        }
        import_progress(import, "Reading", import->row_count, 0);
        if (is_too_wide(&record, width)) {
            struct import_row *row = &import->rows[import->row_count++];
            row->line = record.line;
            import_note(import, row, SHEET_COLUMNS, SHEET_TOO_MANY_CELLS);
            row->is_dropped = true;
            continue;
        }
        take_row(import, heading, &record);
    }
    if (code != ERR_NOT_FOUND) note_end(import, record.line, code);
    if (arena_over(import->arena)) return ERR_TOO_BIG;
    return OK;
}

enum err import_read(struct import *import, struct str file, const struct sheet_map *map)
{
    struct csv *csv;
    struct csv_record record = {.line = 1};
    struct sheet_heading heading;
    TRY(csv_open(file, import->arena, &csv));
    enum err code = csv_next(csv, import->arena, &record);
    if (code != OK && code != ERR_NOT_FOUND) note_end(import, record.line, code);
    if (code == ERR_NOT_FOUND) import_note_line(import, 1, SHEET_COLUMNS, 0, SHEET_NO_ROWS);
    import->is_unusable = true;
    if (code != OK) return OK;
    struct heading_problems problems = {.import = import, .line = record.line};
    sheet_heading_find(map, record.cells, record.count, import->arena, note_heading, &problems,
                       &heading);
    if (problems.is_unusable) return OK;
    import->is_unusable = false;
    import->rows = ARENA_MANY(import->arena, IMPORT_ROWS, struct import_row);
    TRY(read_rows(import, csv, &heading, record.count));
    import->is_unusable = import->row_count == 0;
    if (import->is_unusable && import->rejected.count == 0)
        import_note_line(import, record.line, SHEET_COLUMNS, 0, SHEET_NO_ROWS);
    return OK;
}
