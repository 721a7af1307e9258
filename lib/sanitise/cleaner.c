/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/cleaner.h"

#include <signal.h>
#include <string.h>

#include "core/buf.h"
#include "core/limits.h"
#include "sanitise/answer.h"
#include "sanitise/words.h"
#include "sys/clock.h"
#include "sys/file.h"

enum {
    EXIT_SIGNAL = 128, /* and above: ended by a signal */
    PROBE_MS = 10 * 1000,
    NO_SANDBOX = -1,
};

struct way {
    int sandbox; /* enum sandbox_kind or NO_SANDBOX */
    enum refusal refusal;
};

/* Where each kind is taken apart, or why it is not. */
static struct way way_of(enum kind kind)
{
    switch (kind) {
    case KIND_JPEG:
    case KIND_PNG:
    case KIND_TIFF:
    case KIND_WEBP:
    case KIND_GIF: return (struct way){SANDBOX_IMAGE, REFUSAL_NONE};
    case KIND_HEIC:
    case KIND_BMP: return (struct way){SANDBOX_CONVERT, REFUSAL_NONE};
    case KIND_PDF: return (struct way){SANDBOX_DOCUMENT, REFUSAL_NONE};
    case KIND_DOCX:
    case KIND_ODT:
    case KIND_RTF:
    case KIND_DOC: return (struct way){SANDBOX_OFFICE, REFUSAL_NONE};
    case KIND_MAIL: return (struct way){SANDBOX_MAIL, REFUSAL_NONE};
    case KIND_HTML:
    case KIND_TEXT: return (struct way){SANDBOX_TEXT, REFUSAL_NONE};
    case KIND_EMPTY: return (struct way){NO_SANDBOX, REFUSAL_EMPTY};
    case KIND_PROGRAM: return (struct way){NO_SANDBOX, REFUSAL_PROGRAM};
    case KIND_UNKNOWN:
    case KIND_SVG:
    case KIND_ZIP:
    case KIND_COUNT: break;
    }
    return (struct way){NO_SANDBOX, REFUSAL_TYPE};
}

struct clean_settings cleaner_settings(const struct conf *conf)
{
    enum { MILLISECONDS = 1000, MEGA = 1000 * 1000, MEBI = 1024 * 1024 };
    return (struct clean_settings){
        .wall_ms = (uint32_t)conf->cleaner_document_seconds * MILLISECONDS,
        .pages = (uint32_t)conf->cleaner_pages,
        .page_pixels = (uint64_t)conf->cleaner_page_megapixels * MEGA,
        .document_pixels = (uint64_t)conf->cleaner_document_megapixels * MEGA,
        .page_seconds = (uint32_t)conf->cleaner_page_seconds,
        .document_bytes = (size_t)conf->cleaner_document_megabytes * MEBI,
    };
}

static void end_buf(void *object)
{
    buf_free(object);
}

static bool took_too_long(const struct sandbox_end *end)
{
    return end->out_of_time || end->status == EXIT_SIGNAL + SIGXCPU ||
           end->status == EXIT_SIGNAL + SIGALRM;
}

/* Reads the whole answer into the buffer and tells how the sandbox ended. */
static enum err run(const struct spawner *spawner, enum sandbox_kind kind,
                    const struct sandbox_limits *limits, struct str document, struct buf *answer,
                    struct sandbox_end *ret_end)
{
    int fd;
    TRY(file_memory("document", document, &fd));
    struct sandbox sandbox;
    enum err code = sandbox_open(spawner, kind, limits, fd, &sandbox);
    file_close(&fd);
    if (code != OK) return code;
    code = file_read_fd(sandbox.answer, answer);
    if (code == OK) code = sandbox_wait(&sandbox, ret_end);
    sandbox_close(&sandbox);
    return code == ERR_TOO_BIG ? ERR_CLEANER_ANSWER : code;
}

/* False when there is no time left. */
static bool set_limits(const struct clean_settings *settings, struct sandbox_limits *limits)
{
    if (!settings) return true;
    if (settings->wall_ms) {
        limits->wall_ms = settings->wall_ms;
        limits->cpu_seconds = (settings->wall_ms + 999) / 1000;
    }
    if (settings->pages) limits->pages = settings->pages;
    if (settings->page_pixels) limits->page_pixels = settings->page_pixels;
    if (settings->document_pixels) limits->document_pixels = settings->document_pixels;
    if (settings->page_seconds) limits->page_seconds = settings->page_seconds;
    if (!settings->until_us) return true;
    int64_t left_ms = (settings->until_us - clock_monotonic_us()) / 1000;
    if (left_ms > 0 && left_ms < limits->wall_ms) limits->wall_ms = (uint32_t)left_ms;
    return left_ms > 0;
}

enum err cleaner_run(const struct spawner *spawner, const struct clean_settings *settings,
                     enum sandbox_kind kind, struct str document, struct arena *arena,
                     struct letter *ret_letter)
{
    struct sandbox_limits limits = sandbox_limits(kind);
    if (!set_limits(settings, &limits)) {
        *ret_letter = (struct letter){.refusal = REFUSAL_TOO_LONG};
        return OK;
    }
    struct buf *answer = ARENA_ONE(arena, struct buf);
    *answer = buf_new_secret(ANSWER_BYTES_MAX);
    arena_on_end(arena, end_buf, answer);
    struct sandbox_end end;
    TRY(run(spawner, kind, &limits, document, answer, &end));
    if (!end.started || (end.status != 0 && answer->len == 0 && !took_too_long(&end)))
        return ERR_SANDBOX;
    if (took_too_long(&end)) {
        *ret_letter = (struct letter){.refusal = REFUSAL_TOO_LONG};
        return OK;
    }
    if (end.status != 0) return ERR_CLEANER_DIED;
    return answer_read(buf_str(answer), arena, ret_letter);
}

/* Whatever kind it is of: also what is not taken is told apart from what is infected. */
static enum err scan(const struct clean_settings *settings, struct str document,
                     struct arena *arena, struct letter *letter)
{
    if (!settings || !settings->scans || settings->is_scanned) return OK;
    if (document.len == 0 || document.len > LIMIT_DOCUMENT_BYTES) return OK;
    /* No time for a look is none for a sandbox either, and nothing is opened. */
    if (settings->until_us && clock_monotonic_us() >= settings->until_us) return OK;
    TRY(virus_scan(settings->scans, document, settings->until_us, arena, &letter->virus));
    if (letter->virus.len) letter->refusal = REFUSAL_INFECTED;
    return OK;
}

/* When a document that is begun now must be done: taken apart, and its pages read. */
static int64_t end_of(const struct clean_settings *settings)
{
    uint32_t wall_ms =
        settings->wall_ms ? settings->wall_ms : sandbox_limits(SANDBOX_WORDS).wall_ms;
    int64_t until_us = clock_monotonic_us() + (int64_t)wall_ms * 1000;
    return settings->until_us && settings->until_us < until_us ? settings->until_us : until_us;
}

static enum err clean_one(const struct spawner *spawner, const struct clean_settings *settings,
                          enum kind kind, struct str document, struct arena *arena,
                          struct letter *ret_letter)
{
    struct way way = way_of(kind);
    struct letter letter = {.refusal = way.refusal};
    struct clean_settings own = settings ? *settings : (struct clean_settings){0};
    size_t most = own.document_bytes ? own.document_bytes : (size_t)LIMIT_DOCUMENT_BYTES;
    if (document.len > most) letter.refusal = REFUSAL_TOO_BIG;
    TRY(scan(settings, document, arena, &letter));
    own.until_us = end_of(&own);
    if (letter.refusal == REFUSAL_NONE)
        TRY(cleaner_run(spawner, &own, (enum sandbox_kind)way.sandbox, document, arena, &letter));
    letter.kind = kind;
    /* Only the mail's module may speak of a mail (it takes a page with its pictures for one), and
     * only that of words of readings. */
    if (letter.mail && way.sandbox != SANDBOX_MAIL && kind != KIND_HTML) return ERR_CLEANER_ANSWER;
    for (size_t i = 0; i < letter.part_count; i++)
        if (letter.parts[i].kind == PART_READING) return ERR_CLEANER_ANSWER;
    TRY(words_read_pages(spawner, &own, &letter, arena));
    *ret_letter = letter;
    return OK;
}

/* ---- attachments ------------------------------------------------------------------------------
 */

static void set_sources(struct letter *letter, uint32_t source)
{
    for (size_t i = 0; i < letter->part_count; i++) letter->parts[i].source = source;
    for (size_t i = 0; i < letter->removed_count; i++) letter->removed[i].source = source;
    for (size_t i = 0; i < letter->warning_count; i++) letter->warnings[i].source = source;
    for (size_t i = 0; i < letter->hidden_count; i++) letter->hidden[i].source = source;
}

static enum err clean_attachment(const struct spawner *spawner,
                                 const struct clean_settings *settings, struct letter *letter,
                                 size_t index, struct arena *arena)
{
    struct mail_part *part = &letter->mail->parts[index];
    struct letter more;
    /* Messages inside the message are taken apart with it; one that was missed is not opened. */
    enum kind kind = kind_of(part->content);
    enum err code = kind == KIND_MAIL
                        ? ERR_CLEANER_ANSWER
                        : clean_one(spawner, settings, kind, part->content, arena, &more);
    part->detected = kind;
    part->content = (struct str){NULL, 0};
    if (code == ERR_CLEANER_DIED || code == ERR_CLEANER_ANSWER)
        more = (struct letter){.refusal = REFUSAL_MALFORMED};
    else if (code != OK)
        return code;
    if (more.refusal == REFUSAL_INFECTED) {
        *letter = (struct letter){.kind = letter->kind,
                                  .refusal = more.refusal,
                                  .virus = more.virus,
                                  .virus_path = part->path};
        return OK;
    }
    if (more.refusal != REFUSAL_NONE || more.mail) {
        part->fate = FATE_REFUSED;
        part->refusal = more.refusal;
        return OK;
    }
    set_sources(&more, (uint32_t)index + 1);
    letter_join(letter, &more, arena);
    return OK;
}

/* Until one takes too long, or is infected. */
static enum err clean_attachments(const struct spawner *spawner,
                                  const struct clean_settings *settings, struct letter *letter,
                                  struct arena *arena)
{
    bool is_slow = false;
    struct clean_settings inner = {0};
    if (settings) inner = *settings;
    inner.is_scanned = false;
    for (size_t i = 0; letter->mail && i < letter->mail->part_count; i++) {
        struct mail_part *part = &letter->mail->parts[i];
        if (part->fate != FATE_KEPT) continue;
        if (is_slow) {
            part->fate = FATE_CLOSED;
            part->content = (struct str){NULL, 0};
            continue;
        }
        int64_t until_us = end_of(&inner);
        TRY(clean_attachment(spawner, &inner, letter, i, arena));
        is_slow = (part->fate == FATE_REFUSED && part->refusal == REFUSAL_TOO_LONG) ||
                  clock_monotonic_us() >= until_us;
    }
    return OK;
}

static enum err read_photos(const struct spawner *spawner, const struct clean_settings *settings,
                            struct letter *letter, struct arena *arena)
{
    for (size_t i = 0; i < letter->part_count; i++) {
        struct part *part = &letter->parts[i];
        bool is_read;
        if (part->kind != PART_PHOTO) continue;
        TRY(words_read_photo(spawner, settings, part, arena, &is_read));
        if (!is_read) letter_warn(letter, part->source, WARNING_NOT_READ, 0, arena);
    }
    return OK;
}

/* A page was taken apart as a mail, to have its pictures cleaned; from here on it is none. What is
 * found in a picture is found in the page. */
static void end_page(struct letter *letter, struct arena *arena)
{
    bool is_of_no_kind = false, is_refused = false;
    for (size_t i = 0; i < letter->mail->part_count; i++) {
        const struct mail_part *part = &letter->mail->parts[i];
        if (part->fate != FATE_REFUSED && part->fate != FATE_CLOSED) continue;
        if (part->fate == FATE_REFUSED && part->refusal == REFUSAL_TYPE)
            is_of_no_kind = true;
        else
            is_refused = true;
    }
    if (is_of_no_kind) letter_warn(letter, 0, WARNING_TYPE_REFUSED, 0, arena);
    if (is_refused) letter_warn(letter, 0, WARNING_PICTURES_REFUSED, 0, arena);
    set_sources(letter, 0);
    letter->mail = NULL;
}

enum err cleaner_clean(const struct spawner *spawner, const struct clean_settings *settings,
                       enum clean_as as, struct str document, struct arena *arena,
                       struct letter *ret_letter)
{
    enum kind kind = as == CLEAN_AS_MAIL && document.len > 0 ? KIND_MAIL : kind_of(document);
    struct letter letter;
    TRY(clean_one(spawner, settings, kind, document, arena, &letter));
    if (!settings || !settings->leaves_attachments)
        TRY(clean_attachments(spawner, settings, &letter, arena));
    if (letter.mail && kind == KIND_HTML) end_page(&letter, arena);
    if (settings && settings->reads_photos) TRY(read_photos(spawner, settings, &letter, arena));
    *ret_letter = letter;
    return OK;
}

enum err cleaner_probe(const struct spawner *spawner)
{
    ARENA(arena, 64 * 1024);
    struct sandbox_limits limits = sandbox_limits(SANDBOX_EMPTY);
    limits.wall_ms = PROBE_MS;
    BUF(answer, 4096);
    struct sandbox_end end;
    TRY(run(spawner, SANDBOX_EMPTY, &limits, STR("probe"), &answer, &end));
    struct letter letter;
    if (!end.started || end.status != 0 || answer_read(buf_str(&answer), arena, &letter) != OK)
        return ERR_SANDBOX;
    return OK;
}
