/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/spool.h"

#include <unistd.h>

#include "store/agency.h"
#include "store/blob.h"
#include "sys/fault.h"
#include "sys/file.h"

struct spool_upload {
    int64_t letter;
    int number; /* of the file that came last; 1 is kept for a text */
    struct seal_public press;
};

struct spool_file {
    int file;
    size_t bytes; /* sealed */
    int number;
    struct arena *arena; /* the sealer's, ends with the file's last byte */
    struct seal_writer *writer;
};

static enum err put_bytes(void *sink, struct str bytes)
{
    struct spool_file *spool = sink;
    if (FAULT_FAILS(spool_write)) return ERR_DISK_FULL;
    TRY(file_write_fd(spool->file, bytes));
    spool->bytes += bytes.len;
    return OK;
}

static void end_file(void *object)
{
    struct spool_file *spool = object;
    if (spool->file >= 0) close(spool->file);
    spool->file = -1;
    arena_free(&spool->arena);
}

static enum err find_press(struct request *request, struct seal_public *ret_press)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_agency_keys, PARAMS(P_INT(request->session.agency)),
                     request->arena, &rows));
    return store_agency_publics(&rows, ret_press->bytes, NULL, NULL);
}

static enum err prepare(struct request *request)
{
    struct spool_upload *upload = ARENA_ONE(request->arena, struct spool_upload);
    TRY(find_press(request, &upload->press));
    upload->letter = random_id();
    upload->number = 1;
    request->prepared = upload;
    return OK;
}

/* The first line says what its owner called the file: as private as the file itself. */
static enum err add_name(struct spool_file *spool, const struct http_file *file)
{
    JSON head = json_object();
    json_put_str(head, "name", file->name);
    json_put_str(head, "type", file->type);
    BUF_SECRET(line, 8 * 1024);
    TRY(json_write(head, &line));
    buf_add_byte(&line, '\n');
    TRY(buf_done(&line));
    return seal_writer_add(spool->writer, buf_str(&line));
}

static enum err begin(struct request *request, struct http_file *file)
{
    struct spool_upload *upload = request->prepared;
    struct spool_file *spool = ARENA_ONE(request->arena, struct spool_file);
    spool->file = -1;
    arena_on_end(request->arena, end_file, spool);
    spool->arena = arena_new_secret((size_t)1024 * 1024);
    TRY(file_spool(request->service->spool_folder, &spool->file));
    spool->number = ++upload->number;
    struct seal_binding binding = {SEAL_ORIGINAL, request->session.agency, "original",
                                   upload->letter, spool->number};
    TRY(seal_writer_open(spool->arena, &binding, &upload->press, 1, put_bytes, spool,
                         &spool->writer));
    file->kept = spool;
    return add_name(spool, file);
}

static enum err take(struct request *request, struct http_file *file, struct str bytes)
{
    (void)request;
    struct spool_file *spool = file->kept;
    return seal_writer_add(spool->writer, bytes);
}

static enum err end(struct request *request, struct http_file *file)
{
    (void)request;
    struct spool_file *spool = file->kept;
    TRY(seal_writer_finish(spool->writer));
    spool->writer = NULL;
    arena_free(&spool->arena);
    FAULT_POINT(upload_spooled);
    return OK;
}

const struct http_sink spool_sink = {prepare, begin, take, end};

int64_t spool_letter(const struct request *request)
{
    const struct spool_upload *upload = request->prepared;
    return upload->letter;
}

const struct seal_public *spool_press(const struct request *request)
{
    const struct spool_upload *upload = request->prepared;
    return &upload->press;
}

enum err spool_keep(struct request *request, struct store *store)
{
    ASSERT(request->files_fit == FILES_FIT); /* else the handler has answered already */
    for (size_t i = 0; i < request->file_count; i++) {
        const struct spool_file *spool = request->files[i].kept;
        int64_t blob = random_id();
        TRY(store_blob_put_file(store, blob, "original", 0, spool->file, spool->bytes));
        TRY(store_do(store, QUERY_original_add,
                     PARAMS(P_INT(spool_letter(request)), P_INT(spool->number), P_TEXT(STR("file")),
                            P_INT(blob))));
    }
    return OK;
}
