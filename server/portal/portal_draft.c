/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/code.h"
#include "core/limits.h"
#include "server/portal/portal.h"

/* ---- sealed ---- */

enum err portal_draft_open(struct request *request, const struct seal_pair *pair,
                           const struct store_rows *rows, size_t row,
                           struct portal_draft *ret_draft)
{
    struct portal_draft draft = {
        .id = rows_int(rows, row, "draft_id"),
        .arrangement = portal_arrangement(rows, row),
        .version = (int)rows_int(rows, row, "version"),
    };
    rows_utc(rows, row, "changed_at", &draft.changed);
    struct str text;
    TRY(portal_open(request, pair, SEAL_DRAFT, "draft", draft.id, draft.version,
                    rows_str(rows, row, "sealed_draft"), &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_LETTER_TEXT_BYTES * 7, &record));
    draft.text = arena_str(request->arena, json_get_str(record, "text"));
    const json_t *to = json_object_get(record, "to");
    for (size_t i = 0; i < json_array_size(to) && i < sizeof draft.to / sizeof *draft.to; i++) {
        int64_t id;
        if (code_id_get(json_text(json_array_get(to, i)), &id)) draft.to[draft.to_count++] = id;
    }
    *ret_draft = draft;
    return OK;
}

enum err portal_draft_find(struct request *request, struct store *store,
                           const struct seal_pair *pair, int64_t id, struct portal_draft *ret_draft)
{
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_draft_find, PARAMS(P_INT(id)), request->arena, &rows));
    return portal_draft_open(request, pair, &rows, 0, ret_draft);
}

static enum err seal_draft(struct request *request, const struct seal_pair *pair,
                           const struct portal_draft *draft, struct str *ret_sealed)
{
    JSON record = json_object();
    json_t *to = json_array();
    for (size_t i = 0; i < draft->to_count; i++) {
        BUF(code, 16);
        code_id_put(&code, draft->to[i]);
        json_add(to, json_str(buf_str(&code)));
    }
    json_put(record, "to", to);
    json_put_str(record, "text", draft->text);
    BUF_SECRET(text, LIMIT_LETTER_TEXT_BYTES * 7);
    TRY(json_write(record, &text));
    return portal_seal(request, &pair->public, SEAL_DRAFT, "draft", draft->id, draft->version,
                       buf_str(&text), ret_sealed);
}

/* Under version `before`, which is 0 when there is none yet; false when another one came first. */
static enum err store_draft(struct request *request, struct store *store,
                            const struct seal_pair *pair, struct portal_draft *draft, int before,
                            bool *ret_stored)
{
    struct str sealed;
    struct store_rows rows;
    int64_t chosen = draft->arrangement.unseen;
    struct store_param arrangement = chosen ? P_INT(chosen) : P_NULL;
    draft->version = before + 1;
    TRY(seal_draft(request, pair, draft, &sealed));
    if (before == 0)
        TRY(store_query(store, QUERY_draft_add,
                        PARAMS(P_INT(draft->id), arrangement, P_BYTES(sealed)), request->arena,
                        &rows));
    else
        TRY(store_query(store, QUERY_draft_change,
                        PARAMS(P_INT(draft->id), arrangement, P_BYTES(sealed), P_INT(before)),
                        request->arena, &rows));
    *ret_stored = rows.count == 1;
    return OK;
}

/* The page's script may save it at this very moment: what comes last stays. */
enum err portal_draft_save(struct request *request, struct store *store,
                           const struct seal_pair *pair, struct portal_draft *draft)
{
    enum { TRIES = 2 }; /* the second finds what another one has added meanwhile */
    bool stored = false;
    for (int try = 0; try < TRIES && !stored; try++) {
        struct store_rows rows;
        TRY(store_query(store, QUERY_draft_lock, PARAMS(P_INT(draft->id)), request->arena, &rows));
        int before = rows.count ? (int)rows_int(&rows, 0, "version") : 0;
        TRY(store_draft(request, store, pair, draft, before, &stored));
    }
    return stored ? OK : ERR_CONFLICT;
}

struct str portal_draft_who(struct request *request, const struct portal_contacts *contacts,
                            const struct portal_draft *draft)
{
    if (draft->to_count == 0) return STR("");
    return portal_those(request, contacts, draft->arrangement,
                        (struct portal_people){draft->to, draft->to_count});
}

struct str portal_draft_start(struct request *request, const struct portal_draft *draft)
{
    enum { LETTERS = 60 };
    struct str line = str_trim(draft->text);
    line = str_slice(line, 0, str_find_byte(line, '\n'));
    if (line.len <= LETTERS) return line;
    size_t end = LETTERS;
    while (end > 0 && line.at[end] != ' ') end--;
    return arena_print(request->arena, "%.*s …", (int)end, line.at);
}

/* ---- form ---- */

static bool is_same(struct portal_arrangement a, struct portal_arrangement b)
{
    return a.unseen == b.unseen;
}

/* The arrangement that the person knows by this id. */
static bool find_place(const struct portal_contacts *contacts, int64_t place,
                       struct portal_arrangement *ret_arrangement)
{
    for (size_t i = 0; i < contacts->count; i++) {
        if (contacts->at[i].place != place) continue;
        *ret_arrangement = contacts->at[i].arrangement;
        return true;
    }
    return false;
}

/* The only arrangement there is, or none. */
static struct portal_arrangement only_arrangement(const struct portal_contacts *contacts)
{
    const struct portal_arrangement none = {0};
    for (size_t i = 1; i < contacts->count; i++)
        if (!is_same(contacts->at[i].arrangement, contacts->at[0].arrangement)) return none;
    return contacts->count ? contacts->at[0].arrangement : none;
}

static bool is_contact(const struct portal_contacts *contacts,
                       struct portal_arrangement arrangement, int64_t id)
{
    for (size_t i = 0; i < contacts->count; i++)
        if (contacts->at[i].id == id && is_same(contacts->at[i].arrangement, arrangement))
            return true;
    return false;
}

enum err portal_draft_everybody(const struct portal_contacts *contacts, struct portal_draft *draft)
{
    draft->to_count = 0;
    for (size_t i = 0; i < contacts->count; i++) {
        if (!is_same(contacts->at[i].arrangement, draft->arrangement)) continue;
        if (draft->to_count == sizeof draft->to / sizeof *draft->to) return ERR_TOO_BIG;
        draft->to[draft->to_count++] = contacts->at[i].id;
    }
    return OK;
}

bool portal_draft_lost_files(struct request *request)
{
    size_t at = 0;
    struct str name;
    while (form_next(&request->form, "file", &at, &name))
        if (name.len) return true;
    return false;
}

void portal_draft_check(struct request *request, const struct portal_draft *draft)
{
    if (!draft->arrangement.unseen)
        request_problem(request, "arrangement", "arrangement-missing");
    else if (draft->to_count == 0)
        request_problem(request, "to", "to-missing");
}

static size_t count_of(const struct portal_contacts *contacts,
                       struct portal_arrangement arrangement)
{
    size_t count = 0;
    for (size_t i = 0; i < contacts->count; i++)
        count += is_same(contacts->at[i].arrangement, arrangement);
    return count;
}

/* Where there is one person only, nobody is asked. */
static enum err read_to(struct request *request, const struct portal_contacts *contacts,
                        struct portal_draft *draft)
{
    size_t at = 0;
    struct str value;
    while (form_next(&request->form, "to", &at, &value)) {
        int64_t id;
        if (!code_id_get(value, &id)) return ERR_BAD_INPUT;
        /* one that belongs to another arrangement was ticked before the choice changed */
        if (!is_contact(contacts, draft->arrangement, id)) continue;
        if (draft->to_count == sizeof draft->to / sizeof *draft->to) return ERR_TOO_BIG;
        draft->to[draft->to_count++] = id;
    }
    return count_of(contacts, draft->arrangement) == 1 ? portal_draft_everybody(contacts, draft)
                                                       : OK;
}

enum err portal_draft_form(struct request *request, const struct portal_contacts *contacts,
                           struct portal_draft *ret_draft)
{
    struct portal_draft draft = {.text = form_get(&request->form, "text")};
    if (form_line(&request->form, "draft").len == 0)
        draft.id = random_id();
    else if (!form_id(&request->form, "draft", &draft.id))
        return ERR_BAD_INPUT;
    if (form_line(&request->form, "arrangement").len) {
        int64_t place;
        if (!form_id(&request->form, "arrangement", &place) ||
            !find_place(contacts, place, &draft.arrangement))
            return ERR_NOT_FOUND;
    } else {
        draft.arrangement = only_arrangement(contacts);
    }
    TRY(read_to(request, contacts, &draft));
    if (draft.text.len > LIMIT_LETTER_TEXT_BYTES)
        request_problem(request, "text", "letter-too-long");
    *ret_draft = draft;
    return OK;
}

/* ---- view ---- */

void portal_may_write(struct request *request, const struct store_rows *rows)
{
    bool may = false;
    for (size_t row = 0; row < rows->count; row++) may = may || rows_bool(rows, row, "is_open");
    json_put_bool(request->view, "may_write", may);
}

static bool chosen(const struct portal_draft *draft, int64_t contact)
{
    for (size_t i = 0; i < draft->to_count; i++)
        if (draft->to[i] == contact) return true;
    return false;
}

static void put_arrangements(struct request *request, const struct portal_contacts *contacts,
                             const struct portal_draft *draft)
{
    json_t *arrangements = json_object(), *list = json_array();
    for (size_t i = 0; i < contacts->count; i++) {
        int64_t id = contacts->at[i].place;
        bool seen = false;
        for (size_t j = 0; j < i; j++) seen = seen || contacts->at[j].place == id;
        if (seen) continue;
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_str(entry, "who", portal_who(request, contacts, contacts->at[i].arrangement));
        json_put_bool(entry, "chosen", is_same(contacts->at[i].arrangement, draft->arrangement));
        json_add(list, entry);
    }
    json_put_bool(arrangements, "several", json_array_size(list) > 1);
    json_put(arrangements, "list", list);
    json_put(request->view, "arrangements", arrangements);
}

void portal_draft_view(struct request *request, const struct portal_contacts *contacts,
                       const struct portal_draft *draft)
{
    json_t *view = request->view, *recipients = json_array();
    json_put_code(view, "draft", draft->id);
    if (draft->changed.us) portal_put_instant(view, "draft_saved", draft->changed, true);
    put_arrangements(request, contacts, draft);
    for (size_t i = 0; i < contacts->count; i++) {
        if (!is_same(contacts->at[i].arrangement, draft->arrangement)) continue;
        json_t *entry = json_object();
        json_put_code(entry, "id", contacts->at[i].id);
        json_put_str(entry, "name", contacts->at[i].label);
        json_put_bool(entry, "chosen", chosen(draft, contacts->at[i].id));
        json_add(recipients, entry);
    }
    if (json_array_size(recipients) > 1)
        portal_put_list(view, "recipients", recipients);
    else
        json_decref(recipients);
    request_put_limits(request);
    json_t *form = json_object_get(view, "form");
    if (!form) {
        form = json_object();
        json_put(view, "form", form);
    }
    json_t *text = json_object_get(form, "text");
    if (!text) {
        text = json_object();
        json_put(form, "text", text);
    }
    json_put_str(text, "value", draft->text);
}
