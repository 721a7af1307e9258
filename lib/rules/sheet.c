/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/sheet.h"

#include <ini.h>
#include <string.h>

#include "core/conf.h"
#include "rules/cell.h"

static const struct sheet_column_info columns[] = {
#define COLUMN(code, heading, thing, slot, meeting) \
    {heading, THING_##thing, slot, MEETING_##meeting},
#include "rules/sheet.def"
#undef COLUMN
};

const struct sheet_column_info *sheet_column(enum sheet_column column)
{
    ASSERT(column < SHEET_COLUMNS);
    return &columns[column];
}

static const struct {
    const char *problem, *cure;
    bool is_warning;
} problems[] = {
    {"", "", false},
#define PROBLEM(code, problem, cure) {problem, cure, false},
#define WARNING(code, problem, cure) {problem, cure, true},
#include "rules/sheet_problem.def"
#undef PROBLEM
#undef WARNING
};

const char *sheet_problem(enum sheet_problem problem)
{
    ASSERT(problem > SHEET_FINE && problem < SHEET_PROBLEMS);
    return problems[problem].problem;
}

const char *sheet_cure(enum sheet_problem problem)
{
    ASSERT(problem > SHEET_FINE && problem < SHEET_PROBLEMS);
    return problems[problem].cure;
}

bool sheet_is_warning(enum sheet_problem problem)
{
    return problems[problem].is_warning;
}

/* ---- headings ---- */

void sheet_map_plain(struct sheet_map *ret_map)
{
    for (int i = 0; i < SHEET_COLUMNS; i++) ret_map->headings[i] = str_from(columns[i].heading);
}

struct reading {
    struct sheet_map map;
    struct arena *arena;
    struct buf *problem;
    const char *said; /* what is wrong, or NULL */
};

static int take(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;
    if (strcmp(section, "columns") != 0) {
        reading->said = "the only section is [columns]";
        return 0;
    }
    for (int i = 0; i < SHEET_COLUMNS; i++) {
        if (strcmp(name, columns[i].heading) != 0) continue;
        struct str heading = cell_fold(str_from(value), reading->arena);
        if (heading.len == 0) {
            reading->said = "no heading stands after the =";
            return 0;
        }
        reading->map.headings[i] = heading;
        return 1;
    }
    reading->said = "the template has no such column; docs/import.md lists them";
    return 0;
}

enum err sheet_map_read(struct str text, struct arena *arena, struct buf *problem,
                        struct sheet_map *ret_map)
{
    struct reading reading = {.arena = arena, .problem = problem};
    struct str rest = text, line;
    conf_set_up_inih();
    sheet_map_plain(&reading.map);
    if (text.len > SHEET_MAP_BYTES || str_find_byte(text, 0) != STR_NONE) return ERR_CONFIG;
    for (int number = 1; str_split(&rest, '\n', &line); number++)
        if (line.len > CONF_LINE_BYTES) {
            buf_print(problem, "line %d: the line is too long", number);
            return ERR_CONFIG;
        }
    int wrong = ini_parse_string(arena_c(arena, text), take, &reading);
    if (wrong < 0) return ERR_MEMORY;
    if (wrong > 0) {
        buf_print(problem, "line %d: %s", wrong,
                  reading.said ? reading.said : "write column = heading, [columns] or # comment");
        return ERR_CONFIG;
    }
    *ret_map = reading.map;
    return OK;
}

/* Without these no row can be understood. */
static bool is_needed(enum sheet_column column)
{
    return column == COLUMN_REFERENCE || column == COLUMN_BIRTH_NAME || column == COLUMN_DOB ||
           column == COLUMN_HOME_NAMES || column == COLUMN_NAME;
}

/* "Child dob" and "child-dob" are child_dob. */
static struct str heading_fold(struct str text, struct arena *arena)
{
    struct str folded = cell_fold(text, arena);
    char *letters = (char *)arena_str(arena, folded).at;
    for (size_t i = 0; i < folded.len; i++)
        if (letters[i] == ' ' || letters[i] == '-') letters[i] = '_';
    return (struct str){letters, folded.len};
}

static enum sheet_column column_of(const struct sheet_map *map, struct str cell,
                                   struct arena *arena)
{
    struct str folded = cell_fold(cell, arena), plain = heading_fold(cell, arena);
    for (int i = 0; i < SHEET_COLUMNS; i++)
        if (str_equal(folded, map->headings[i]) || str_equal(plain, map->headings[i]))
            return (enum sheet_column)i;
    return SHEET_COLUMNS;
}

void sheet_heading_find(const struct sheet_map *map, const struct str *cells, size_t count,
                        struct arena *arena, sheet_heading_problem *tell, void *context,
                        struct sheet_heading *ret_heading)
{
    for (int i = 0; i < SHEET_COLUMNS; i++) ret_heading->places[i] = SHEET_NOWHERE;
    for (size_t cell = 0; cell < count; cell++) {
        if (cells[cell].len == 0) continue;
        enum sheet_column column = column_of(map, cells[cell], arena);
        if (column == SHEET_COLUMNS)
            tell(context, SHEET_HEADING_UNKNOWN, column, cell + 1);
        else if (ret_heading->places[column] != SHEET_NOWHERE)
            tell(context, SHEET_HEADING_TWICE, column, cell + 1);
        else
            ret_heading->places[column] = (int)cell;
    }
    for (int i = 0; i < SHEET_COLUMNS; i++)
        if (ret_heading->places[i] == SHEET_NOWHERE && is_needed((enum sheet_column)i))
            tell(context, SHEET_HEADING_MISSING, (enum sheet_column)i, 0);
}
