/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Siblings, and nobody on two sides. The database refuses the same (sides_clash) once everything is
 * there; here it is found while the line in the file is still known.
 */
#include <stdlib.h>

#include "ops/letterboxctl/import_join.h"
#include "rules/cell.h"
#include "rules/sides.h"

/* ---- siblings ---- */

enum { ALL_PAIRS = 12 }; /* of more children in one household each is linked with the next */

struct belonging {
    struct import_party *party;
    struct import_child *child;
};

static int by_address(const void *a, const void *b)
{
    return a < b ? -1 : a > b;
}

static int by_party(const void *a, const void *b)
{
    const struct belonging *one = a, *two = b;
    int order = by_address(one->party, two->party);
    return order ? order : by_address(one->child, two->child);
}

static void link_two(struct import *import, struct import_child *one, struct import_child *two)
{
    if (one == two || (one->facts.row == 0 && two->facts.row == 0)) return;
    if (import->new_link_count == import->link_room) {
        size_t room = import->link_room ? 2 * import->link_room : 256;
        struct import_child *(*links)[2] = arena_take_array(import->arena, room, sizeof *links);
        for (size_t i = 0; i < import->new_link_count; i++) {
            links[i][0] = import->new_links[i][0];
            links[i][1] = import->new_links[i][1];
        }
        import->new_links = links;
        import->link_room = room;
    }
    bool is_ordered = by_address(one, two) < 0;
    import->new_links[import->new_link_count][0] = is_ordered ? one : two;
    import->new_links[import->new_link_count++][1] = is_ordered ? two : one;
}

static void link_all(struct import *import, const struct belonging *at, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count && (count <= ALL_PAIRS || k == i + 1); k++)
            link_two(import, at[i].child, at[k].child);
}

static int by_link(const void *a, const void *b)
{
    struct import_child *const *one = a, *const *two = b;
    int order = by_address(one[0], two[0]);
    return order ? order : by_address(one[1], two[1]);
}

static void drop_doubles(struct import *import)
{
    size_t count = 0;
    if (import->new_link_count)
        qsort(import->new_links, import->new_link_count, sizeof *import->new_links, by_link);
    for (size_t i = 0; i < import->new_link_count; i++) {
        if (count && by_link(import->new_links[count - 1], import->new_links[i]) == 0) continue;
        import->new_links[count][0] = import->new_links[i][0];
        import->new_links[count++][1] = import->new_links[i][1];
    }
    import->new_link_count = import->linked = count;
}

/* The children of one household, and those whose sibling lives in it, are siblings. */
static void find_siblings(struct import *import)
{
    size_t count = 0, room = 0;
    for (size_t i = 0; i < import->arrangements.count; i++) {
        const struct import_arrangement *arrangement = import->arrangements.at[i];
        for (const struct import_member *one = arrangement->members; one; one = one->next) room++;
    }
    struct belonging *at = ARENA_MANY(import->arena, room, struct belonging);
    for (size_t i = 0; i < import->arrangements.count; i++) {
        const struct import_arrangement *arrangement = import->arrangements.at[i];
        for (const struct import_member *one = arrangement->members; one; one = one->next)
            if (arrangement->child && (one->side == SIDE_ADOPTIVE || one->side == SIDE_SIBLING))
                at[count++] = (struct belonging){one->party, arrangement->child};
    }
    if (count) qsort(at, count, sizeof *at, by_party);
    import->new_link_count = 0;
    for (size_t i = 0, end; i < count; i = end) {
        size_t children = 0;
        for (end = i; end < count && at[end].party == at[i].party; end++)
            if (children == 0 || at[i + children - 1].child != at[end].child)
                at[i + children++] = at[end];
        link_all(import, &at[i], children);
    }
    drop_doubles(import);
}

/* ---- children who hang together ---- */

static size_t root_of(size_t *above, size_t at)
{
    while (above[at] != at) at = above[at] = above[above[at]];
    return at;
}

static int by_id(const void *a, const void *b)
{
    const struct import_child *const *one = a, *const *two = b;
    return (*one)->facts.id < (*two)->facts.id ? -1 : (*one)->facts.id > (*two)->facts.id;
}

static struct import_child *child_of(struct import_child **by_ids, size_t count, int64_t id)
{
    struct import_child wanted = {.facts.id = id}, *key = &wanted;
    struct import_child **found =
        count ? bsearch(&key, by_ids, count, sizeof *by_ids, by_id) : NULL;
    return found ? *found : NULL;
}

static void join_families(struct import *import)
{
    size_t count = import->children.count, stored = import->stored_children;
    size_t *above = ARENA_MANY(import->arena, count, size_t);
    struct import_child **by_ids = ARENA_MANY(import->arena, stored, struct import_child *);
    for (size_t i = 0; i < count; i++) {
        struct import_child *child = import->children.at[i];
        child->family = above[i] = i;
        if (i < stored) by_ids[i] = child;
    }
    if (stored) qsort(by_ids, stored, sizeof *by_ids, by_id);
    for (size_t i = 0; i < import->link_count; i++) {
        const struct import_child *one = child_of(by_ids, stored, import->links[i][0]);
        const struct import_child *two = child_of(by_ids, stored, import->links[i][1]);
        if (one && two) above[root_of(above, one->family)] = root_of(above, two->family);
    }
    for (size_t i = 0; i < import->new_link_count; i++)
        above[root_of(above, import->new_links[i][0]->family)] =
            root_of(above, import->new_links[i][1]->family);
    for (size_t i = 0; i < count; i++)
        ((struct import_child *)import->children.at[i])->family = root_of(above, i);
}

/* ---- two sides ---- */

struct value {
    size_t family;
    struct str text;
    const struct import_child *child;
    const struct import_party *party;
    enum side side;
    size_t row;       /* + 1; 0: the register's */
    bool can_be_told; /* from somebody of the same name: there is an address or number */
    enum sheet_problem problem;
    enum sheet_column home, other; /* where the row has it */
};
struct values {
    struct value *at;
    size_t count, room;
};

static void add_value(struct import *import, struct values *values, const struct value *pattern,
                      const char *use, struct str text)
{
    if (values->count == values->room) {
        size_t room = values->room ? 2 * values->room : 4096;
        struct value *at = ARENA_MANY(import->arena, room, struct value);
        for (size_t i = 0; i < values->count; i++) at[i] = values->at[i];
        values->at = at;
        values->room = room;
    }
    struct value *value = &values->at[values->count++];
    *value = *pattern;
    value->text = arena_print(import->arena, "%s %.*s", use, STR_ARG(text));
}

/* The row that says so, or that brings the party into the arrangement; 0: the register. */
static size_t row_for(const struct import_member *member, int slot)
{
    const struct import_facts *facts = &member->party->facts;
    const struct import_said *said = &facts->said[slot];
    if (member->is_stored && (!said->is_fresh || str_equal(said->plain, facts->stored[slot])))
        return 0;
    return said->row ? said->row : member->row;
}

static void add_lists(struct import *import, struct values *values, struct value *pattern,
                      const struct import_member *member, struct str emails, struct str phones)
{
    struct person_list list;
    pattern->row = row_for(member, PARTY_EMAIL);
    pattern->problem = SHEET_SAME_EMAIL;
    pattern->home = COLUMN_HOME_EMAIL, pattern->other = COLUMN_EMAIL;
    import_emails(emails, import->arena, &list);
    for (size_t i = 0; i < list.count; i++) add_value(import, values, pattern, "e", list.at[i]);
    pattern->row = row_for(member, PARTY_PHONE);
    pattern->problem = SHEET_SAME_PHONE;
    pattern->home = COLUMN_HOME_PHONE, pattern->other = COLUMN_PHONE;
    import_phones(phones, import->arena, &list);
    for (size_t i = 0; i < list.count; i++) add_value(import, values, pattern, "p", list.at[i]);
}

/* Everything by which a member could be on another side too. */
static void add_member(struct import *import, struct values *values,
                       const struct import_arrangement *arrangement,
                       const struct import_member *member)
{
    const struct import_facts *facts = &member->party->facts;
    struct value pattern = {.family = arrangement->child->family,
                            .child = arrangement->child,
                            .party = member->party,
                            .side = member->side};
    struct str address;
    struct person_list names;
    add_lists(import, values, &pattern, member, import_value(facts, PARTY_EMAIL),
              import_value(facts, PARTY_PHONE));
    /* what the register has stays beside what is new */
    add_lists(import, values, &pattern, member, facts->stored[PARTY_EMAIL],
              facts->stored[PARTY_PHONE]);
    pattern.row = row_for(member, PARTY_ADDRESS);
    pattern.problem = SHEET_SAME_ADDRESS;
    pattern.home = COLUMN_HOME_ADDRESS, pattern.other = COLUMN_ADDRESS;
    if (sides_address(import_value(facts, PARTY_ADDRESS), import->arena, &address) == OK)
        add_value(import, values, &pattern, "a", address);
    pattern.row = row_for(member, PARTY_NAMES);
    pattern.problem = SHEET_SAME_PERSON;
    pattern.home = COLUMN_HOME_NAMES, pattern.other = COLUMN_NAME;
    pattern.can_be_told = import_value(facts, PARTY_EMAIL).len ||
                          import_value(facts, PARTY_PHONE).len ||
                          import_value(facts, PARTY_ADDRESS).len;
    import_lines(import_value(facts, PARTY_NAMES), &names);
    for (size_t i = 0; i < names.count; i++)
        if (str_find_byte(names.at[i], ' ') != STR_NONE)
            add_value(import, values, &pattern, "n", cell_fold(names.at[i], import->arena));
    pattern.can_be_told = false;
    add_value(import, values, &pattern, "i",
              arena_print(import->arena, "%p", (void *)member->party));
}

static int by_value(const void *a, const void *b)
{
    const struct value *one = a, *two = b;
    if (one->family != two->family) return one->family < two->family ? -1 : 1;
    int order = str_order(one->text, two->text);
    return order ? order : one->row < two->row ? -1 : one->row > two->row;
}

static bool is_family(enum side side)
{
    return side == SIDE_ADOPTIVE || side == SIDE_SIBLING;
}

static bool are_apart(const struct value *one, const struct value *two)
{
    if (one->child == two->child) return one->side != two->side;
    return is_family(one->side) != is_family(two->side);
}

/* The later row is the one to look at; of one row the relative. */
static void complain(struct import *import, const struct value *one, const struct value *two)
{
    if (one->row == 0 && two->row == 0) return;
    const struct value *later = one->row > two->row ? one : two;
    if (one->row == two->row) later = one->side == SIDE_ADOPTIVE ? two : one;
    struct import_row *row = &import->rows[later->row - 1];
    enum sheet_problem problem = later->problem;
    if (problem == SHEET_SAME_PERSON && one->can_be_told && two->can_be_told) {
        /* two adoptive families may well have a name in common */
        if (is_family(one->side) == is_family(two->side)) return;
        problem = SHEET_SAME_NAME;
    }
    /* each pair once: its row is left out the next time */
    if (row->is_dropped) return;
    import_note(import, row, later->side == SIDE_ADOPTIVE ? later->home : later->other, problem);
}

static bool has_two_sides(const struct value *at, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (are_apart(&at[0], &at[i])) return true;
    for (size_t i = 1; i < count; i++)
        if (at[i].child != at[0].child || at[i].side != at[0].side) return true;
    return false;
}

static void compare(struct import *import, const struct value *at, size_t count)
{
    if (!has_two_sides(at, count)) return;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (are_apart(&at[i], &at[k])) complain(import, &at[i], &at[k]);
}

void import_sides(struct import *import)
{
    struct values values = {0};
    find_siblings(import);
    join_families(import);
    for (size_t i = 0; i < import->arrangements.count; i++) {
        const struct import_arrangement *arrangement = import->arrangements.at[i];
        for (const struct import_member *one = arrangement->members; arrangement->child && one;
             one = one->next)
            add_member(import, &values, arrangement, one);
    }
    if (values.count) qsort(values.at, values.count, sizeof *values.at, by_value);
    for (size_t i = 0, end; i < values.count; i = end) {
        for (end = i + 1; end < values.count; end++)
            if (values.at[end].family != values.at[i].family ||
                !str_equal(values.at[end].text, values.at[i].text))
                break;
        compare(import, &values.at[i], end - i);
    }
}
