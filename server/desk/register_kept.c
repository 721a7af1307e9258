/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register_kept.h"
#include <stdlib.h>

#include "core/utf8.h"
#include "mail/addr.h"
#include "redact/norm.h"
#include "rules/relation.h"

void register_kept_words(struct buf *words, struct str text)
{
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct norm norm;
    norm_fold(text, arena, &norm);
    for (size_t i = 0; i < norm.word_count; i++) {
        const struct word *word = &norm.words[i];
        buf_add_byte(words, ' ');
        for (uint32_t n = 0; n < word->count; n++)
            utf8_add(words, norm.glyphs[word->glyph + n].point);
    }
}

static enum err finish_words(struct buf *words, struct arena *arena, struct str *ret_words)
{
    buf_add_byte(words, ' ');
    TRY(buf_done(words));
    *ret_words = arena_str(arena, buf_str(words));
    return OK;
}

static struct str joined(const struct person *person, struct arena *arena)
{
    const struct person_list *names = &person->names;
    if (names->count == 0) return person->known_as.len ? person->known_as : STR("(no name)");
    struct str name = names->at[0];
    for (size_t i = 1; i < names->count; i++)
        name = arena_print(arena, "%.*s%s%.*s", STR_ARG(name),
                           i + 1 == names->count ? " and " : ", ", STR_ARG(names->at[i]));
    return name;
}

/* The words of one field follow its mark; register_search.c looks back for it. */
static void put_field(struct buf *words, enum register_field field, struct str text)
{
    if (text.len == 0) return;
    buf_add_byte(words, (char)field);
    register_kept_words(words, text);
    buf_add_byte(words, ' ');
}

/* The postcode in an address, in its two halves and as one word: " hx17 4ab hx174ab". */
static enum err put_postcode(struct buf *words, struct str address)
{
    BUF_SECRET(folded, RECORD_WORDS);
    BUF(joined, 16);
    register_kept_words(&folded, address);
    TRY(buf_done(&folded));
    struct str rest = str_from_byte(buf_str(&folded), 1), word, before = STR("");
    for (; str_split(&rest, ' ', &word); before = word) {
        if (word.len > 7 || before.len > 4) continue;
        buf_clear(&joined);
        buf_add(&joined, word.len == 3 ? before : STR(""));
        buf_add(&joined, word);
        struct str all = buf_str(&joined);
        if (!sought_is_postcode(all)) continue;
        buf_add_byte(words, FIELD_POSTCODE);
        buf_print(words, " %.*s %.*s %.*s ", STR_ARG(str_slice(all, 0, all.len - 3)),
                  STR_ARG(str_from_byte(all, all.len - 3)), STR_ARG(all));
    }
    return OK;
}

static enum err keep_party(struct str text, struct arena *arena, struct register_name *name)
{
    struct person person;
    TRY(person_read(text, arena, &person));
    BUF_SECRET(words, RECORD_WORDS);
    BUF_SECRET(digits, RECORD_WORDS);
    for (size_t i = 0; i < person.names.count; i++)
        put_field(&words, FIELD_NAME, person.names.at[i]);
    for (size_t i = 0; i < person.emails.count; i++)
        put_field(&words, FIELD_EMAIL, person.emails.at[i]);
    put_field(&words, FIELD_OTHER, person.known_as);
    TRY(put_postcode(&words, person.address));
    for (size_t i = 0; i < person.phones.count; i++) {
        struct str plain;
        buf_add_byte(&digits, ' ');
        if (mail_addr_phone(person.phones.at[i], STR("44"), arena, &plain) == OK)
            buf_add(&digits, str_from_byte(plain, 1));
    }
    name->name = joined(&person, arena);
    name->other = person.known_as;
    name->relation = relation_word(person.relationship);
    TRY(finish_words(&words, arena, &name->words));
    return finish_words(&digits, arena, &name->digits);
}

static enum err keep_child(struct str text, struct arena *arena, struct register_name *name)
{
    JSON record = NULL;
    struct day born;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    name->name = arena_str(arena, json_get_str(record, "adoptive_name"));
    name->other = arena_str(arena, json_get_str(record, "birth_name"));
    if (day_get(json_get_str(record, "dob"), &born)) name->born = born.number;
    BUF_SECRET(words, RECORD_WORDS);
    put_field(&words, FIELD_NAME, name->name);
    put_field(&words, FIELD_OTHER, name->other);
    return finish_words(&words, arena, &name->words);
}

static enum err keep_arrangement(struct str text, struct arena *arena, struct register_name *name)
{
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    name->name = arena_str(arena, json_get_str(record, "reference"));
    BUF_SECRET(words, RECORD_WORDS);
    put_field(&words, FIELD_REFERENCE, name->name);
    return finish_words(&words, arena, &name->words);
}

static const struct register_source sources[TABLES] = {
    [PARTIES] = {QUERY_party_facts, QUERY_party_records, "party_id", "party", SEAL_PARTY,
                 keep_party},
    [CHILDREN] = {QUERY_child_facts, QUERY_child_records, "child_id", "child", SEAL_CHILD,
                  keep_child},
    [ARRANGEMENTS] = {QUERY_arrangement_facts, QUERY_arrangement_records, "arrangement_id",
                      "arrangement", SEAL_ARRANGEMENT, keep_arrangement},
};

static int compare(const void *wanted, const void *entry)
{
    int64_t id = *(const int64_t *)wanted, other = *(const int64_t *)entry;
    return (id > other) - (id < other);
}

void *register_find(const void *list, size_t count, size_t size, int64_t id)
{
    return count ? bsearch(&id, list, count, size, compare) : NULL;
}

static bool is_current(const struct kept *kept, const struct store_rows *facts, const char *id)
{
    if (!kept->arena || kept->count != facts->count) return false;
    for (size_t row = 0; row < facts->count; row++)
        if (kept->at[row].id != rows_int(facts, row, id) ||
            kept->at[row].version != rows_int(facts, row, "record_version"))
            return false;
    return true;
}

static enum err refresh(const struct register_opening *opening, struct request *request,
                        struct store *store, struct kept *kept, const struct store_rows *facts)
{
    const char *id = opening->source->id;
    if (is_current(kept, facts, id)) return OK;
    struct kept fresh = {.arena = arena_new_secret(SESSION_BYTES / TABLES), .count = facts->count};
    fresh.at = ARENA_MANY(fresh.arena, facts->count, struct register_name);
    int64_t *missing = ARENA_MANY(request->arena, facts->count, int64_t);
    size_t missing_count = 0;
    for (size_t row = 0; row < facts->count; row++) {
        fresh.at[row].id = rows_int(facts, row, id);
        fresh.at[row].born = REGISTER_UNBORN;
    }
    for (size_t row = 0; row < facts->count; row++) {
        const struct register_name *old =
            register_find(kept->at, kept->count, sizeof *kept->at, fresh.at[row].id);
        if (old && old->version == rows_int(facts, row, "record_version"))
            register_keep(&fresh, old);
        else
            missing[missing_count++] = fresh.at[row].id;
    }
    enum err code = register_open_all(opening, store, missing, missing_count, &fresh);
    if (code == OK && arena_over(fresh.arena)) code = ERR_TOO_BIG;
    if (code != OK) {
        arena_free(&fresh.arena);
        return code;
    }
    arena_free(&kept->arena);
    *kept = fresh;
    return OK;
}

enum err register_kept_refresh(struct request *request, struct store *store,
                               const struct desk_keyring *keyring, enum register_table table,
                               struct kept *kept, struct store_rows *ret_facts)
{
    struct register_opening opening = {&sources[table], keyring, request->session.agency};
    struct store_rows facts;
    TRY(store_query(store, opening.source->facts, NO_PARAMS, request->arena, &facts));
    TRY(refresh(&opening, request, store, kept, &facts));
    *ret_facts = facts;
    return OK;
}
