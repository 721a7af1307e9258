/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The records that are sealed (docs/records.md): what the file says laid over what is there. Keys
 * that nobody here knows stay as they are.
 */
#include "core/json.h"
#include "ops/letterboxctl/import_write.h"
#include "rules/cell.h"

int64_t import_id(const struct import_facts *facts)
{
    return facts->id ? facts->id : facts->new_id;
}

/* What the file says anew in this slot; empty: nothing. */
static struct str fresh(const struct import_facts *facts, int slot)
{
    const struct import_said *said = &facts->said[slot];
    return said->row && (facts->id == 0 || said->is_fresh) ? said->plain : STR("");
}

static void put_text(json_t *record, const char *key, const struct import_facts *facts, int slot)
{
    struct str plain = fresh(facts, slot);
    if (plain.len) json_put_str(record, key, plain);
}

static json_t *begin(const struct import_facts *facts)
{
    return facts->record ? json_deep_copy(facts->record) : json_object();
}

/* ---- people ---- */

static void put_names(json_t *record, const struct import_facts *facts)
{
    struct person_list names;
    import_lines(fresh(facts, PARTY_NAMES), &names);
    if (names.count == 0) return;
    json_t *list = json_array();
    for (size_t i = 0; i < names.count; i++) json_add(list, json_str(names.at[i]));
    json_put(record, "names", list);
}

/* What is new comes first, and is where letters go; what was there stays behind it. */
static void put_front(json_t *record, const char *key, const struct import_facts *facts, int slot)
{
    struct person_list front;
    import_lines(fresh(facts, slot), &front);
    if (front.count == 0) return;
    json_t *list = json_array();
    for (size_t i = 0; i < front.count; i++) json_add(list, json_str(front.at[i]));
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(record, key), index, entry)
    {
        bool is_there = false;
        for (size_t i = 0; i < front.count; i++)
            is_there = is_there || str_same(front.at[i], json_text(entry));
        if (!is_there && json_array_size(list) < PERSON_LIST) json_add(list, json_incref(entry));
    }
    json_put(record, key, list);
}

static bool has_leak(const json_t *list, struct str category, struct str term)
{
    size_t index;
    json_t *entry;
    json_array_foreach(list, index,
                       entry) if (str_equal(json_get_str(entry, "category"), category) &&
                                  str_equal(json_get_str(entry, "term"), term)) return true;
    return false;
}

/* Nothing ever leaves a leak list by an import. */
static void put_leaks(json_t *record, const struct import_facts *facts)
{
    struct str rest = fresh(facts, PARTY_LEAKS), line;
    json_t *list = json_object_get(record, "leak");
    if (!list) {
        list = json_array();
        json_put(record, "leak", list);
    }
    while (str_split(&rest, '\n', &line)) {
        size_t at = str_find_byte(line, '=');
        if (at == STR_NONE || json_array_size(list) >= PERSON_LEAKS) continue;
        struct str category = str_slice(line, 0, at), term = str_from_byte(line, at + 1);
        if (has_leak(list, category, term)) continue;
        json_t *leak = json_object();
        json_put_str(leak, "category", category);
        json_put_str(leak, "term", term);
        json_add(list, leak);
    }
}

/* What the other side may know them as: never a surname. */
static struct str known_as(const struct import *import, const struct import_party *party)
{
    struct person_list names;
    bool is_family = party->kind == SIDE_ADOPTIVE || party->kind == SIDE_SIBLING;
    struct str relationship = party->facts.said[PARTY_RELATIONSHIP].plain;
    import_lines(party->facts.said[PARTY_NAMES].plain, &names);
    struct str first = cell_first_names(&names, !is_family, import->arena);
    if (first.len) return first;
    return is_family || relationship.len == 0 ? STR("the family") : relationship;
}

json_t *import_party_record(const struct import *import, const struct import_party *party)
{
    const struct import_facts *facts = &party->facts;
    json_t *record;
    if (facts->record) {
        record = json_deep_copy(facts->record);
    } else {
        struct person person = {.reachable = true, .known_as = known_as(import, party)};
        record = person_write(&person);
    }
    put_names(record, facts);
    put_front(record, "emails", facts, PARTY_EMAIL);
    put_front(record, "phones", facts, PARTY_PHONE);
    put_text(record, "address", facts, PARTY_ADDRESS);
    put_text(record, "relationship", facts, PARTY_RELATIONSHIP);
    put_leaks(record, facts);
    return record;
}

/* ---- children and arrangements ---- */

json_t *import_child_record(const struct import_child *child)
{
    json_t *record = begin(&child->facts);
    put_text(record, "birth_name", &child->facts, CHILD_BIRTH_NAME);
    put_text(record, "adoptive_name", &child->facts, CHILD_ADOPTIVE_NAME);
    put_text(record, "dob", &child->facts, CHILD_DOB);
    put_text(record, "order_date", &child->facts, CHILD_ORDER_DATE);
    return record;
}

/* Adds the lines that are not there. */
static void put_lines(const struct import *import, json_t *record, const char *key,
                      const struct import_facts *facts, int slot)
{
    struct str text = arena_str(import->arena, json_get_str(record, key));
    struct str rest = fresh(facts, slot), line;
    while (str_split(&rest, '\n', &line)) {
        struct str known = text, one;
        bool is_there = line.len == 0;
        while (!is_there && str_split(&known, '\n', &one)) is_there = str_equal(one, line);
        if (!is_there)
            text = arena_print(import->arena, "%.*s%s%.*s", STR_ARG(text), text.len ? "\n" : "",
                               STR_ARG(line));
    }
    json_put_str(record, key, text);
}

json_t *import_arrangement_record(const struct import *import,
                                  const struct import_arrangement *arrangement)
{
    const struct import_facts *facts = &arrangement->facts;
    json_t *record = begin(facts);
    if (!facts->record) {
        json_put_str(record, "reference", arrangement->reference);
        json_put_str(record, "court_order", STR("none"));
        json_put_str(record, "pause", STR(""));
    }
    put_text(record, "court_order", facts, TERM_COURT_ORDER);
    put_lines(import, record, "risk", facts, TERM_RISK);
    put_lines(import, record, "note", facts, TERM_NOTES);
    return record;
}

json_t *import_terms_record(const struct import_arrangement *arrangement)
{
    struct str photos = import_value(&arrangement->facts, TERM_PHOTOS);
    json_t *terms = arrangement->terms ? json_copy(arrangement->terms) : json_object();
    if (!arrangement->terms) {
        json_put_str(terms, "signs_as", STR(""));
        json_put_str(terms, "enclosures", STR(""));
    }
    json_put_str(terms, "photos", photos.len ? photos : STR("none"));
    return terms;
}

json_t *import_row_record(const struct import_row *row)
{
    json_t *record = json_object();
    for (int i = 0; i < SHEET_COLUMNS; i++)
        if (row->plain[i].len)
            json_put_str(record, sheet_column((enum sheet_column)i)->heading, row->plain[i]);
    return record;
}
