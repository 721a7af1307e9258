/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From rows to things: each child, arrangement, family and relative once. */
#include "ops/letterboxctl/import_join.h"

#include "core/json.h"
#include "rules/cell.h"

/* ---- beginning anew, with what the register holds ---- */

static void forget_facts(struct import_facts *facts)
{
    for (int i = 0; i < SHEET_SLOTS; i++) facts->said[i] = (struct import_said){0};
    facts->row = 0;
    facts->changes = facts->changes_contact = false;
}

static struct import_who who_is_stored(const struct import_party *party)
{
    const struct str *stored = party->facts.stored;
    bool is_family = party->kind == SIDE_ADOPTIVE || party->kind == SIDE_SIBLING;
    return (struct import_who){stored[PARTY_NAMES], stored[PARTY_EMAIL], stored[PARTY_PHONE],
                               stored[PARTY_ADDRESS], is_family};
}

static struct str child_key(struct str name, struct str born, struct arena *arena)
{
    return arena_print(arena, "%.*s %.*s", STR_ARG(cell_fold(name, arena)), STR_ARG(born));
}

static void forget_members(struct import_arrangement *arrangement)
{
    struct import_member **link = &arrangement->members;
    while (*link) {
        if (!(*link)->is_stored) {
            *link = (*link)->next;
            continue;
        }
        (*link)->row = 0;
        link = &(*link)->next;
    }
}

static void begin(struct import *import)
{
    json_object_clear(import->index);
    import->children.count = import->stored_children;
    import->arrangements.count = import->stored_arrangements;
    import->parties.count = import->stored_parties;
    for (size_t i = 0; i < import->parties.count; i++) {
        struct import_party *party = import->parties.at[i];
        struct import_who who = who_is_stored(party);
        forget_facts(&party->facts);
        party->is_home = false;
        import_index_party(import, &who, i);
    }
    for (size_t i = 0; i < import->children.count; i++) {
        struct import_child *child = import->children.at[i];
        forget_facts(&child->facts);
        import_index(import, "child",
                     child_key(child->facts.stored[CHILD_BIRTH_NAME],
                               child->facts.stored[CHILD_DOB], import->arena),
                     i);
    }
    for (size_t i = 0; i < import->arrangements.count; i++) {
        struct import_arrangement *arrangement = import->arrangements.at[i];
        forget_facts(&arrangement->facts);
        forget_members(arrangement);
        if (arrangement->reference.len)
            import_index(import, "reference", cell_fold(arrangement->reference, import->arena), i);
    }
}

/* ---- what rows say ---- */

bool import_is_fresh(const struct import_row *row, enum sheet_column column)
{
    if (row->plain[column].len == 0) return false;
    if (!row->member || !row->member->base) return true;
    struct str before = json_get_str(row->member->base, sheet_column(column)->heading);
    return !str_equal(before, row->plain[column]);
}

static bool has_line(struct str text, struct str line)
{
    struct str rest = text, one;
    while (str_split(&rest, '\n', &one))
        if (str_equal(one, line)) return true;
    return false;
}

static struct str gather(struct str text, struct str more, struct arena *arena)
{
    struct str line;
    while (str_split(&more, '\n', &line))
        if (line.len && !has_line(text, line))
            text = arena_print(arena, "%.*s%s%.*s", STR_ARG(text), text.len ? "\n" : "",
                               STR_ARG(line));
    return text;
}

/* A row that is rejected for a cell of its own lends its good ones to the others. */
static void say(struct import *import, struct import_row *row, struct import_facts *facts,
                enum sheet_column column)
{
    const struct sheet_column_info *info = sheet_column(column);
    struct import_said *said = &facts->said[info->slot];
    struct str plain = row->plain[column];
    bool is_fresh = !row->is_rejected && import_is_fresh(row, column);
    if (plain.len == 0) return;
    if (said->row == 0) {
        *said = (struct import_said){plain, (size_t)(row - import->rows) + 1, is_fresh};
        return;
    }
    if (info->meeting == MEETING_GATHER) {
        said->plain = gather(said->plain, plain, import->arena);
    } else if (info->meeting == MEETING_LATEST) {
        if (str_order(plain, said->plain) > 0) said->plain = plain;
    } else if (!str_equal(cell_fold(plain, import->arena), cell_fold(said->plain, import->arena))) {
        if (!row->is_rejected) import_note(import, row, column, SHEET_DIFFERS);
        return;
    }
    said->is_fresh = said->is_fresh || is_fresh;
}

static void say_all(struct import *import, struct import_row *row, enum sheet_thing thing,
                    struct import_facts *facts)
{
    for (int i = 0; i < SHEET_COLUMNS; i++)
        if (sheet_column((enum sheet_column)i)->thing == thing)
            say(import, row, facts, (enum sheet_column)i);
    if (facts->row == 0 && !row->is_rejected) facts->row = (size_t)(row - import->rows) + 1;
}

/* ---- whom a row tells of ---- */

static struct import_arrangement *find_arrangement(struct import *import, struct import_row *row)
{
    struct str folded = cell_fold(row->plain[COLUMN_REFERENCE], import->arena);
    struct import_arrangement *found =
        import_find(import, &import->arrangements, "reference", folded);
    if (found) return found;
    struct import_arrangement *arrangement = ARENA_ONE(import->arena, struct import_arrangement);
    arrangement->reference = row->plain[COLUMN_REFERENCE];
    import_list_add(import, &import->arrangements, arrangement);
    import_index(import, "reference", folded, import->arrangements.count - 1);
    return arrangement;
}

/* Is the row's child another than the arrangement's? One of name and birth may be corrected. */
static bool is_other_child(const struct import_row *row, const struct import_child *child,
                           struct arena *arena)
{
    const struct import_facts *facts = &child->facts;
    const struct str name = row->plain[COLUMN_BIRTH_NAME], born = row->plain[COLUMN_DOB];
    if (name.len == 0 || born.len == 0) return false;
    bool is_named =
        str_equal(cell_fold(name, arena), cell_fold(import_value(facts, CHILD_BIRTH_NAME), arena));
    bool is_born = str_equal(born, import_value(facts, CHILD_DOB));
    return facts->id ? !is_named && !is_born : !is_named || !is_born;
}

static void find_child(struct import *import, struct import_row *row)
{
    struct import_arrangement *arrangement = row->arrangement;
    struct str name = row->plain[COLUMN_BIRTH_NAME], born = row->plain[COLUMN_DOB];
    if (arrangement->child) {
        if (!row->is_rejected && is_other_child(row, arrangement->child, import->arena))
            import_note(import, row, COLUMN_BIRTH_NAME,
                        arrangement->facts.id ? SHEET_CHILD_STANDS : SHEET_OTHER_CHILD);
        return;
    }
    if (name.len == 0 || born.len == 0) return;
    struct str known = child_key(name, born, import->arena);
    arrangement->child = import_find(import, &import->children, "child", known);
    if (arrangement->child) return;
    arrangement->child = ARENA_ONE(import->arena, struct import_child);
    import_list_add(import, &import->children, arrangement->child);
    import_index(import, "child", known, import->children.count - 1);
}

static struct import_party *add_party(struct import *import, const struct import_who *who,
                                      enum side kind)
{
    struct import_party *party = ARENA_ONE(import->arena, struct import_party);
    party->kind = kind;
    party->is_home = kind == SIDE_ADOPTIVE;
    import_list_add(import, &import->parties, party);
    import_index_party(import, who, import->parties.count - 1);
    return party;
}

static struct import_member *add_member(struct import *import,
                                        struct import_arrangement *arrangement,
                                        struct import_party *party, enum side side)
{
    struct import_member *member = ARENA_ONE(import->arena, struct import_member);
    *member = (struct import_member){.next = arrangement->members, .party = party, .side = side};
    arrangement->members = member;
    return member;
}

static struct str names_of(const struct import_party *party)
{
    return import_value(&party->facts, PARTY_NAMES);
}

static struct import_member *home_of(const struct import_arrangement *arrangement)
{
    struct import_member *found = NULL;
    for (struct import_member *one = arrangement->members; one; one = one->next)
        if (one->side == SIDE_ADOPTIVE && (!found || str_equal(found->state, STR("ended"))))
            found = one;
    return found;
}

static void find_home(struct import *import, struct import_row *row)
{
    struct import_who who = {row->plain[COLUMN_HOME_NAMES], row->plain[COLUMN_HOME_EMAIL],
                             row->plain[COLUMN_HOME_PHONE], row->plain[COLUMN_HOME_ADDRESS], true};
    struct import_member *home = home_of(row->arrangement);
    if (home) {
        row->home = home->party;
        bool is_same =
            !home->is_stored || who.names.len == 0 ||
            import_share_name(who.names, names_of(home->party), import->arena) ||
            import_share_email(who.emails, home->party->facts.stored[PARTY_EMAIL], import->arena);
        if (!is_same && !row->is_rejected)
            import_note(import, row, COLUMN_HOME_NAMES, SHEET_FAMILY_STANDS);
    } else if (who.names.len) {
        row->home = import_find_party(import, &who);
        if (row->home && !import_share_name(who.names, names_of(row->home), import->arena)) {
            if (!row->is_rejected) import_note(import, row, COLUMN_HOME_EMAIL, SHEET_OTHER_FAMILY);
            row->home = NULL;
            return;
        }
        if (!row->home) row->home = add_party(import, &who, SIDE_ADOPTIVE);
        if (!row->home->facts.id) row->home->kind = SIDE_ADOPTIVE;
        home = add_member(import, row->arrangement, row->home, SIDE_ADOPTIVE);
    }
    if (home && home->row == 0 && !row->is_rejected) home->row = (size_t)(row - import->rows) + 1;
}

/* Among those of the arrangement: by name, or (of the register's) by e-mail or the last import. */
static struct import_member *find_member(struct import *import, const struct import_row *row)
{
    struct import_member *found = NULL;
    struct str names = row->plain[COLUMN_NAME], emails = row->plain[COLUMN_EMAIL];
    for (struct import_member *one = row->arrangement->members; one; one = one->next)
        if (one->side != SIDE_ADOPTIVE &&
            import_share_name(names, names_of(one->party), import->arena))
            return one;
    for (struct import_member *one = row->arrangement->members; one && !found; one = one->next) {
        if (one->side == SIDE_ADOPTIVE || !one->is_stored || one->row) continue;
        bool is_same =
            import_share_email(emails, one->party->facts.stored[PARTY_EMAIL], import->arena) ||
            (one->base && str_equal(json_get_str(one->base, "party_name"), names));
        if (is_same) found = one;
    }
    return found;
}

static void find_person(struct import *import, struct import_row *row)
{
    enum side side = cell_relation(row->plain[COLUMN_RELATIONSHIP], import->arena);
    struct import_who who = {row->plain[COLUMN_NAME], row->plain[COLUMN_EMAIL],
                             row->plain[COLUMN_PHONE], row->plain[COLUMN_ADDRESS],
                             side == SIDE_SIBLING};
    struct import_member *member = find_member(import, row);
    if (member && member->row) {
        import_note(import, row, COLUMN_NAME, SHEET_ROW_TWICE);
        return;
    }
    if (!member) {
        struct import_party *party = import_find_party(import, &who);
        if (party && !import_share_name(who.names, names_of(party), import->arena)) party = NULL;
        if (party && party == row->home) {
            import_note(import, row, COLUMN_NAME, SHEET_SAME_PERSON);
            return;
        }
        if (!party) party = add_party(import, &who, side);
        member = add_member(import, row->arrangement, party, side);
    }
    member->row = (size_t)(row - import->rows) + 1;
    row->member = member;
}

static void join_row(struct import *import, struct import_row *row)
{
    row->arrangement = NULL;
    row->home = NULL;
    row->member = NULL;
    if (row->is_dropped || row->plain[COLUMN_REFERENCE].len == 0) return;
    row->arrangement = find_arrangement(import, row);
    find_child(import, row);
    find_home(import, row);
    if (!row->is_rejected) find_person(import, row);
    if (row->is_dropped) return;
    say_all(import, row, THING_ARRANGEMENT, &row->arrangement->facts);
    if (row->arrangement->child) say_all(import, row, THING_CHILD, &row->arrangement->child->facts);
    if (row->home) say_all(import, row, THING_HOME, &row->home->facts);
    if (row->member) say_all(import, row, THING_PARTY, &row->member->party->facts);
}

void import_join(struct import *import)
{
    begin(import);
    for (size_t i = 0; i < import->row_count; i++) join_row(import, &import->rows[i]);
}
