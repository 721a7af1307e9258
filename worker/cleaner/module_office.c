/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Word-processor documents. A DOCX is written plainly and stripped here, made a PDF by LibreOffice
 * inside this sandbox, then read as any PDF. ODT, RTF and DOC are made a DOCX by LibreOffice first,
 * so that there is one way to strip; what would be lost on that way is read here before.
 * LibreOffice is gone, and so are the system calls it needs, before the PDF is looked at.
 */
#include "core/arena.h"
#include "core/limits.h"
#include "sanitise/kind.h"
#include "sys/confine.h"
#include "worker/cleaner/document_pdf.h"
#include "worker/cleaner/module.h"
#include "worker/cleaner/office_convert.h"
#include "worker/cleaner/office_docx.h"
#include "worker/cleaner/office_odt.h"
#include "worker/cleaner/office_ole.h"
#include "worker/cleaner/office_plain.h"

#define DOCX_FILTER "MS Word 2007 XML"

enum {
    ARENA_BYTES = 512 * 1024 * 1024,
    FILE_BYTES_MAX = 128 * 1024 * 1024,
    EXIT_NO_WALLS = 114,
};

/* ---- the archive ------------------------------------------------------------------------------
 */

static void read_archive(struct job *job, struct str file, struct arena *arena, struct zip *zip)
{
    switch (zip_read(file, arena, zip)) {
    case OK: zip_plain(zip, arena); return;
    case ERR_TOO_BIG: job_refuse(job, REFUSAL_TOO_BIG);
    case ERR_FORBIDDEN: job_refuse(job, REFUSAL_ENCRYPTED);
    default: job_refuse(job, REFUSAL_MALFORMED);
    }
}

static void refuse_unread(struct job *job, enum err err)
{
    if (err != OK) job_refuse(job, err == ERR_TOO_BIG ? REFUSAL_TOO_BIG : REFUSAL_MALFORMED);
}

static struct buf write_archive(struct job *job, const struct zip *zip)
{
    struct buf file = buf_new(ZIP_BYTES_MAX + LIMIT_DOCUMENT_BYTES);
    zip_write(zip, &file);
    if (buf_done(&file) != OK) job_refuse(job, REFUSAL_TOO_BIG);
    return file;
}

/* ---- what is no DOCX --------------------------------------------------------------------------
 */

/* LibreOffice calls itself the maker of what it converts: who made the original is told before. */
static struct str to_docx(struct job *job, struct str document, const char *from,
                          const char *reader, struct arena *arena)
{
    struct buf file = buf_new(FILE_BYTES_MAX);
    office_convert(job, document, from, reader, "docx", DOCX_FILTER, &file);
    struct str kept = arena_str(arena, buf_str(&file));
    buf_free(&file);
    return kept;
}

static struct str from_odt(struct job *job, struct arena *arena, struct docx *docx)
{
    struct arena *own = arena_new(ARENA_BYTES);
    struct zip zip;
    read_archive(job, job->document, own, &zip);
    if (odt_is_locked(&zip)) job_refuse(job, REFUSAL_ENCRYPTED);
    refuse_unread(job, odt_strip(&zip, own, docx));
    struct buf plain = write_archive(job, &zip);
    arena_free(&own);
    struct str file = to_docx(job, buf_str(&plain), "odt", "writer8", arena);
    buf_free(&plain);
    return file;
}

static struct str from_doc(struct job *job, struct arena *arena, struct docx *docx)
{
    struct ole ole = ole_look(job->document);
    if (!ole.is_readable) job_refuse(job, REFUSAL_MALFORMED);
    if (ole.is_locked) job_refuse(job, REFUSAL_ENCRYPTED);
    if (!ole.is_word) job_refuse(job, REFUSAL_TYPE);
    docx->has[REMOVED_SCRIPTS] = ole.has_macros;
    docx->has[REMOVED_ATTACHMENTS] = ole.has_objects;
    docx->has[REMOVED_PRODUCER] = true; /* the format has it in every file */
    return to_docx(job, job->document, "doc", NULL, arena);
}

static struct str from_rtf(struct job *job, struct arena *arena, struct docx *docx)
{
    struct str rtf = job->document;
    size_t editor = str_find(rtf, STR("\\operator "));
    if (editor != STR_NONE && !str_starts(str_from_byte(rtf, editor + 10), STR("}")))
        docx->has[REMOVED_LAST_EDITOR] = true;
    if (str_find(rtf, STR("\\*\\generator")) != STR_NONE) docx->has[REMOVED_PRODUCER] = true;
    if (str_find(rtf, STR("\\objdata")) != STR_NONE) docx->has[REMOVED_ATTACHMENTS] = true;
    return to_docx(job, rtf, "rtf", "Rich Text Format", arena);
}

/* The document as a DOCX. */
static struct str make_docx(struct job *job, struct arena *arena, struct docx *docx)
{
    switch (kind_of(job->document)) {
    case KIND_DOCX: return job->document;
    case KIND_ODT: return from_odt(job, arena, docx);
    case KIND_DOC: return from_doc(job, arena, docx);
    case KIND_RTF: return from_rtf(job, arena, docx);
    default: job_refuse(job, REFUSAL_TYPE);
    }
}

/* ---- all of it --------------------------------------------------------------------------------
 */

static void clean(struct job *job)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct docx docx = {.hidden = buf_new(ANSWER_TEXT_BYTES_MAX)};
    struct zip zip;
    read_archive(job, make_docx(job, arena, &docx), arena, &zip);
    bool is_original = kind_of(job->document) == KIND_DOCX, is_told = docx.has[REMOVED_PRODUCER];
    refuse_unread(job, docx_strip(&zip, arena, &docx));
    if (!is_original) docx.has[REMOVED_PRODUCER] = is_told;
    struct buf plain = write_archive(job, &zip), pdf = buf_new(FILE_BYTES_MAX);
    if (buf_done(&docx.hidden) != OK) job_refuse(job, REFUSAL_TOO_BIG);
    office_convert(job, buf_str(&plain), "docx", DOCX_FILTER, "pdf", "writer_pdf_Export", &pdf);
    buf_free(&plain);
    if (confine_calls(CONFINE_CLEANER, false) != OK) _exit(EXIT_NO_WALLS);
    document_pdf(job, buf_str(&pdf), docx.has);
    if (docx.hidden.len > 0) {
        answer_hidden(job->answer, 0, buf_str(&docx.hidden));
        answer_warning(job->answer, 0, WARNING_HIDDEN_TEXT, 0);
    }
    if (docx.is_remote) answer_warning(job->answer, 0, WARNING_REMOTE_CONTENT, 0);
}

MODULE const struct module cleaner_module = {.clean = clean, .keeps_walls_open = 1};
