/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is new in the register, and what stays. */
#include "ops/letterboxctl/import.h"

/* Does the list begin with these lines? Lists only ever gain at their front. */
static bool begins_with(struct str list, struct str lines)
{
    return str_starts(list, lines) && (list.len == lines.len || list.at[lines.len] == '\n');
}

static bool has_all_lines(struct str text, struct str lines)
{
    struct str line, rest, one;
    while (str_split(&lines, '\n', &line)) {
        bool is_there = line.len == 0;
        rest = text;
        while (!is_there && str_split(&rest, '\n', &one)) is_there = str_equal(one, line);
        if (!is_there) return false;
    }
    return true;
}

bool import_differs(const struct import_facts *facts, enum sheet_column column, struct str plain)
{
    const struct sheet_column_info *info = sheet_column(column);
    struct str stored = facts->stored[info->slot];
    if (plain.len == 0) return false;
    if (info->meeting == MEETING_GATHER) return !has_all_lines(stored, plain);
    if (info->meeting == MEETING_LATEST) return str_order(plain, stored) > 0;
    bool is_list = column == COLUMN_EMAIL || column == COLUMN_PHONE ||
                   column == COLUMN_HOME_EMAIL || column == COLUMN_HOME_PHONE;
    return is_list ? !begins_with(stored, plain) : !str_equal(stored, plain);
}

static struct import_facts *facts_of(const struct import_row *row, enum sheet_thing thing)
{
    switch (thing) {
    case THING_ARRANGEMENT: return &row->arrangement->facts;
    case THING_CHILD: return &row->arrangement->child->facts;
    case THING_HOME: return &row->home->facts;
    case THING_PARTY: return &row->member->party->facts;
    default: return NULL;
    }
}

static bool is_contact(enum sheet_column column)
{
    enum sheet_thing thing = sheet_column(column)->thing;
    int slot = sheet_column(column)->slot;
    return (thing == THING_HOME || thing == THING_PARTY) &&
           (slot == PARTY_ADDRESS || slot == PARTY_EMAIL || slot == PARTY_PHONE ||
            slot == PARTY_CHANNEL);
}

static void mark_arrangement(struct import_arrangement *arrangement, enum sheet_column column)
{
    if (column == COLUMN_STATUS || column == COLUMN_COURT_ORDER) arrangement->changes_state = true;
    if (column == COLUMN_MONTHS || column == COLUMN_FIRST_WRITER || column == COLUMN_PHOTOS)
        arrangement->changes_terms = true;
    if (column == COLUMN_LAST_IN || column == COLUMN_LAST_OUT) arrangement->changes_dates = true;
    if (column == COLUMN_KIND || column == COLUMN_FIRST_WRITER) arrangement->changes_members = true;
}

bool import_changes(const struct import_row *row, enum sheet_column column)
{
    const struct import_facts *facts = facts_of(row, sheet_column(column)->thing);
    return facts && facts->id && import_is_fresh(row, column) &&
           import_differs(facts, column, row->plain[column]);
}

/* One cell of a row whose thing is in the register. */
static void change_cell(struct import *import, struct import_row *row, enum sheet_column column)
{
    struct import_facts *facts = facts_of(row, sheet_column(column)->thing);
    if (!import_changes(row, column)) return;
    row->is_changed = true;
    facts->changes = true;
    if (sheet_column(column)->thing == THING_ARRANGEMENT)
        mark_arrangement(row->arrangement, column);
    if (is_contact(column)) {
        facts->changes_contact = true;
        import_note(import, row, column, SHEET_CONTACT_CHANGED);
    }
}

static void change_row(struct import *import, struct import_row *row)
{
    row->is_changed = false;
    row->is_new = !row->member->is_stored;
    for (int i = 0; i < SHEET_COLUMNS; i++) change_cell(import, row, (enum sheet_column)i);
    if (row->is_new) {
        row->arrangement->changes_members = true;
        row->arrangement->facts.changes = true;
    }
    import->counts.new_rows += row->is_new;
    import->counts.changed += !row->is_new && row->is_changed;
    import->counts.unchanged += !row->is_new && !row->is_changed;
}

void import_change(struct import *import)
{
    for (size_t i = 0; i < import->row_count; i++)
        if (!import->rows[i].is_rejected) change_row(import, &import->rows[i]);
    for (size_t i = 0; i < import->arrangements.count; i++)
        import->counts.arrangements +=
            ((struct import_arrangement *)import->arrangements.at[i])->facts.row > 0;
    for (size_t i = 0; i < import->children.count; i++)
        import->counts.children += ((struct import_child *)import->children.at[i])->facts.row > 0;
    for (size_t i = 0; i < import->parties.count; i++)
        import->counts.parties += ((struct import_party *)import->parties.at[i])->facts.row > 0;
}
