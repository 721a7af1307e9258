/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A form with files, while it comes in. Its first part must be the right csrf token: no byte of a
 * file is handed on before. What is found wrong is remembered; the rest is then read and thrown
 * away, because a browser shows no answer before it has sent everything. Files that are too large
 * or too many are thrown away too, and the handler says so (request_check_files).
 */
#include <string.h>

#include "core/limits.h"
#include "core/utf8.h"
#include "crypt/token.h"
#include "server/http/exchange.h"

enum { FILE_NAME_BYTES = 1024 };

static void refuse(struct http_exchange *exchange, enum err code)
{
    if (exchange->refused == OK) exchange->refused = code;
}

/* The name without the folders that old browsers send. */
static struct str base_name(struct str name)
{
    for (size_t i = name.len; i-- > 0;)
        if (name.at[i] == '/' || name.at[i] == '\\') return str_from_byte(name, i + 1);
    return name;
}

static enum err clean_name(struct http_exchange *exchange, struct str name, struct str *ret_name)
{
    BUF_SECRET(clean, FILE_NAME_BYTES);
    TRY(utf8_clean(base_name(name), &clean));
    for (size_t i = 0; i < clean.len; i++)
        if (clean.at[i] == '\n' || clean.at[i] == '\t') return ERR_BAD_INPUT;
    *ret_name = arena_str(exchange->request.arena, buf_str(&clean));
    return OK;
}

static enum err note_file(struct http_exchange *exchange, const struct multipart_part *part)
{
    struct upload *upload = exchange->upload;
    struct request *request = &exchange->request;
    struct http_file *file = &exchange->files[request->file_count];
    memset(file, 0, sizeof *file);
    TRY(clean_name(exchange, part->name, &file->field));
    TRY(clean_name(exchange, part->file_name, &file->name));
    TRY(clean_name(exchange, part->type, &file->type));
    upload->file = file;
    upload->in_file = true;
    upload->begun = false;
    return OK;
}

static enum err on_begin(void *context, const struct multipart_part *part)
{
    struct http_exchange *exchange = context;
    struct upload *upload = exchange->upload;
    upload->in_file = false;
    bool is_first = upload->parts++ == 0;
    if (exchange->refused != OK) return OK;
    if (is_first && (part->is_file || !str_equal(part->name, STR("csrf")))) {
        refuse(exchange, ERR_CSRF);
        return OK;
    }
    if (part->is_file) {
        refuse(exchange, note_file(exchange, part));
        return OK;
    }
    upload->name = arena_str(exchange->request.arena, part->name);
    buf_clear(&upload->text);
    return OK;
}

static void keep_head(struct http_file *file, struct str bytes)
{
    for (size_t i = 0; i < bytes.len && file->bytes + i < sizeof file->head; i++)
        file->head[file->bytes + i] = bytes.at[i];
}

static enum http_files_fit count_file(struct http_exchange *exchange, size_t bytes)
{
    struct upload *upload = exchange->upload;
    upload->file->bytes += bytes;
    upload->file_bytes += bytes;
    if (upload->file->bytes > LIMIT_FILE_BYTES) return FILE_TOO_BIG;
    if (upload->file_bytes > LIMIT_UPLOAD_BYTES) return FILES_TOO_BIG;
    bool is_one_more = !upload->begun && exchange->request.file_count == LIMIT_FILES;
    return is_one_more ? FILES_TOO_MANY : FILES_FIT;
}

/* What does not fit is not the end: its sender gets the form back with all that was typed. */
static enum err take_file(struct http_exchange *exchange, struct str bytes)
{
    struct upload *upload = exchange->upload;
    struct http_file *file = upload->file;
    const struct http_sink *sink = exchange->request.service->sink;
    keep_head(file, bytes);
    if (exchange->request.files_fit == FILES_FIT)
        exchange->request.files_fit = count_file(exchange, bytes.len);
    if (exchange->request.files_fit != FILES_FIT) return OK;
    if (!upload->begun) {
        upload->begun = true;
        exchange->request.file_count++;
        TRY(sink->begin(&exchange->request, file));
    }
    return sink->take(&exchange->request, file, bytes);
}

static enum err on_data(void *context, struct str bytes)
{
    struct http_exchange *exchange = context;
    struct upload *upload = exchange->upload;
    if (exchange->refused != OK) return OK;
    if (upload->in_file) {
        refuse(exchange, take_file(exchange, bytes));
        return OK;
    }
    upload->text_bytes += bytes.len;
    if (upload->text_bytes > LIMIT_FORM_BYTES)
        refuse(exchange, ERR_TOO_BIG);
    else
        buf_add(&upload->text, bytes);
    return OK;
}

static enum err check_csrf(struct http_exchange *exchange)
{
    SECRET(expected);
    SECRET(given);
    TRY(exchange_csrf(exchange, &expected));
    if (!token_get(buf_str(&exchange->upload->text), &given) || !secret_equal(&expected, &given))
        return ERR_CSRF;
    exchange->upload->guarded = true;
    return OK;
}

/* An input without a file chosen sends an empty one without a name: that is none. */
static enum err end_file(struct http_exchange *exchange)
{
    struct upload *upload = exchange->upload;
    upload->in_file = false;
    if (exchange->request.files_fit != FILES_FIT) return OK;
    if (upload->begun)
        return exchange->request.service->sink->end(&exchange->request, upload->file);
    if (!upload->file->name.len) return OK;
    exchange->request.files_fit = count_file(exchange, 0);
    if (exchange->request.files_fit == FILES_FIT) exchange->request.file_count++;
    return OK;
}

static enum err on_end(void *context)
{
    struct http_exchange *exchange = context;
    struct upload *upload = exchange->upload;
    if (exchange->refused != OK) return OK;
    if (upload->in_file) {
        refuse(exchange, end_file(exchange));
        return OK;
    }
    refuse(exchange, buf_done(&upload->text));
    if (upload->parts == 1) refuse(exchange, check_csrf(exchange));
    refuse(exchange, form_add(&exchange->request.form, upload->name, buf_str(&upload->text),
                              exchange->request.arena));
    return OK;
}

static const struct multipart_events events = {on_begin, on_data, on_end};

static void end_text(void *upload)
{
    buf_free(&((struct upload *)upload)->text);
}

enum err upload_begin(struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    struct upload *upload = ARENA_ONE(arena, struct upload);
    upload->text = buf_new_secret(LIMIT_FORM_BYTES);
    arena_on_end(arena, end_text, upload);
    exchange->upload = upload;
    /* One more than can be: the slot of an input that turns out to be empty. */
    exchange->files = ARENA_MANY(arena, LIMIT_FILES + 1, struct http_file);
    exchange->request.files = exchange->files;
    exchange->request.form = form_new(arena, LIMIT_FORM_FIELDS);
    return multipart_open(exchange->content_type, &events, exchange, arena, &upload->multipart);
}

void upload_take(struct http_exchange *exchange, struct str bytes)
{
    if (exchange->refused == OK)
        refuse(exchange, multipart_take(exchange->upload->multipart, bytes));
    if (exchange->refused == OK && arena_over(exchange->request.arena))
        refuse(exchange, ERR_TOO_BIG);
}

void upload_finish(struct http_exchange *exchange)
{
    if (exchange->refused == OK) refuse(exchange, multipart_finish(exchange->upload->multipart));
    if (exchange->refused == OK && !exchange->upload->guarded) refuse(exchange, ERR_CSRF);
}
