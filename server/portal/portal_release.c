/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/code.h"
#include "core/limits.h"
#include "server/portal/portal.h"
#include "store/blob.h"
#include "sys/clock.h"
#include "sys/fault.h"

/*
 * A released letter, shown to its reader. Opening it is journalled and audited before anything is
 * shown, after all checks have been made again (release_open); only then may its parts be seen, and
 * none of them once a check would fail: the policy of release_part asks each time.
 */

enum { RELEASE_PART_BYTES = LIMIT_DOCUMENT_BYTES };

struct showing {
    struct request *request;
    const struct portal_release *release;
    bool opened;
    int64_t number;     /* of the part wanted; 0: the PDF */
    struct buf content; /* of that part */
};

static enum err open_release(struct store *store, void *context)
{
    struct showing *showing = context;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_release_open, PARAMS(P_INT(showing->release->id)),
                        showing->request->arena, &rows));
    showing->opened = rows_null(&rows, 0, "refusal");
    return OK;
}

static enum err read_part(struct store *store, const struct store_rows *rows, size_t row,
                          struct showing *showing, struct buf *ret_content)
{
    struct request *request = showing->request;
    BUF(sealed, RELEASE_PART_BYTES);
    TRY(store_blob_get(store, rows_int(rows, row, "blob_id"), &sealed));
    struct seal_binding expected = {SEAL_RELEASE, request->session.agency, "release_part",
                                    showing->release->id, rows_int(rows, row, "number")};
    return seal_open(&expected, showing->release->pair, 1, buf_str(&sealed), ret_content);
}

static enum err list_parts(struct store *store, struct showing *showing,
                           struct store_rows *ret_rows)
{
    return store_query(store, QUERY_release_parts,
                       PARAMS(P_INT(showing->release->id), P_TEXT(STR("recipient"))),
                       showing->request->arena, ret_rows);
}

/* Where a picture is; it is not opened before it is asked for. */
static void put_image(const struct showing *showing, int64_t number, json_t *pages)
{
    struct arena *arena = showing->request->arena;
    json_t *page = json_object();
    json_put_int(page, "number", number);
    json_put_str(page, "src",
                 arena_print(arena, "%s/pages/%lld", showing->release->path, (long long)number));
    json_put_str(page, "alt", arena_print(arena, "Picture %zu", json_array_size(pages) + 1));
    json_add(pages, page);
}

static bool is_image(struct str kind)
{
    return str_equal(kind, STR("page")) || str_equal(kind, STR("photo"));
}

struct shown_parts {
    json_t *texts, *pages;
    bool removed; /* a text says so */
};

static enum err put_part(struct store *store, const struct store_rows *rows, size_t row,
                         struct showing *showing, struct shown_parts *parts)
{
    struct str kind = rows_str(rows, row, "kind");
    if (str_equal(kind, STR("pdf"))) return OK;
    if (is_image(kind)) {
        put_image(showing, rows_int(rows, row, "number"), parts->pages);
        return OK;
    }
    BUF_SECRET(content, RELEASE_PART_BYTES);
    TRY(read_part(store, rows, row, showing, &content));
    if (str_equal(kind, STR("words"))) { /* on the picture before, for who cannot see it */
        size_t count = json_array_size(parts->pages);
        if (count == 0) return ERR_DB;
        json_put_str(json_array_get(parts->pages, count - 1), "words", buf_str(&content));
        return OK;
    }
    parts->removed = parts->removed || str_find(buf_str(&content), STR(" removed]")) != STR_NONE;
    json_add(parts->texts, json_str(buf_str(&content)));
    return OK;
}

static enum err read_release(struct store *store, void *context)
{
    struct showing *showing = context;
    struct request *request = showing->request;
    struct store_rows rows;
    struct shown_parts parts = {json_array(), json_array(), false};
    json_t *letter = json_object();
    json_put(request->view, "letter", letter);
    json_t *text_list = json_object(), *page_list = json_object();
    json_put(text_list, "list", parts.texts);
    json_put(page_list, "list", parts.pages);
    json_put(letter, "texts", text_list);
    json_put(letter, "pages", page_list);
    TRY(list_parts(store, showing, &rows));
    for (size_t row = 0; row < rows.count; row++) TRY(put_part(store, &rows, row, showing, &parts));
    if (json_array_size(parts.texts) == 0) json_object_del(letter, "texts");
    if (json_array_size(parts.pages) == 0) json_object_del(letter, "pages");
    json_put_bool(request->view, "removed", parts.removed);
    TRY(store_query_one(store, QUERY_release_self, PARAMS(P_INT(showing->release->id)),
                        request->arena, &rows));
    struct utc composed = {0};
    rows_utc(&rows, 0, "composed_at", &composed);
    portal_put_instant(request->view, "date", composed, false);
    json_put_bool(request->view, "note", str_equal(rows_str(&rows, 0, "kind"), STR("note")));
    if (request->session.kind == SESSION_LINK) /* as its e-mail says, too */
        portal_put_day(request->view, "until",
                       (struct day){clock_day(composed).number + LIMIT_LINK_DAYS});
    json_put_reference(request->view, "reference", showing->release->id);
    json_put_str(request->view, "id_path", str_from(showing->release->path));
    return OK;
}

enum err portal_release_view(struct request *request, const struct portal_release *release)
{
    struct showing showing = {.request = request, .release = release};
    TRY(request_run(request, open_release, &showing));
    FAULT_POINT(portal_release_opened);
    if (!showing.opened) return ERR_FORBIDDEN;
    return request_run(request, read_release, &showing);
}

/* ---- one part as bytes ---- */

static enum err find_part(struct store *store, void *context)
{
    struct showing *showing = context;
    struct store_rows rows;
    TRY(list_parts(store, showing, &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct str kind = rows_str(&rows, row, "kind");
        bool wanted = showing->number == 0
                          ? str_equal(kind, STR("pdf"))
                          : rows_int(&rows, row, "number") == showing->number && is_image(kind);
        if (!wanted) continue;
        buf_clear(&showing->content);
        return read_part(store, &rows, row, showing, &showing->content);
    }
    return ERR_NOT_FOUND;
}

static const char *image_type(struct str bytes)
{
    return str_starts(bytes, STR("\x89PNG")) ? "image/png" : "image/jpeg";
}

static enum err show_part(struct request *request, const struct portal_release *release,
                          int64_t number)
{
    struct showing showing = {.request = request, .release = release, .number = number};
    showing.content = buf_new_secret(RELEASE_PART_BYTES);
    enum err code = request_run(request, find_part, &showing);
    if (code != OK) {
        buf_free(&showing.content);
        return code;
    }
    const char *type = number ? image_type(buf_str(&showing.content)) : "application/pdf";
    if (number) return reply_bytes(request, type, NULL, &showing.content);
    BUF(name, 40);
    code_reference_put(&name, release->id);
    buf_add_c(&name, ".pdf");
    return reply_bytes(request, type, name.at, &showing.content);
}

enum err portal_release_page(struct request *request, const struct portal_release *release,
                             int64_t number)
{
    return show_part(request, release, number);
}

enum err portal_release_pdf(struct request *request, const struct portal_release *release)
{
    return show_part(request, release, 0);
}
