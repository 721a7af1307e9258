/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/person.h"

#include "core/json.h"

enum { RECORD_BYTES = 1024 * 1024 };

enum err person_list_add(struct person_list *list, struct str entry)
{
    entry = str_trim(entry);
    if (entry.len == 0) return OK;
    if (entry.len > PERSON_LINE_BYTES || list->count == PERSON_LIST) return ERR_TOO_BIG;
    list->at[list->count++] = entry;
    return OK;
}

bool person_list_equal(const struct person_list *a, const struct person_list *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_equal(a->at[i], b->at[i])) return false;
    return true;
}

static enum err read_list(const json_t *record, const char *key, struct arena *arena,
                          struct person_list *ret_list)
{
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(record, key), index, entry)
        TRY(person_list_add(ret_list, arena_str(arena, json_text(entry))));
    return OK;
}

static enum err read_text(const json_t *record, const char *key, size_t max, struct arena *arena,
                          struct str *ret_text)
{
    struct str text = json_get_str(record, key);
    if (text.len > max) return ERR_TOO_BIG;
    *ret_text = arena_str(arena, text);
    return OK;
}

static enum err read_leaks(const json_t *record, struct arena *arena, struct person *person)
{
    const json_t *list = json_object_get(record, "leak");
    size_t count = json_array_size(list), index;
    if (count > PERSON_LEAKS) return ERR_TOO_BIG;
    struct person_leak *leaks = ARENA_MANY(arena, count, struct person_leak);
    json_t *entry;
    json_array_foreach(list, index, entry)
    {
        TRY(read_text(entry, "category", PERSON_LINE_BYTES, arena, &leaks[index].category));
        TRY(read_text(entry, "term", PERSON_LINE_BYTES, arena, &leaks[index].term));
    }
    person->leaks = leaks;
    person->leak_count = count;
    return OK;
}

enum err person_read(struct str json, struct arena *arena, struct person *ret_person)
{
    JSON record = NULL;
    TRY(json_read(json, RECORD_BYTES, &record));
    if (!json_is_object(record)) return ERR_BAD_JSON;
    struct person person = {.reachable = json_get_bool(record, "reachable")};
    const json_t *key = json_object_get(record, "key");
    TRY(read_list(record, "names", arena, &person.names));
    TRY(read_list(record, "emails", arena, &person.emails));
    TRY(read_list(record, "phones", arena, &person.phones));
    TRY(read_text(record, "known_as", PERSON_LINE_BYTES, arena, &person.known_as));
    TRY(read_text(record, "relationship", PERSON_LINE_BYTES, arena, &person.relationship));
    TRY(read_text(record, "address", PERSON_TEXT_BYTES, arena, &person.address));
    TRY(read_text(record, "note", PERSON_TEXT_BYTES, arena, &person.note));
    TRY(read_text(record, "pin", PERSON_LINE_BYTES, arena, &person.pin));
    TRY(read_text(key, "fingerprint", PERSON_LINE_BYTES, arena, &person.key_fingerprint));
    TRY(read_text(key, "armor", PERSON_KEY_BYTES, arena, &person.key_armor));
    TRY(read_text(key, "confirmed_on", PERSON_LINE_BYTES, arena, &person.key_confirmed_on));
    person.key_confirmed = json_get_bool(key, "confirmed");
    TRY(read_leaks(record, arena, &person));
    *ret_person = person;
    return OK;
}

static json_t *write_list(const struct person_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) json_add(array, json_str(list->at[i]));
    return array;
}

json_t *person_write(const struct person *person)
{
    json_t *record = json_object();
    json_put(record, "names", write_list(&person->names));
    json_put(record, "emails", write_list(&person->emails));
    json_put(record, "phones", write_list(&person->phones));
    json_put_str(record, "known_as", person->known_as);
    if (person->relationship.len) json_put_str(record, "relationship", person->relationship);
    json_put_str(record, "address", person->address);
    json_put_str(record, "note", person->note);
    json_put_str(record, "pin", person->pin);
    json_put_bool(record, "reachable", person->reachable);
    json_t *leaks = json_array();
    for (size_t i = 0; i < person->leak_count; i++) {
        json_t *leak = json_object();
        json_put_str(leak, "category", person->leaks[i].category);
        json_put_str(leak, "term", person->leaks[i].term);
        json_add(leaks, leak);
    }
    json_put(record, "leak", leaks);
    if (person->key_fingerprint.len) {
        json_t *key = json_object();
        json_put_str(key, "fingerprint", person->key_fingerprint);
        json_put_str(key, "armor", person->key_armor);
        json_put_bool(key, "confirmed", person->key_confirmed);
        if (person->key_confirmed_on.len)
            json_put_str(key, "confirmed_on", person->key_confirmed_on);
        json_put(record, "key", key);
    }
    return record;
}
