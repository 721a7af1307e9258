/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* CSV: records come in the order of their lines, their cells are clean text, and each cell is read
 * as something or refused. */
#include <stdint.h>

#include "core/csv.h"
#include "core/utf8.h"
#include "rules/cell.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_cell(struct str cell, struct arena *arena)
{
    struct day day;
    struct months months;
    struct person_list list;
    struct person_leak leaks[CELL_LEAKS];
    size_t count;
    ASSERT(utf8_valid(cell) && str_find_byte(cell, '\r') == STR_NONE);
    cell = cell_text(cell);
    if (cell_date(cell, &day) == SHEET_FINE) ASSERT(day_parts(day).year >= 1);
    if (cell_months(cell, &months) == SHEET_FINE) ASSERT(months.bits != 0);
    if (cell_names(cell, arena, &list) == SHEET_FINE)
        ASSERT(list.count > 0 && cell_first_names(&list, true, arena).len < 10000);
    (void)cell_emails(cell, arena, &list);
    if (cell_phones(cell, arena, &list) == SHEET_FINE && list.count)
        (void)cell_phone_was_number(list.at[0]);
    (void)cell_leaks(cell, arena, leaks, &count);
    (void)cell_address(cell, arena);
    (void)cell_relation(cell, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len > 65536) return 0;
    ARENA(arena, 256 * 1024 * 1024);
    struct csv *csv;
    struct csv_record record;
    size_t line = 0;
    if (csv_open((struct str){(const char *)bytes, len}, arena, &csv) != OK) return 0;
    while (csv_next(csv, arena, &record) == OK) {
        ASSERT(record.line > line && record.count > 0);
        line = record.line;
        for (size_t i = 0; i < record.count; i++) read_cell(record.cells[i], arena);
    }
    ASSERT(csv_next(csv, arena, &record) == ERR_NOT_FOUND);
    return 0;
}
