/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <unistd.h>

#include "core/limits.h"
#include "server/http/http.h"
#include "server/portal/portal.h"
#include "sys/fault.h"
#include "sys/file.h"

/*
 * Where the bytes of uploaded files go while they come in: through the sealer, into a file without
 * a name (O_TMPFILE), so that nothing in clear touches a disk and nothing stays when the process
 * dies. The letter's id is chosen before, since each sealed file is bound to it.
 */
struct upload {
    int64_t letter;
    int number; /* of the file that came last; 1 is kept for the text */
    struct seal_public press;
};

struct spooling {
    struct portal_spool spool;
    struct arena *arena; /* the sealer's, ends with the file */
    struct seal_writer *writer;
};

static enum err put_bytes(void *sink, struct str bytes)
{
    struct portal_spool *spool = sink;
    if (FAULT_FAILS(spool_write)) return ERR_DISK_FULL;
    TRY(file_write_fd(spool->file, bytes));
    spool->bytes += bytes.len;
    return OK;
}

static void end_spooling(void *object)
{
    struct spooling *spooling = object;
    if (spooling->spool.file >= 0) close(spooling->spool.file);
    spooling->spool.file = -1;
    arena_free(&spooling->arena);
}

static enum err prepare(struct request *request)
{
    struct portal_publics publics;
    TRY(portal_publics(request, request->session.agency, &publics));
    struct upload *upload = ARENA_ONE(request->arena, struct upload);
    upload->letter = portal_id();
    upload->number = 1;
    upload->press = publics.press;
    request->prepared = upload;
    return OK;
}

/* The first line says what its owner called the file: as private as the file itself. */
static enum err add_name(struct spooling *spooling, const struct http_file *file)
{
    JSON head = json_object();
    json_put_str(head, "name", file->name);
    json_put_str(head, "type", file->type);
    BUF_SECRET(line, 8 * 1024);
    TRY(json_write(head, &line));
    buf_add_byte(&line, '\n');
    TRY(buf_done(&line));
    return seal_writer_add(spooling->writer, buf_str(&line));
}

static enum err begin(struct request *request, struct http_file *file)
{
    const struct portal *portal = request->app;
    struct upload *upload = request->prepared;
    struct spooling *spooling = ARENA_ONE(request->arena, struct spooling);
    spooling->spool.file = -1;
    arena_on_end(request->arena, end_spooling, spooling);
    spooling->arena = arena_new_secret((size_t)1024 * 1024);
    TRY(file_spool(portal->conf->portal_spool_folder, &spooling->spool.file));
    spooling->spool.letter = upload->letter;
    spooling->spool.number = ++upload->number;
    struct seal_binding binding = {SEAL_ORIGINAL, request->session.agency, "original",
                                   upload->letter, spooling->spool.number};
    TRY(seal_writer_open(spooling->arena, &binding, &upload->press, 1, put_bytes, &spooling->spool,
                         &spooling->writer));
    file->kept = &spooling->spool;
    return add_name(spooling, file);
}

static enum err take(struct request *request, struct http_file *file, struct str bytes)
{
    (void)request;
    struct spooling *spooling = (struct spooling *)file->kept;
    return seal_writer_add(spooling->writer, bytes);
}

static enum err end(struct request *request, struct http_file *file)
{
    (void)request;
    struct spooling *spooling = (struct spooling *)file->kept;
    TRY(seal_writer_finish(spooling->writer));
    FAULT_POINT(portal_file_spooled);
    return OK;
}

const struct http_sink portal_sink = {prepare, begin, take, end};

int64_t portal_upload_letter(const struct request *request)
{
    const struct upload *upload = request->prepared;
    return upload->letter;
}

const struct seal_public *portal_upload_press(const struct request *request)
{
    const struct upload *upload = request->prepared;
    return &upload->press;
}
