/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/detail.h"

#include "core/json.h"

enum { RECORD_BYTES = 64 * 1024 };

static enum err read_list(const json_t *record, const char *key, struct arena *arena, bool *ret_has,
                          struct person_list *ret_list)
{
    const json_t *array = json_object_get(record, key);
    size_t index;
    json_t *entry;
    *ret_has = array != NULL;
    json_array_foreach(array, index, entry)
        TRY(person_list_add(ret_list, arena_str(arena, json_text(entry))));
    return OK;
}

enum err detail_read(struct str json, struct arena *arena, struct detail *ret_detail)
{
    JSON record = NULL;
    TRY(json_read(json, RECORD_BYTES, &record));
    if (!json_is_object(record)) return ERR_BAD_JSON;
    struct str address = json_get_str(record, "address"), note = json_get_str(record, "note");
    if (address.len > PERSON_TEXT_BYTES || note.len > PERSON_TEXT_BYTES) return ERR_TOO_BIG;
    struct detail detail = {
        .has_address = json_object_get(record, "address") != NULL,
        .address = arena_str(arena, address),
        .note = arena_str(arena, note),
        .is_whole = json_get_bool(record, "whole"),
    };
    TRY(read_list(record, "emails", arena, &detail.has_emails, &detail.emails));
    TRY(read_list(record, "phones", arena, &detail.has_phones, &detail.phones));
    *ret_detail = detail;
    return OK;
}

static void put_list(json_t *record, const char *key, const struct person_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) json_add(array, json_str(list->at[i]));
    json_put(record, key, array);
}

json_t *detail_write(const struct detail *detail)
{
    json_t *record = json_object();
    if (detail->has_address) json_put_str(record, "address", detail->address);
    if (detail->has_emails) put_list(record, "emails", &detail->emails);
    if (detail->has_phones) put_list(record, "phones", &detail->phones);
    if (detail->note.len) json_put_str(record, "note", detail->note);
    json_put_bool(record, "whole", detail->is_whole);
    return record;
}

static bool same_list(const struct person_list *a, const struct person_list *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_equal(a->at[i], b->at[i])) return false;
    return true;
}

bool detail_between(const struct person *before, const struct person *after,
                    struct detail *ret_detail)
{
    struct detail detail = {
        .has_address = !str_equal(before->address, after->address),
        .has_emails = !same_list(&before->emails, &after->emails),
        .has_phones = !same_list(&before->phones, &after->phones),
        .address = after->address,
        .emails = after->emails,
        .phones = after->phones,
        .is_whole = true,
    };
    if (!detail.has_address && !detail.has_emails && !detail.has_phones) return false;
    *ret_detail = detail;
    return true;
}

/* The new one first; the one that it replaces is gone, and so is another like the new one. */
static enum err put_first(struct person_list *list, const struct person_list *fresh)
{
    struct person_list merged = *fresh;
    for (size_t i = 1; i < list->count; i++) {
        bool is_there = false;
        for (size_t k = 0; k < fresh->count; k++) is_there |= str_equal(list->at[i], fresh->at[k]);
        if (!is_there) TRY(person_list_add(&merged, list->at[i]));
    }
    *list = merged;
    return OK;
}

enum err detail_apply(const struct detail *detail, struct person *person)
{
    struct person changed = *person;
    if (detail->has_address) changed.address = detail->address;
    if (detail->is_whole) {
        if (detail->has_emails) changed.emails = detail->emails;
        if (detail->has_phones) changed.phones = detail->phones;
    } else {
        if (detail->has_emails) TRY(put_first(&changed.emails, &detail->emails));
        if (detail->has_phones) TRY(put_first(&changed.phones, &detail->phones));
    }
    *person = changed;
    return OK;
}
