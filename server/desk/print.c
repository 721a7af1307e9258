/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/print.h"

#include "core/code.h"
#include "render/join.h"
#include "rules/permit.h"
#include "sys/clock.h"

enum { BATCHES_SHOWN = 20 };

static struct str batch_path(struct request *request, int64_t batch)
{
    BUF(code, 16);
    code_id_put(&code, batch);
    return arena_print(request->arena, "/prints/%s", code.at);
}

static struct str party_name(const struct register_view *view, int64_t party)
{
    const struct register_party *found = register_party(view, party);
    return found ? found->name->name : STR("");
}

/* ---- the queue ---- */

static enum err put_waiting(struct request *request, struct store *store,
                            const struct register_view *view)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_print_queue, PARAMS(P_TEXT(STR("queued"))), request->arena,
                    &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct utc made = {0};
        json_t *entry = json_object();
        json_put_code(entry, "id", rows_int(&rows, row, "dispatch_id"));
        json_put_bool(entry, "ticked",
                      desk_ticked(request, "dispatch", rows_int(&rows, row, "dispatch_id"), true));
        json_put_reference(entry, "code", rows_int(&rows, row, "print_id"));
        json_put_str(entry, "to", party_name(view, rows_int(&rows, row, "to_party")));
        (void)rows_utc(&rows, row, "made_at", &made);
        desk_put_instant(entry, "since", made, false);
        json_add(list, entry);
    }
    desk_put_list(request->view, "waiting", list);
    return OK;
}

static enum err put_batches(struct request *request, struct store *store,
                            const struct desk_keyring *keyring)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_print_batches, PARAMS(P_INT(BATCHES_SHOWN)), request->arena,
                    &rows));
    JSON list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct utc printed = {0};
        struct day posted;
        struct str name;
        json_t *entry = json_object();
        json_add(list, entry);
        json_put_code(entry, "id", rows_int(&rows, row, "batch_id"));
        (void)rows_utc(&rows, row, "printed_at", &printed);
        desk_put_instant(entry, "made", printed, true);
        TRY(desk_staff_name(request, store, keyring, rows_int(&rows, row, "printed_by"), &name));
        json_put_str(entry, "by", name);
        desk_put_number(entry, "count", rows_int(&rows, row, "items"));
        if (rows_int(&rows, row, "waiting") == 0 && rows_day(&rows, row, "posted_on", &posted))
            desk_put_day(entry, "posted", posted);
    }
    desk_put_list(request->view, "batches", json_incref(list));
    return OK;
}

static enum err show_queue(struct store *store, void *context)
{
    struct register_view *view = context;
    struct request *request = view->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    TRY(put_waiting(request, store, view));
    TRY(put_batches(request, store, &keyring));
    return desk_audit(store, "prints_listed", NULL, 0, NULL, 0);
}

enum err print_queue_page(struct request *request)
{
    REGISTER(view);
    TRY(register_take(request, &view));
    TRY(request_run(request, show_queue, &view));
    return reply_page(request, "desk/prints");
}

/* ---- one batch ---- */

struct showing {
    struct request *request;
    int64_t batch;
    struct register_view *view;
};

/* Why an item must not be posted, in small letters: it stands in the middle of a sentence. */
static struct str why_stopped(struct request *request, struct str code)
{
    enum refused refusal;
    struct str why =
        refused_get(code, &refusal) ? str_from(refused_why(refusal)) : STR("It was stopped.");
    return arena_print(request->arena, "%c%.*s", why.at[0] | 0x20, STR_ARG(str_from_byte(why, 1)));
}

static void put_item(struct request *request, const struct register_view *view,
                     const struct store_rows *rows, size_t row, json_t *list)
{
    struct str state = rows_str(rows, row, "state");
    struct day posted;
    json_t *entry = json_object();
    json_put_code(entry, "id", rows_int(rows, row, "dispatch_id"));
    json_put_bool(entry, "ticked",
                  desk_ticked(request, "dispatch", rows_int(rows, row, "dispatch_id"), false));
    json_put_reference(entry, "code", rows_int(rows, row, "print_id"));
    json_put_str(entry, "to", party_name(view, rows_int(rows, row, "to_party")));
    if (str_equal(state, STR("stopped")))
        json_put_str(entry, "stopped", why_stopped(request, rows_str(rows, row, "code")));
    if (str_equal(state, STR("posted")) && rows_day(rows, row, "posted_on", &posted))
        desk_put_day(entry, "done", posted);
    json_add(list, entry);
}

static enum err put_batch(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct store_rows *rows,
                          int64_t batch)
{
    struct utc printed = {0};
    struct day posted, last = {0};
    bool is_waiting = false, is_posted = false;
    struct str name;
    json_t *object = json_object();
    json_put(request->view, "batch", object);
    json_put_code(object, "id", batch);
    json_put_str(object, "path", batch_path(request, batch));
    (void)rows_utc(rows, 0, "printed_at", &printed);
    desk_put_instant(object, "made", printed, true);
    TRY(desk_staff_name(request, store, keyring, rows_int(rows, 0, "printed_by"), &name));
    json_put_str(object, "by", name);
    for (size_t row = 0; row < rows->count; row++) {
        is_waiting = is_waiting || str_equal(rows_str(rows, row, "state"), STR("printed"));
        if (!rows_day(rows, row, "posted_on", &posted)) continue;
        is_posted = true;
        if (posted.number > last.number) last = posted;
    }
    json_put_bool(object, "waiting", is_waiting);
    if (is_posted && !is_waiting) desk_put_day(object, "posted", last);
    return OK;
}

/* What changed since it was printed: the envelope is in somebody's hand. */
static enum err check_items(struct request *request, struct store *store, int64_t batch)
{
    struct store_rows rows, checked;
    TRY(store_query(store, QUERY_print_batch, PARAMS(P_INT(batch)), request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++)
        if (str_equal(rows_str(&rows, row, "state"), STR("printed")))
            TRY(store_query_one(store, QUERY_print_check,
                                PARAMS(P_INT(rows_int(&rows, row, "print_id"))), request->arena,
                                &checked));
    return OK;
}

static enum err show_batch(struct store *store, void *context)
{
    const struct showing *showing = context;
    struct request *request = showing->request;
    struct register_view *view = showing->view;
    struct desk_keyring keyring;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    TRY(check_items(request, store, showing->batch));
    TRY(store_query(store, QUERY_print_batch, PARAMS(P_INT(showing->batch)), request->arena,
                    &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    TRY(put_batch(request, store, &keyring, &rows, showing->batch));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) put_item(request, view, &rows, row, list);
    desk_put_list(request->view, "letters", list);
    return desk_audit(store, "prints_listed", "print_batch", showing->batch, NULL, 0);
}

enum err print_batch_page(struct request *request, int64_t batch)
{
    REGISTER(view);
    struct showing showing = {request, batch, &view};
    if (!request_has_problem(request)) desk_put_date(request, "", clock_day(request->arrived));
    TRY(register_take(request, &view));
    TRY(request_run(request, show_batch, &showing));
    return reply_page(request, "desk/print");
}

/* ---- PDFs ---- */

struct printing {
    struct request *request;
    int64_t batch;
    bool sheets;
    struct buf files[PRINT_BATCH_MOST];
    int64_t prints[PRINT_BATCH_MOST], parties[PRINT_BATCH_MOST];
    size_t count;
};

static void forget_files(struct printing *printing)
{
    for (size_t i = 0; i < printing->count; i++) buf_free(&printing->files[i]);
    printing->count = 0;
}

/* The facts are asked once more, and the printing journalled; what may not go any more is left
 * out. */
static enum err open_item(struct printing *printing, struct store *store,
                          const struct desk_keyring *keyring, const struct store_rows *rows,
                          size_t row)
{
    struct request *request = printing->request;
    struct store_rows begun;
    int64_t print = rows_int(rows, row, "print_id");
    if (!str_equal(rows_str(rows, row, "state"), STR("printed")) ||
        printing->count == PRINT_BATCH_MOST)
        return OK;
    TRY(store_query_one(store, QUERY_print_begin, PARAMS(P_INT(print), P_INT(printing->batch)),
                        request->arena, &begun));
    if (!rows_null(&begun, 0, "refusal")) return OK;
    size_t at = printing->count++;
    printing->files[at] = buf_new_secret(LIMIT_DOCUMENT_BYTES);
    printing->prints[at] = print;
    printing->parties[at] = rows_int(rows, row, "to_party");
    return desk_open_blob(request, store, keyring, SEAL_PRINT,
                          printing->sheets ? "print_item.sheet" : "print_item.letter", print, 1,
                          rows_int(rows, row, printing->sheets ? "sheet_blob" : "letter_blob"),
                          &printing->files[at]);
}

static enum err open_items(struct store *store, void *context)
{
    struct printing *printing = context;
    struct request *request = printing->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    forget_files(printing);
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query(store, QUERY_print_batch, PARAMS(P_INT(printing->batch)), request->arena,
                    &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    for (size_t row = 0; row < rows.count; row++)
        TRY(open_item(printing, store, &keyring, &rows, row));
    for (size_t i = 0; i < printing->count; i++)
        TRY(desk_audit(store, "letter_printed", "print", printing->prints[i], "party",
                       printing->parties[i]));
    return OK;
}

static enum err join(const struct printing *printing, struct buf *ret_pdf)
{
    struct str files[PRINT_BATCH_MOST];
    for (size_t i = 0; i < printing->count; i++) files[i] = buf_str(&printing->files[i]);
    return render_join(files, printing->count, ret_pdf);
}

enum err print_reply(struct request *request, int64_t batch, bool sheets)
{
    struct printing printing = {.request = request, .batch = batch, .sheets = sheets};
    BUF_SECRET(pdf, PRINT_BYTES);
    enum err code = request_run(request, open_items, &printing);
    bool is_empty = code == OK && printing.count == 0;
    if (code == OK && !is_empty) code = join(&printing, &pdf);
    forget_files(&printing);
    TRY(code);
    if (is_empty) return reply_see(request, batch_path(request, batch).at, "print-nothing");
    BUF(name, 40);
    code_id_put(&name, batch);
    return reply_bytes(
        request, "application/pdf",
        arena_print(request->arena, "%s-%s.pdf", sheets ? "addresses" : "letters", name.at).at,
        &pdf);
}
