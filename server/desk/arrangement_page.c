/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/permit.h"
#include "server/desk/arrangement.h"
#include "server/desk/standing.h"

/* The head that all pages of an arrangement share, and how each is answered. */

/* Fills arrangement of the view: partials/arrangement_head says what is in it. */
static enum err put_head(struct store *store, const struct arrangement_page *page)
{
    struct request *request = page->request;
    const struct desk_arrangement *arrangement = &page->arrangement;
    json_t *object = json_object();
    json_put(request->view, "arrangement", object);
    json_put_code(object, "id", arrangement->id);
    json_put_str(object, "path", arrangement_path(request, arrangement->id, ""));
    json_put(object, "tab",
             desk_tagged(request, *page->tab ? str_from(page->tab) : STR("overview")));
    json_put_str(object, "reference", arrangement->reference);
    json_put_str(object, "child", arrangement->child.adoptive_name);
    json_put_code(object, "child_id", arrangement->child.id);
    json_put_str(object, "child_path", child_path(request, arrangement->child.id));
    json_put_str(object, "with", desk_sentence(request, arrangement_with(request, arrangement)));
    json_put(object, "kind", desk_tagged(request, arrangement->kind));
    json_put(object, "state", desk_tagged(request, arrangement->state));
    if (arrangement->pause.len) json_put_str(object, "pause", arrangement->pause);
    json_put_bool(object, "may_change_state",
                  standing_may_change(request, STANDING_ARRANGEMENT, arrangement->state));
    desk_put_number(request->view, "version", arrangement->record_version);
    return desk_put_changed(request, store, &page->keyring, arrangement->changed,
                            arrangement->changed_by, object);
}

/* Where it came from or went to: whose letters stay where. */
static enum err put_transfers(struct store *store, const struct arrangement_page *page)
{
    struct request *request = page->request;
    struct store_rows rows;
    json_t *list = json_array();
    TRY(store_query(store, QUERY_transfer_done, PARAMS(P_INT(page->id)), request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct utc decided;
        json_t *entry = json_object();
        json_put_bool(entry, "ours", rows_bool(&rows, row, "is_ours"));
        json_put_str(entry, "other", rows_str(&rows, row, "other_name"));
        json_put_reference(entry, "receipt", rows_int(&rows, row, "transfer_id"));
        desk_put_number(entry, "letters", rows_int(&rows, row, "letters"));
        if (rows_utc(&rows, row, "decided_at", &decided))
            desk_put_instant(entry, "when", decided, false);
        json_add(list, entry);
    }
    desk_put_list(json_object_get(request->view, "arrangement"), "moves", list);
    return OK;
}

static enum err show(struct store *store, void *context)
{
    struct arrangement_page *page = context;
    struct request *request = page->request;
    TRY(desk_keyring(request, store, &page->keyring));
    TRY(arrangement_read(request, store, &page->keyring, page->id, &page->arrangement));
    TRY(put_head(store, page));
    TRY(put_transfers(store, page));
    TRY(page->fill(store, page));
    return desk_audit(store, "arrangement_read", "arrangement", page->id, NULL, 0);
}

enum err arrangement_page(struct arrangement_page *page, int status)
{
    struct request *request = page->request;
    TRY(request_run(request, show, page));
    const char *name = *page->tab ? arena_print(request->arena, "desk/arrangement_%s", page->tab).at
                                  : "desk/arrangement";
    return reply_page_status(request, status, name);
}

void arrangement_put_occasion(struct arrangement_page *page, const struct store_rows *rows,
                              size_t row, json_t *list)
{
    struct request *request = page->request;
    const struct desk_arrangement *arrangement = &page->arrangement;
    struct str from = arrangement_called(request, arrangement, rows_int(rows, row, "from_party"));
    struct str to = arrangement_called(request, arrangement, rows_int(rows, row, "to_party"));
    struct day by = {0};
    json_t *entry = json_object();
    json_add(list, entry);
    (void)rows_day(rows, row, "due_on", &by);
    json_put_code(entry, "id", rows_int(rows, row, "occasion_id"));
    json_put_str(entry, "who",
                 desk_sentence(request, arena_print(request->arena, "%.*s to %.*s", STR_ARG(from),
                                                    STR_ARG(to))));
    desk_put_day(entry, "by", by);
    json_put(entry, "state", desk_tagged(request, rows_str(rows, row, "state")));
    if (!rows_null(rows, row, "letter_id"))
        json_put_code(entry, "letter", rows_int(rows, row, "letter_id"));
}

/* ---- before a form is looked at ---- */

struct reading {
    struct request *request;
    int64_t id;
    struct desk_arrangement *arrangement;
};

static enum err read_stored(struct store *store, void *context)
{
    const struct reading *reading = context;
    struct desk_keyring keyring;
    TRY(desk_keyring(reading->request, store, &keyring));
    return arrangement_read(reading->request, store, &keyring, reading->id, reading->arrangement);
}

enum err arrangement_stored(struct request *request, int64_t id,
                            struct desk_arrangement *ret_arrangement)
{
    struct reading reading = {request, id, ret_arrangement};
    return request_run(request, read_stored, &reading);
}
