/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the register holds: every record of the agency, opened. */
#include <stdlib.h>

#include "core/json.h"
#include "ops/letterboxctl/import.h"
#include "ops/letterboxctl/sealed.h"

enum { PAGE = 500, PAGE_BYTES = 64 * 1024 * 1024 };

struct loading {
    struct import *import;
    const struct sign_in *session;
    size_t opened;
};

static void end_record(void *record)
{
    json_decref(record);
}

static enum err open_record(struct loading *loading, enum seal_purpose purpose, const char *table,
                            int64_t id, int64_t version, struct str sealed, json_t **ret_record)
{
    json_t *record;
    TRY(sealed_read(loading->session, purpose, table, id, version, sealed, &record));
    arena_on_end(loading->import->arena, end_record, record);
    import_progress(loading->import, "Opening", ++loading->opened, 0);
    *ret_record = record;
    return OK;
}

/* ---- slots from records ---- */

static struct str text_of(struct loading *loading, const json_t *record, const char *key)
{
    return arena_str(loading->import->arena, json_get_str(record, key));
}

static struct str list_of(struct loading *loading, const json_t *record, const char *key)
{
    struct str text = STR("");
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(record, key), index, entry) text =
        arena_print(loading->import->arena, "%.*s%s%.*s", STR_ARG(text), text.len ? "\n" : "",
                    STR_ARG(json_text(entry)));
    return text;
}

static struct str leaks_of(struct loading *loading, const json_t *record)
{
    struct str text = STR("");
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(record, "leak"), index, entry) text =
        arena_print(loading->import->arena, "%.*s%s%.*s=%.*s", STR_ARG(text), text.len ? "\n" : "",
                    STR_ARG(json_get_str(entry, "category")), STR_ARG(json_get_str(entry, "term")));
    return text;
}

static struct str day_of(struct loading *loading, const struct store_rows *rows, size_t row,
                         const char *column)
{
    struct day day;
    BUF(text, 16);
    if (!rows_day(rows, row, column, &day)) return STR("");
    day_put(&text, day);
    return arena_str(loading->import->arena, buf_str(&text));
}

/* ---- parties and children ---- */

static enum err take_party(struct loading *loading, const struct store_rows *rows, size_t row)
{
    struct arena *arena = loading->import->arena;
    struct import_party *party = ARENA_ONE(arena, struct import_party);
    struct import_facts *facts = &party->facts;
    facts->id = rows_int(rows, row, "party_id");
    facts->version = rows_int(rows, row, "record_version");
    party->kind_word = arena_str(arena, rows_str(rows, row, "kind"));
    party->channel = arena_str(arena, rows_str(rows, row, "channel"));
    party->state = arena_str(arena, rows_str(rows, row, "state"));
    party->language = arena_str(arena, rows_str(rows, row, "language"));
    party->plain_consent = rows_bool(rows, row, "plain_consent");
    party->address_confirmed = rows_bool(rows, row, "address_confirmed");
    party->email_confirmed = rows_bool(rows, row, "email_confirmed");
    if (!side_get(party->kind_word, &party->kind)) return ERR_DB;
    TRY(open_record(loading, SEAL_PARTY, "party", facts->id, facts->version,
                    rows_str(rows, row, "sealed_record"), &facts->record));
    party->has_key = json_get_bool(json_object_get(facts->record, "key"), "confirmed");
    facts->stored[PARTY_NAMES] = list_of(loading, facts->record, "names");
    facts->stored[PARTY_EMAIL] = list_of(loading, facts->record, "emails");
    facts->stored[PARTY_PHONE] = list_of(loading, facts->record, "phones");
    facts->stored[PARTY_ADDRESS] = text_of(loading, facts->record, "address");
    facts->stored[PARTY_RELATIONSHIP] = text_of(loading, facts->record, "relationship");
    facts->stored[PARTY_LEAKS] = leaks_of(loading, facts->record);
    facts->stored[PARTY_CHANNEL] = party->channel;
    facts->stored[PARTY_LANGUAGE] = party->language;
    facts->stored[PARTY_READS] = arena_str(arena, rows_str(rows, row, "reads"));
    import_list_add(loading->import, &loading->import->parties, party);
    return OK;
}

static enum err take_child(struct loading *loading, const struct store_rows *rows, size_t row)
{
    struct import_child *child = ARENA_ONE(loading->import->arena, struct import_child);
    struct import_facts *facts = &child->facts;
    facts->id = rows_int(rows, row, "child_id");
    facts->version = rows_int(rows, row, "record_version");
    TRY(open_record(loading, SEAL_CHILD, "child", facts->id, facts->version,
                    rows_str(rows, row, "sealed_record"), &facts->record));
    facts->stored[CHILD_BIRTH_NAME] = text_of(loading, facts->record, "birth_name");
    facts->stored[CHILD_ADOPTIVE_NAME] = text_of(loading, facts->record, "adoptive_name");
    facts->stored[CHILD_DOB] = text_of(loading, facts->record, "dob");
    facts->stored[CHILD_ORDER_DATE] = text_of(loading, facts->record, "order_date");
    import_list_add(loading->import, &loading->import->children, child);
    return OK;
}

/* ---- arrangements ---- */

/* In a list that came by ascending id, and has facts at the front of each thing. */
static void *by_id(const struct import_list *list, size_t count, int64_t id)
{
    size_t from = 0, to = count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct import_facts *facts = list->at[middle];
        if (facts->id == id) return list->at[middle];
        if (facts->id < id)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static struct str months_of(struct loading *loading, const struct store_rows *rows, size_t row)
{
    const int64_t *months;
    size_t count = rows_null(rows, row, "months") ? 0 : rows_ints(rows, row, "months", &months);
    BUF(text, 64);
    for (int64_t month = 1; month <= 12; month++)
        for (size_t i = 0; i < count; i++) {
            if (months[i] != month) continue;
            buf_print(&text, "%s%lld", text.len ? "," : "", (long long)month);
            break;
        }
    return arena_str(loading->import->arena, buf_str(&text));
}

static enum err take_terms(struct loading *loading, const struct store_rows *rows, size_t row,
                           struct import_arrangement *arrangement)
{
    struct arena *arena = loading->import->arena;
    const int64_t *months;
    if (rows_null(rows, row, "version")) return OK;
    arrangement->agreement_version = rows_int(rows, row, "version");
    arrangement->avoid_count = rows_ints(rows, row, "avoid_months", &months);
    int64_t *avoid = ARENA_MANY(arena, arrangement->avoid_count, int64_t);
    for (size_t i = 0; i < arrangement->avoid_count; i++) avoid[i] = months[i];
    arrangement->avoid_months = avoid;
    arrangement->facts.stored[TERM_MONTHS] = months_of(loading, rows, row);
    arrangement->facts.stored[TERM_FIRST_WRITER] =
        arena_str(arena, rows_str(rows, row, "first_writer"));
    if (rows_null(rows, row, "sealed_terms")) return OK;
    return open_record(loading, SEAL_AGREEMENT, "agreement", arrangement->facts.id,
                       arrangement->agreement_version, rows_str(rows, row, "sealed_terms"),
                       &arrangement->terms);
}

static enum err take_arrangement(struct loading *loading, const struct store_rows *rows, size_t row)
{
    struct import *import = loading->import;
    struct import_arrangement *arrangement = ARENA_ONE(import->arena, struct import_arrangement);
    struct import_facts *facts = &arrangement->facts;
    facts->id = rows_int(rows, row, "arrangement_id");
    facts->version = rows_int(rows, row, "record_version");
    arrangement->kind = arena_str(import->arena, rows_str(rows, row, "kind"));
    arrangement->state = arena_str(import->arena, rows_str(rows, row, "state"));
    arrangement->photo_level = arena_str(import->arena, rows_str(rows, row, "photo_level"));
    arrangement->two_person = rows_bool(rows, row, "two_person");
    arrangement->has_review = rows_day(rows, row, "review_on", &arrangement->review_on);
    arrangement->child =
        by_id(&import->children, import->children.count, rows_int(rows, row, "child_id"));
    if (!arrangement->child) return ERR_CONFLICT; /* it came after we read the children */
    TRY(open_record(loading, SEAL_ARRANGEMENT, "arrangement", facts->id, facts->version,
                    rows_str(rows, row, "sealed_record"), &facts->record));
    arrangement->reference = text_of(loading, facts->record, "reference");
    facts->stored[TERM_STATUS] = arrangement->state;
    facts->stored[TERM_KIND] = arrangement->kind;
    facts->stored[TERM_PHOTOS] = arrangement->photo_level;
    facts->stored[TERM_RISK] = text_of(loading, facts->record, "risk");
    facts->stored[TERM_COURT_ORDER] = text_of(loading, facts->record, "court_order");
    facts->stored[TERM_NOTES] = text_of(loading, facts->record, "note");
    facts->stored[TERM_LAST_IN] = day_of(loading, rows, row, "last_in_on");
    facts->stored[TERM_LAST_OUT] = day_of(loading, rows, row, "last_out_on");
    import_list_add(import, &import->arrangements, arrangement);
    return take_terms(loading, rows, row, arrangement);
}

static enum err load_offered(struct store *store, struct loading *loading)
{
    const struct import_list *list = &loading->import->arrangements;
    struct store_rows rows;
    TRY(store_query(store, QUERY_import_offered, NO_PARAMS, loading->import->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct import_arrangement *arrangement =
            by_id(list, list->count, rows_int(&rows, row, "arrangement_id"));
        if (!arrangement) return ERR_CONFLICT; /* it came after we read the arrangements */
        arrangement->is_offered = true;
    }
    return OK;
}

/* ---- pages ---- */

typedef enum err take_row(struct loading *loading, const struct store_rows *rows, size_t row);

/* A query of (after, limit), page by page: no result is larger than one. */
static enum err load_all(struct store *store, struct loading *loading, enum query_id query,
                         const char *id, take_row *take)
{
    int64_t after = 0;
    for (;;) {
        ARENA(page, PAGE_BYTES);
        struct store_rows rows;
        TRY(store_query(store, query, PARAMS(P_INT(after), P_INT(PAGE)), page, &rows));
        for (size_t row = 0; row < rows.count; row++) TRY(take(loading, &rows, row));
        if (rows.count < PAGE) return OK;
        after = rows_int(&rows, rows.count - 1, id);
    }
}

static enum err load_members(struct store *store, struct loading *loading)
{
    struct import *import = loading->import;
    struct store_rows rows;
    TRY(store_query(store, QUERY_arrangement_sides, NO_PARAMS, import->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct import_arrangement *arrangement =
            by_id(&import->arrangements, import->arrangements.count,
                  rows_int(&rows, row, "arrangement_id"));
        struct import_member *member = ARENA_ONE(import->arena, struct import_member);
        member->party =
            by_id(&import->parties, import->parties.count, rows_int(&rows, row, "party_id"));
        if (!arrangement || !member->party) return ERR_CONFLICT;
        if (!side_get(rows_str(&rows, row, "side"), &member->side)) return ERR_DB;
        member->is_stored = true;
        member->state = rows_str(&rows, row, "state");
        /* who took part and does no longer is still that side's: it stays where it is */
        member->next = arrangement->members;
        arrangement->members = member;
    }
    return OK;
}

static enum err take_base(struct loading *loading, const struct store_rows *rows, size_t row)
{
    struct import *import = loading->import;
    int64_t party = rows_int(rows, row, "party_id");
    const struct import_arrangement *arrangement = by_id(
        &import->arrangements, import->arrangements.count, rows_int(rows, row, "arrangement_id"));
    struct import_member *member = arrangement ? arrangement->members : NULL;
    while (member && member->party->facts.id != party) member = member->next;
    if (!member) return ERR_CONFLICT;
    member->base_id = rows_int(rows, row, "import_row_id");
    member->base_version = rows_int(rows, row, "version");
    return open_record(loading, SEAL_IMPORT, "import_row", member->base_id, member->base_version,
                       rows_str(rows, row, "sealed_cells"), &member->base);
}

static enum err load_links(struct store *store, struct loading *loading)
{
    struct import *import = loading->import;
    struct store_rows rows;
    TRY(store_query(store, QUERY_import_links, NO_PARAMS, import->arena, &rows));
    int64_t(*links)[2] = arena_take_array(import->arena, rows.count, sizeof *links);
    for (size_t row = 0; row < rows.count; row++) {
        links[row][0] = rows_int(&rows, row, "child_id");
        links[row][1] = rows_int(&rows, row, "sibling_id");
    }
    import->links = (const int64_t(*)[2])links;
    import->link_count = rows.count;
    return OK;
}

static enum err load(struct store *store, void *context)
{
    struct loading *loading = context;
    struct import *import = loading->import;
    import->parties.count = import->children.count = import->arrangements.count = 0;
    loading->opened = 0;
    TRY(load_all(store, loading, QUERY_import_parties, "party_id", take_party));
    TRY(load_all(store, loading, QUERY_import_children, "child_id", take_child));
    TRY(load_all(store, loading, QUERY_import_arrangements, "arrangement_id", take_arrangement));
    TRY(load_offered(store, loading));
    TRY(load_members(store, loading));
    TRY(load_all(store, loading, QUERY_import_rows, "import_row_id", take_base));
    TRY(load_links(store, loading));
    import->stored_parties = import->parties.count;
    import->stored_children = import->children.count;
    import->stored_arrangements = import->arrangements.count;
    /* before anything of it is told; the write has rows of its own */
    return store_do(
        store, QUERY_audit_append,
        PARAMS(P_TEXT(STR("register_compared")), P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
}

enum err import_load(struct import *import, const struct sign_in *session)
{
    struct loading loading = {.import = import, .session = session};
    return store_db_run(session->pool, &session->gate, load, &loading);
}
