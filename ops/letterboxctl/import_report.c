/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What was found in the file: for programs, and for the coordinator whose spreadsheet it is. */
#include <stdio.h>
#include <stdlib.h>

#include "core/json.h"
#include "ops/letterboxctl/import.h"

static void add(struct import *import, struct import_notes *notes, struct import_note note)
{
    enum { NEAR = 100 }; /* a row's notes are made one after the other */
    for (size_t i = notes->count > NEAR ? notes->count - NEAR : 0; i < notes->count; i++)
        if (notes->at[i].line == note.line && notes->at[i].column == note.column &&
            notes->at[i].cell == note.cell && notes->at[i].problem == note.problem)
            return;
    if (notes->count == notes->room) {
        size_t room = notes->room ? 2 * notes->room : 64;
        struct import_note *at = ARENA_MANY(import->arena, room, struct import_note);
        for (size_t i = 0; i < notes->count; i++) at[i] = notes->at[i];
        notes->at = at;
        notes->room = room;
    }
    notes->at[notes->count++] = note;
}

void import_note_line(struct import *import, size_t line, enum sheet_column column, size_t cell,
                      enum sheet_problem problem)
{
    struct import_notes *notes = sheet_is_warning(problem) ? &import->warnings : &import->rejected;
    add(import, notes, (struct import_note){line, column, cell, problem});
}

void import_note(struct import *import, struct import_row *row, enum sheet_column column,
                 enum sheet_problem problem)
{
    if (!sheet_is_warning(problem)) {
        row->is_rejected = true;
        row->is_dropped = row->is_dropped || import->is_joining;
    }
    import_note_line(import, row->line, column, 0, problem);
}

static int by_line(const void *a, const void *b)
{
    const struct import_note *one = a, *two = b;
    if (one->line != two->line) return one->line < two->line ? -1 : 1;
    if (one->column != two->column) return one->column < two->column ? -1 : 1;
    return one->cell < two->cell ? -1 : one->cell > two->cell;
}

static void sort(struct import_notes *notes)
{
    if (notes->count) qsort(notes->at, notes->count, sizeof *notes->at, by_line);
}

static struct str column_of(const struct import *import, const struct import_note *note)
{
    if (note->column < SHEET_COLUMNS) return str_from(sheet_column(note->column)->heading);
    return note->cell ? arena_print(import->arena, "column %zu", note->cell) : STR("");
}

static json_t *notes_json(const struct import *import, const struct import_notes *notes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < notes->count; i++) {
        const struct import_note *note = &notes->at[i];
        json_t *one = json_object();
        json_put_int(one, "line", (int64_t)note->line);
        json_put_str(one, "column", column_of(import, note));
        json_put_str(one, "problem", str_from(sheet_problem(note->problem)));
        json_put_str(one, "cure", str_from(sheet_cure(note->problem)));
        json_add(list, one);
    }
    return list;
}

void import_report_json(struct import *import, FILE *to)
{
    JSON all = json_object();
    sort(&import->rejected);
    sort(&import->warnings);
    json_put_int(all, "rows", (int64_t)import->row_count);
    json_put_int(all, "new", (int64_t)import->counts.new_rows);
    json_put_int(all, "changed", (int64_t)import->counts.changed);
    json_put_int(all, "unchanged", (int64_t)import->counts.unchanged);
    json_put(all, "rejected", notes_json(import, &import->rejected));
    json_put(all, "warnings", notes_json(import, &import->warnings));
    json_put_int(all, "arrangements", (int64_t)import->counts.arrangements);
    json_put_int(all, "parties", (int64_t)import->counts.parties);
    json_put_int(all, "children", (int64_t)import->counts.children);
    json_put_int(all, "siblings_linked", (int64_t)import->linked);
    json_dumpf(all, to, JSON_INDENT(2));
    fputc('\n', to);
}

static void print_notes(const struct import *import, const struct import_notes *notes,
                        const char *kind, FILE *to)
{
    for (size_t i = 0; i < notes->count; i++) {
        const struct import_note *note = &notes->at[i];
        struct str column = column_of(import, note);
        fprintf(to, "line %zu%s%.*s: %s%s\n    %s\n", note->line, column.len ? ", " : "",
                STR_ARG(column), kind, sheet_problem(note->problem), sheet_cure(note->problem));
    }
}

void import_report_words(struct import *import, bool is_dry, FILE *to)
{
    size_t rejected = 0;
    sort(&import->rejected);
    sort(&import->warnings);
    print_notes(import, &import->rejected, "", to);
    print_notes(import, &import->warnings, "warning: ", to);
    for (size_t i = 0; i < import->row_count; i++) rejected += import->rows[i].is_rejected;
    fprintf(to, "%s%zu rows: %zu new, %zu changed, %zu unchanged, %zu rejected.\n",
            import->rejected.count + import->warnings.count ? "\n" : "", import->row_count,
            import->counts.new_rows, import->counts.changed, import->counts.unchanged, rejected);
    fprintf(to,
            "%zu arrangements, %zu children, %zu people or households, %zu pairs of siblings.\n",
            import->counts.arrangements, import->counts.children, import->counts.parties,
            import->linked);
    if (is_dry) fprintf(to, "This was a dry run: nothing was written.\n");
}

/* ---- progress ---- */

void import_progress(const struct import *import, const char *what, size_t done, size_t all)
{
    enum { STEP = 64, WIDTH = 30 };
    if (!import->shows_progress || (done % STEP != 0 && done != all)) return;
    if (all == 0) {
        fprintf(stderr, "\r\033[K%s %zu", what, done);
        return;
    }
    size_t filled = (done < all ? done : all) * WIDTH / all;
    fprintf(stderr, "\r\033[K%-9s [", what);
    for (size_t i = 0; i < WIDTH; i++) fputc(i < filled ? '#' : ' ', stderr);
    fprintf(stderr, "] %zu of %zu", done, all);
}

void import_progress_end(const struct import *import)
{
    if (import->shows_progress) fprintf(stderr, "\r\033[K");
}
