/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One cell of an import file, brought to its plain form. */
#include "mail/addr.h"
#include "ops/letterboxctl/import.h"
#include "redact/mark.h"
#include "rules/cell.h"
#include "rules/keep.h"
#include "rules/sides.h"

enum { LINE_BYTES = 300, TEXT_BYTES = 4000, REFERENCE_BYTES = 100 };

void import_lines(struct str plain, struct person_list *ret_list)
{
    struct str rest = plain, line;
    ret_list->count = 0;
    while (ret_list->count < PERSON_LIST && str_split(&rest, '\n', &line))
        if (line.len) ret_list->at[ret_list->count++] = line;
}

static struct str join_lines(const struct person_list *list, struct arena *arena)
{
    BUF_SECRET(text, PERSON_LIST * (size_t)(PERSON_LINE_BYTES + 1));
    for (size_t i = 0; i < list->count; i++) {
        if (i) buf_add_byte(&text, '\n');
        buf_add(&text, list->at[i]);
    }
    return arena_str(arena, buf_str(&text));
}

/* What the file says, and what the database calls it. */
struct words {
    const char *const *said, *const *kept;
};
static const char *const states[] = {"active",   "paused", "suspended",  "held",
                                     "inactive", "ended",  "prohibited", NULL};
static const char *const kinds[] = {"indirect", "direct", "one_way", NULL};
static const char *const channels[] = {"portal", "link", "pgp", "email", "post", NULL};
static const char *const writers[] = {"adopters", "birth", NULL};
static const char *const kept_writers[] = {"adoptive", "birth", NULL};
static const char *const photos[] = {"none", "no_face", "face", "view_only", NULL};
static const char *const orders[] = {"none", "requires", "prohibits", NULL};

static const struct words *words_of(enum sheet_column column)
{
    static const struct words all[] = {{states, states},     {kinds, kinds},
                                       {channels, channels}, {writers, kept_writers},
                                       {photos, photos},     {orders, orders}};
    switch (column) {
    case COLUMN_STATUS: return &all[0];
    case COLUMN_KIND: return &all[1];
    case COLUMN_HOME_CHANNEL:
    case COLUMN_CHANNEL: return &all[2];
    case COLUMN_FIRST_WRITER: return &all[3];
    case COLUMN_PHOTOS: return &all[4];
    case COLUMN_COURT_ORDER: return &all[5];
    default: return NULL;
    }
}

static enum sheet_problem read_word(const struct words *words, struct str cell,
                                    struct str *ret_plain)
{
    size_t index;
    if (!cell_word(cell, words->said, &index)) return SHEET_NOT_LISTED;
    *ret_plain = str_from(words->kept[index]);
    return SHEET_FINE;
}

static enum sheet_problem read_date(const struct import *import, enum sheet_column column,
                                    struct str cell, struct str *ret_plain)
{
    struct day day, eighteenth;
    enum sheet_problem problem = cell_date(cell, &day);
    if (problem != SHEET_FINE) return problem;
    if (day.number > import->today.number) return SHEET_DATE_TO_COME;
    if (keep_eighteenth(day, &eighteenth) != OK) return SHEET_DATE_OLD;
    bool is_birth = column == COLUMN_DOB;
    if (is_birth && day_parts(import->today).year - day_parts(day).year > 100)
        return SHEET_DATE_OLD;
    BUF(text, 16);
    day_put(&text, day);
    *ret_plain = arena_str(import->arena, buf_str(&text));
    return SHEET_FINE;
}

static enum sheet_problem read_months(const struct import *import, struct str cell,
                                      struct str *ret_plain)
{
    struct months months = {0};
    BUF(text, 64);
    enum sheet_problem problem = cell_months(cell, &months);
    if (problem != SHEET_FINE) return problem;
    for (int month = 1; month <= 12; month++) {
        if (!months_have(months, month)) continue;
        if (text.len) buf_add_byte(&text, ',');
        buf_add_int(&text, month);
    }
    *ret_plain = arena_str(import->arena, buf_str(&text));
    return SHEET_FINE;
}

static enum sheet_problem read_names(const struct import *import, struct str cell,
                                     struct str *ret_plain)
{
    struct person_list names;
    enum sheet_problem problem = cell_names(cell, import->arena, &names);
    if (problem == SHEET_FINE) *ret_plain = join_lines(&names, import->arena);
    return problem;
}

static enum sheet_problem read_emails(const struct import *import, struct str cell,
                                      struct str *ret_plain)
{
    struct person_list list;
    enum sheet_problem problem = cell_emails(cell, import->arena, &list);
    for (size_t i = 0; problem == SHEET_FINE && i < list.count; i++) {
        struct str plain;
        if (mail_addr_canonical(list.at[i], import->arena, &plain) != OK)
            problem = SHEET_EMAIL_SHAPE;
    }
    if (problem == SHEET_FINE) *ret_plain = join_lines(&list, import->arena);
    return problem;
}

static enum sheet_problem read_phones(const struct import *import, struct str cell,
                                      struct str *ret_plain)
{
    struct person_list list;
    enum sheet_problem problem = cell_phones(cell, import->arena, &list);
    for (size_t i = 0; problem == SHEET_FINE && i < list.count; i++) {
        struct str plain;
        if (mail_addr_phone(list.at[i], STR("44"), import->arena, &plain) != OK)
            problem = cell_phone_was_number(list.at[i]) ? SHEET_PHONE_ZERO : SHEET_PHONE_SHAPE;
    }
    if (problem == SHEET_FINE) *ret_plain = join_lines(&list, import->arena);
    return problem;
}

static enum sheet_problem read_address(const struct import *import, struct str cell,
                                       struct str *ret_plain)
{
    struct str plain;
    if (cell.len > PERSON_TEXT_BYTES) return SHEET_CELL_TOO_LONG;
    if (sides_address(cell, import->arena, &plain) != OK) return SHEET_ADDRESS_SHAPE;
    *ret_plain = cell_address(cell, import->arena);
    return SHEET_FINE;
}

static enum sheet_problem read_leaks(const struct import *import, struct str cell,
                                     struct str *ret_plain)
{
    struct person_leak leaks[CELL_LEAKS];
    size_t count;
    enum sheet_problem problem = cell_leaks(cell, import->arena, leaks, &count);
    if (problem != SHEET_FINE) return problem;
    BUF_SECRET(text, CELL_LEAKS * (size_t)(2 * PERSON_LINE_BYTES));
    for (size_t i = 0; i < count; i++) {
        enum mark_category category;
        if (!mark_category_get(leaks[i].category, &category)) return SHEET_LEAK_CATEGORY;
        if (text.len) buf_add_byte(&text, '\n');
        buf_add(&text, leaks[i].category);
        buf_add_byte(&text, '=');
        buf_add(&text, leaks[i].term);
    }
    *ret_plain = arena_str(import->arena, buf_str(&text));
    return SHEET_FINE;
}

static enum sheet_problem read_text(struct str cell, size_t max, struct str *ret_plain)
{
    if (cell.len > max) return SHEET_CELL_TOO_LONG;
    *ret_plain = cell;
    return SHEET_FINE;
}

/* A name of a child in one line. */
static enum sheet_problem read_child_name(const struct import *import, struct str cell,
                                          struct str *ret_plain)
{
    if (str_find_byte(cell, '@') != STR_NONE) return SHEET_NAME_SHAPE;
    struct str line = arena_str(import->arena, cell);
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] == '\n') ((char *)line.at)[i] = ' ';
    return read_text(line, LINE_BYTES, ret_plain);
}

enum sheet_problem import_cell(const struct import *import, enum sheet_column column,
                               struct str cell, struct str *ret_plain)
{
    const struct words *words = words_of(column);
    *ret_plain = STR("");
    cell = cell_text(cell);
    if (cell.len == 0) return SHEET_FINE;
    if (words) return read_word(words, cell, ret_plain);
    if (column == COLUMN_RISK || column == COLUMN_NOTES)
        return read_text(cell, TEXT_BYTES, ret_plain);
    if (cell_says_nothing(cell)) return SHEET_FINE;
    switch (column) {
    case COLUMN_REFERENCE: return read_text(cell, REFERENCE_BYTES, ret_plain);
    case COLUMN_BIRTH_NAME:
    case COLUMN_ADOPTIVE_NAME: return read_child_name(import, cell, ret_plain);
    case COLUMN_DOB:
    case COLUMN_ORDER_DATE:
    case COLUMN_LAST_IN:
    case COLUMN_LAST_OUT: return read_date(import, column, cell, ret_plain);
    case COLUMN_HOME_NAMES:
    case COLUMN_NAME: return read_names(import, cell, ret_plain);
    case COLUMN_HOME_ADDRESS:
    case COLUMN_ADDRESS: return read_address(import, cell, ret_plain);
    case COLUMN_HOME_EMAIL:
    case COLUMN_EMAIL: return read_emails(import, cell, ret_plain);
    case COLUMN_HOME_PHONE:
    case COLUMN_PHONE: return read_phones(import, cell, ret_plain);
    case COLUMN_MONTHS: return read_months(import, cell, ret_plain);
    case COLUMN_LEAK_LIST: return read_leaks(import, cell, ret_plain);
    case COLUMN_LANGUAGE: return cell_language(cell, ret_plain);
    case COLUMN_READS: return cell_reads(cell, ret_plain);
    default: return read_text(cell, LINE_BYTES, ret_plain);
    }
}
