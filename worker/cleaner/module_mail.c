/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * E-mail, and text and HTML files in whatever character set. GMime parses, after our own count of
 * what it has no limit for; attachments go out as bytes, each for a cleaner of its own.
 */
#include <gmime/gmime.h>

#include "core/limits.h"
#include "sanitise/kind.h"
#include "worker/cleaner/mail_limits.h"
#include "worker/cleaner/mail_walk.h"
#include "worker/cleaner/module.h"

enum { ARENA_BYTES = 128 * 1024 * 1024 };

static void prepare(void)
{
    g_mime_init();
}

static void note_broken(gint64 offset, GMimeParserWarning warning, const gchar *item,
                        gpointer has_broken)
{
    (void)offset;
    (void)item;
    if (warning >= GMIME_CRIT_INVALID_HEADER_NAME || warning == GMIME_WARN_MALFORMED_MULTIPART)
        *(gboolean *)has_broken = TRUE;
}

static void write_letter(struct walk *walk, struct answer *answer, bool is_mail)
{
    if (is_mail) answer_mail(answer, &walk->mail);
    struct str body = str_trim(buf_str(&walk->body));
    if (body.len > 0) answer_text(answer, 0, body);
    for (size_t i = 0; i < walk->text_count; i++)
        answer_text(answer, walk->texts[i].source, walk->texts[i].text);
    for (size_t i = 0; i < walk->hidden_count; i++)
        answer_hidden(answer, walk->hidden[i].source, walk->hidden[i].text);
    for (size_t i = 0; i < walk->warning_count; i++)
        answer_warning(answer, walk->warnings[i].source, (enum warning)walk->warnings[i].code, 0);
}

static void clean_text(struct job *job, struct walk *walk)
{
    if (!walk_plain_text(walk, job->document, &walk->body)) job_refuse(job, REFUSAL_TOO_BIG);
    write_letter(walk, job->answer, false);
}

static void clean_html(struct job *job, struct walk *walk)
{
    walk_html(walk, job->document);
    if (walk->mail.parts[0].fate != FATE_TEXT) job_refuse(job, REFUSAL_TOO_BIG);
    write_letter(walk, job->answer, true);
    for (int i = 0; i < REMOVED_COUNT; i++)
        if (walk->removed[i]) answer_removed(job->answer, (enum removed)i, 1);
}

static void clean_mail(struct job *job, struct walk *walk, GMimeParserOptions *options)
{
    static const char *charsets[] = {"utf-8", "windows-1252", NULL};
    struct mail_limits limits;
    gboolean is_broken = FALSE;
    struct buf room = buf_new(LIMIT_MAIL_BYTES + 1);
    if (job->document.len > LIMIT_MAIL_BYTES) job_refuse(job, REFUSAL_TOO_BIG);
    struct str message = mail_limit(job->document, &room, &limits);
    g_mime_parser_options_set_fallback_charsets(options, charsets);
    g_mime_parser_options_set_warning_callback(options, note_broken, &is_broken);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message.at, message.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *parsed = g_mime_parser_construct_message(parser, options);
    if (!parsed ||
        g_mime_header_list_get_count(g_mime_object_get_header_list(GMIME_OBJECT(parsed))) == 0)
        job_refuse(job, REFUSAL_NOT_MAIL);
    /* Before what is said of its parts: there is room for so many findings only. */
    if (limits.has_long_header) walk_warn(walk, 0, WARNING_HEADER_SIZE);
    walk_message(walk, parsed);
    if (is_broken) walk_warn(walk, 0, WARNING_BROKEN_MIME);
    if (limits.has_too_many_parts) walk_warn(walk, 0, WARNING_PARTS);
    if (limits.has_nul) walk_warn(walk, 0, WARNING_UNDECODABLE);
    write_letter(walk, job->answer, true);
}

static void clean(struct job *job)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    GMimeParserOptions *options = g_mime_parser_options_new();
    struct walk walk;
    walk_init(&walk, job, arena, options);
    if (job->is_text && kind_of(job->document) == KIND_HTML)
        clean_html(job, &walk);
    else if (job->is_text)
        clean_text(job, &walk);
    else
        clean_mail(job, &walk, options);
}

MODULE const struct module cleaner_module = {.prepare = prepare, .clean = clean};
