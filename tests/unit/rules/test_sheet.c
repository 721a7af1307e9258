/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/sheet.h"

#include "tests/unit/unit.h"

static void told(void *context, enum sheet_problem problem, enum sheet_column column, size_t cell)
{
    struct buf *text = context;
    buf_print(text, "%s %s %zu\n",
              problem == SHEET_HEADING_UNKNOWN   ? "unknown"
              : problem == SHEET_HEADING_MISSING ? "missing"
                                                 : "twice",
              column < SHEET_COLUMNS ? sheet_column(column)->heading : "-", cell);
}

static void find(const struct sheet_map *map, const char *heading, struct buf *text,
                 struct sheet_heading *ret_heading)
{
    ARENA(arena, 100000);
    struct str rest = str_from(heading), cells[40];
    size_t count = 0;
    while (str_split(&rest, ',', &cells[count])) count++;
    sheet_heading_find(map, cells, count, arena, told, text, ret_heading);
}

static void headings(void **state)
{
    (void)state;
    static const struct {
        const char *heading, *told;
    } cases[] = {
        {"arrangement,child_birth_name,child_dob,adopter_names,party_name", ""},
        {"Party Name,ARRANGEMENT,child-birth-name,Child DOB,adopter_names", ""},
        {"arrangement,child_birth_name,child_dob,adopter_names,party_name,,", ""},
        {"arrangement,child_birth_name,child_dob,adopter_names,party_name,Shoe size,notes",
         "unknown - 6\n"},
        {"arrangement,arrangement,child_birth_name,child_dob,adopter_names,party_name",
         "twice arrangement 2\n"},
        {"arrangement,child_birth_name,adopter_names,party_name", "missing child_dob 0\n"},
        {"Ann Marsh,Tom",
         "unknown - 1\nunknown - 2\nmissing arrangement 0\nmissing child_birth_name 0\n"
         "missing child_dob 0\nmissing adopter_names 0\nmissing party_name 0\n"},
    };
    struct sheet_map map;
    sheet_map_plain(&map);
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 10000);
        struct sheet_heading heading;
        find(&map, cases[i].heading, &text, &heading);
        assert_str(buf_str(&text), str_from(cases[i].told));
    }
}

static void mapping(void **state)
{
    (void)state;
    ARENA(arena, 100000);
    BUF(problem, 1000);
    BUF(text, 10000);
    struct sheet_map map;
    struct sheet_heading heading;
    assert_ok(sheet_map_read(STR("# ours\n[columns]\narrangement = Our Ref: No\n"
                                 "party_name=Relative\n"),
                             arena, &problem, &map));
    find(&map, "our ref:  no,relative,child_birth_name,child_dob,adopter_names", &text, &heading);
    assert_buf(text, "");
    assert_int_equal(heading.places[COLUMN_REFERENCE], 0);
    assert_int_equal(heading.places[COLUMN_NAME], 1);
    assert_int_equal(heading.places[COLUMN_NOTES], SHEET_NOWHERE);
}

static void bad_mappings(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"[columns]\nshoe = Size\n",
         "line 2: the template has no such column; docs/import.md lists them"},
        {"[rows]\narrangement = x\n", "line 2: the only section is [columns]"},
        {"[columns]\narrangement =\n", "line 2: no heading stands after the ="},
        {"[columns]\narrangement\n", "line 2: write column = heading, [columns] or # comment"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        BUF(problem, 1000);
        struct sheet_map map;
        assert_err(sheet_map_read(str_from(cases[i].text), arena, &problem, &map), ERR_CONFIG);
        assert_str(buf_str(&problem), str_from(cases[i].problem));
    }
    ARENA(arena, 100000);
    BUF(problem, 1000);
    BUF(line, 10000);
    struct sheet_map map;
    for (int i = 0; i < 5000; i++) buf_add_byte(&line, 'x');
    assert_err(sheet_map_read(buf_str(&line), arena, &problem, &map), ERR_CONFIG);
    assert_buf(problem, "line 1: the line is too long");
}

/* Each has a rule and a cure, and none could be a cell's own words. */
static void problems(void **state)
{
    (void)state;
    int warnings = 0;
    for (int i = SHEET_FINE + 1; i < SHEET_PROBLEMS; i++) {
        assert_true(strlen(sheet_problem((enum sheet_problem)i)) > 20);
        assert_true(strlen(sheet_cure((enum sheet_problem)i)) > 10);
        assert_null(strchr(sheet_problem((enum sheet_problem)i), '%'));
        warnings += sheet_is_warning((enum sheet_problem)i);
    }
    assert_true(warnings > 5);
    assert_false(sheet_is_warning(SHEET_FINE));
}

UNIT_MAIN(NULL, cmocka_unit_test(headings), cmocka_unit_test(mapping),
          cmocka_unit_test(bad_mappings), cmocka_unit_test(problems))
