/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whose row is it? Things by what identifies them. */
#include "core/json.h"
#include "mail/addr.h"
#include "ops/letterboxctl/import_join.h"
#include "rules/cell.h"
#include "rules/sides.h"

void import_list_add(struct import *import, struct import_list *list, void *thing)
{
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 1024;
        void **at = ARENA_MANY(import->arena, room, void *);
        for (size_t i = 0; i < list->count; i++) at[i] = list->at[i];
        list->at = at;
        list->room = room;
    }
    list->at[list->count++] = thing;
}

static const char *key(const struct import *import, const char *use, struct str text)
{
    return arena_c(import->arena, arena_print(import->arena, "%s %.*s", use, STR_ARG(text)));
}

void *import_find(const struct import *import, const struct import_list *list, const char *use,
                  struct str text)
{
    const json_t *place = json_object_get(import->index, key(import, use, text));
    return place ? list->at[json_integer_value(place)] : NULL;
}

void import_index(struct import *import, const char *use, struct str text, size_t place)
{
    const char *name = key(import, use, text);
    if (!json_object_get(import->index, name))
        json_put(import->index, name, json_integer((json_int_t)place));
}

/* ---- people ---- */

static int by_text(const void *a, const void *b)
{
    return str_order(*(const struct str *)a, *(const struct str *)b);
}

/* One text for the same people, whatever their order and spelling. */
static struct str names_key(struct str names, struct arena *arena)
{
    struct person_list list;
    BUF_SECRET(text, PERSON_LIST * (size_t)(2 * PERSON_LINE_BYTES));
    import_lines(names, &list);
    for (size_t i = 0; i < list.count; i++) list.at[i] = cell_fold(list.at[i], arena);
    qsort(list.at, list.count, sizeof *list.at, by_text);
    for (size_t i = 0; i < list.count; i++) {
        buf_add(&text, list.at[i]);
        buf_add_byte(&text, '\n');
    }
    return arena_str(arena, buf_str(&text));
}

bool import_share_name(struct str a, struct str b, struct arena *arena)
{
    struct person_list one, two;
    import_lines(a, &one);
    import_lines(b, &two);
    for (size_t i = 0; i < one.count; i++)
        for (size_t k = 0; k < two.count; k++)
            if (str_equal(cell_fold(one.at[i], arena), cell_fold(two.at[k], arena))) return true;
    return false;
}

void import_emails(struct str lines, struct arena *arena, struct person_list *ret_plain)
{
    struct person_list list;
    import_lines(lines, &list);
    ret_plain->count = 0;
    for (size_t i = 0; i < list.count; i++)
        if (mail_addr_canonical(list.at[i], arena, &ret_plain->at[ret_plain->count]) == OK)
            ret_plain->count++;
}

void import_phones(struct str lines, struct arena *arena, struct person_list *ret_plain)
{
    struct person_list list;
    import_lines(lines, &list);
    ret_plain->count = 0;
    for (size_t i = 0; i < list.count; i++)
        if (mail_addr_phone(list.at[i], STR("44"), arena, &ret_plain->at[ret_plain->count]) == OK)
            ret_plain->count++;
}

bool import_share_email(struct str a, struct str b, struct arena *arena)
{
    struct person_list one, two;
    import_emails(a, arena, &one);
    import_emails(b, arena, &two);
    for (size_t i = 0; i < one.count; i++)
        for (size_t k = 0; k < two.count; k++)
            if (str_equal(one.at[i], two.at[k])) return true;
    return false;
}

/* The texts under which a party is found: families and other people apart. */
enum { PEOPLE_KEYS = 2 * PERSON_LIST + 1 };
struct people_keys {
    struct str at[PEOPLE_KEYS];
    const char *uses[PEOPLE_KEYS];
    size_t count;
};

static void add_key(struct people_keys *keys, const char *use, struct str text)
{
    keys->uses[keys->count] = use;
    keys->at[keys->count++] = text;
}

static void keys_of(const struct import_who *who, struct arena *arena, struct people_keys *keys)
{
    struct person_list list;
    struct str names = names_key(who->names, arena), address;
    keys->count = 0;
    import_emails(who->emails, arena, &list);
    for (size_t i = 0; i < list.count; i++)
        add_key(keys, who->is_family ? "family e" : "person e", list.at[i]);
    if (who->address.len && sides_address(who->address, arena, &address) == OK)
        add_key(keys, who->is_family ? "family a" : "person a",
                arena_print(arena, "%.*s%.*s", STR_ARG(names), STR_ARG(address)));
    import_phones(who->phones, arena, &list);
    for (size_t i = 0; i < list.count; i++)
        add_key(keys, who->is_family ? "family p" : "person p",
                arena_print(arena, "%.*s%.*s", STR_ARG(names), STR_ARG(list.at[i])));
}

struct import_party *import_find_party(const struct import *import, const struct import_who *who)
{
    struct people_keys keys;
    keys_of(who, import->arena, &keys);
    for (size_t i = 0; i < keys.count; i++) {
        struct import_party *party =
            import_find(import, &import->parties, keys.uses[i], keys.at[i]);
        if (party) return party;
    }
    return NULL;
}

void import_index_party(struct import *import, const struct import_who *who, size_t place)
{
    struct people_keys keys;
    keys_of(who, import->arena, &keys);
    for (size_t i = 0; i < keys.count; i++) import_index(import, keys.uses[i], keys.at[i], place);
}
