/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_walk.h"

#include <string.h>

#include "core/limits.h"
#include "sanitise/kind.h"
#include "worker/cleaner/mail_base64.h"
#include "worker/cleaner/mail_bounce.h"
#include "worker/cleaner/mail_charset.h"
#include "worker/cleaner/mail_cms.h"
#include "worker/cleaner/mail_data.h"
#include "worker/cleaner/mail_failure.h"
#include "worker/cleaner/mail_html.h"
#include "worker/cleaner/mail_limits.h"
#include "worker/cleaner/mail_pgp.h"
#include "worker/cleaner/mail_text.h"

/*
 * Long, for it is one walk: what each kind of part holds sends it on into all the others.
 */

/* Where the walk is. */
struct place {
    const char *path; /* of the object itself; "" for the message's own multipart */
    int depth;
    struct buf *text;    /* where shown text goes */
    bool is_alternative; /* another version of a text that was chosen */
    bool is_report;      /* inside a multipart/report */
    bool is_inner;       /* inside a message that this one holds: its reports are not of ours */
};

/* A page as text, with its pictures still in it. */
enum { PAGE_BYTES_MAX = 2 * LIMIT_DOCUMENT_BYTES };

static void walk_object(struct walk *walk, GMimeObject *object, struct place place);

static void end_buf(void *object)
{
    buf_free(object);
}

/* A buffer that ends with the arena. */
static struct buf *new_buf(struct walk *walk, size_t max)
{
    struct buf *buf = ARENA_ONE(walk->arena, struct buf);
    *buf = buf_new(max);
    arena_on_end(walk->arena, end_buf, buf);
    return buf;
}

void walk_init(struct walk *walk, struct job *job, struct arena *arena, GMimeParserOptions *options)
{
    *walk = (struct walk){.job = job, .arena = arena, .body = buf_new(ANSWER_TEXT_BYTES_MAX)};
    walk->head = (struct head){.arena = arena, .options = options, .mail = &walk->mail};
    walk->mail.date_us = INT64_MIN;
    walk->mail.parts = ARENA_MANY(arena, MAIL_PARTS_MAX, struct mail_part);
    walk->mail.packets = ARENA_MANY(arena, ANSWER_PACKETS_MAX, struct packets);
    walk->texts = ARENA_MANY(arena, WALK_TEXTS_MAX, struct walk_text);
    walk->hidden = ARENA_MANY(arena, WALK_TEXTS_MAX, struct walk_text);
    walk->warnings = ARENA_MANY(arena, ANSWER_FINDINGS_MAX, struct finding);
}

void walk_warn(struct walk *walk, uint32_t source, enum warning warning)
{
    for (size_t i = 0; i < walk->warning_count; i++)
        if (walk->warnings[i].code == warning && walk->warnings[i].source == source) return;
    if (walk->warning_count < ANSWER_FINDINGS_MAX)
        walk->warnings[walk->warning_count++] = (struct finding){source, (uint16_t)warning, 0};
}

/* ---- parts ------------------------------------------------------------------------------------
 */

/* A row in the list of parts, or NULL when there are too many. */
static struct mail_part *add_part(struct walk *walk, GMimeObject *object, const char *path,
                                  enum part_fate fate)
{
    struct mail *mail = &walk->mail;
    if (mail->part_count == MAIL_PARTS_MAX) {
        walk_warn(walk, 0, WARNING_PARTS);
        return NULL;
    }
    struct mail_part *part = &mail->parts[mail->part_count++];
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *label = type ? g_mime_content_type_get_mime_type(type) : NULL;
    char *lower = g_ascii_strdown(label ? label : "text/plain", -1);
    BUF(clean, ANSWER_LINE_BYTES_MAX);
    answer_text_clean(str_from(lower), true, &clean);
    part->path = arena_str(walk->arena, str_from(*path ? path : "1"));
    part->type =
        buf_done(&clean) == OK ? arena_str(walk->arena, buf_str(&clean)) : (struct str){NULL, 0};
    part->detected = KIND_UNKNOWN;
    part->fate = fate;
    g_free(lower);
    g_free(label);
    return part;
}

static uint32_t source_of(const struct walk *walk, const struct mail_part *part)
{
    return (uint32_t)(part - walk->mail.parts) + 1;
}

static const char *child_path(struct walk *walk, const char *path, int index)
{
    return *path ? arena_print(walk->arena, "%s.%d", path, index + 1).at
                 : arena_print(walk->arena, "%d", index + 1).at;
}

/* The decoded bytes of a part; they live as long as the arena. */
static bool decode(struct walk *walk, GMimePart *part, struct str *ret_bytes)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    *ret_bytes = (struct str){NULL, 0};
    if (!content) return true;
    GMimeStream *stream = g_mime_stream_mem_new();
    bool well = g_mime_data_wrapper_write_to_stream(content, stream) >= 0;
    GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    if (well) {
        struct buf *kept = new_buf(walk, LIMIT_MAIL_BYTES * 2);
        buf_add_bytes(kept, array->data, array->len);
        if (g_mime_part_get_content_encoding(part) == GMIME_CONTENT_ENCODING_BASE64)
            base64_end(g_mime_data_wrapper_get_stream(content), kept);
        well = buf_done(kept) == OK;
        *ret_bytes = buf_str(kept);
    }
    g_object_unref(stream);
    return well;
}

static bool is_label(GMimeObject *object, const char *type, const char *subtype)
{
    GMimeContentType *label = g_mime_object_get_content_type(object);
    return label && g_mime_content_type_is_type(label, type, subtype);
}

static const char *parameter(GMimeObject *object, const char *name)
{
    GMimeContentType *label = g_mime_object_get_content_type(object);
    const char *value = label ? g_mime_content_type_get_parameter(label, name) : NULL;
    return value ? value : "";
}

/* ---- text -------------------------------------------------------------------------------------
 */

static void add_hidden(struct walk *walk, uint32_t source, struct str text)
{
    text = str_trim(text);
    if (text.len == 0 || walk->hidden_count == WALK_TEXTS_MAX) return;
    walk->hidden[walk->hidden_count++] = (struct walk_text){source, arena_str(walk->arena, text)};
}

static void note_crypto(struct walk *walk, enum crypto_kind kind, bool is_encrypted, bool is_signed)
{
    if (walk->mail.crypto == CRYPTO_NONE) walk->mail.crypto = kind;
    walk->mail.is_encrypted |= is_encrypted;
    walk->mail.is_signed |= is_signed;
}

static void note_decoding(struct walk *walk, uint32_t source, const struct decoding *decoding)
{
    if (decoding->was_unknown) walk_warn(walk, source, WARNING_CHARSET_UNKNOWN);
    if (decoding->was_replaced) walk_warn(walk, source, WARNING_UNDECODABLE);
}

static bool plain_text(struct walk *walk, GMimeObject *object, uint32_t source, struct str bytes,
                       struct buf *ret_text)
{
    struct decoding decoding;
    BUF(decoded, ANSWER_TEXT_BYTES_MAX);
    BUF(unflowed, ANSWER_TEXT_BYTES_MAX);
    if (!charset_decode(bytes, str_from(parameter(object, "charset")), &decoded, &decoding))
        return false;
    note_decoding(walk, source, &decoding);
    struct str text = buf_str(&decoded);
    if (!g_ascii_strcasecmp(parameter(object, "format"), "flowed")) {
        text_unflow(text, !g_ascii_strcasecmp(parameter(object, "delsp"), "yes"), &unflowed);
        text = buf_str(&unflowed);
    }
    struct armour armour;
    text_take_armour(text, walk->arena, ret_text, &armour);
    for (size_t i = 0; i < armour.block_count; i++) {
        note_crypto(walk, CRYPTO_PGP_INLINE, true, false);
        pgp_add_message(walk, CRYPTO_PGP_INLINE, source, armour.blocks[i]);
    }
    if (armour.is_signed) {
        note_crypto(walk, CRYPTO_PGP_INLINE, false, true);
        walk_warn(walk, source, WARNING_SIGNED);
    }
    if (text_has_uuencode(text)) walk_warn(walk, source, WARNING_UUENCODED);
    return buf_done(ret_text) == OK && buf_done(&unflowed) == OK;
}

/* The set that the page itself names, where the label names none. */
static struct str html_label(GMimeObject *object, struct str bytes, struct arena *arena)
{
    struct str label = str_from(parameter(object, "charset"));
    if (label.len > 0) return label;
    struct str head = str_slice(bytes, 0, 1024);
    for (size_t at = 0; at + 8 < head.len; at++) {
        if (!str_same(str_slice(head, at, at + 8), STR("charset="))) continue;
        size_t start = at + 8, end;
        if (head.at[start] == '"' || head.at[start] == '\'') start++;
        for (end = start; end < head.len && (g_ascii_isalnum(head.at[end]) || head.at[end] == '-' ||
                                             head.at[end] == '_');)
            end++;
        return arena_str(arena, str_slice(head, start, end));
    }
    return label;
}

/* Each picture in the page itself becomes a part of its own, as if it had been attached. */
static void add_pictures(struct walk *walk, GMimeObject *object, uint32_t source,
                         const struct data_pictures *pictures)
{
    if (pictures->is_over) walk_warn(walk, source, WARNING_PARTS);
    for (size_t i = 0; i < pictures->count; i++) {
        struct str path = walk->mail.parts[source - 1].path;
        struct mail_part *part = add_part(
            walk, object, arena_print(walk->arena, "%.*s.%zu", STR_ARG(path), i + 1).at, FATE_KEPT);
        if (!part) return;
        part->detected = kind_of(pictures->at[i]);
        part->bytes = pictures->at[i].len;
        part->type = str_from(kind_type(part->detected));
        if (kind_is_picture(part->detected)) {
            part->content = pictures->at[i];
        } else {
            part->fate = FATE_TYPE;
            walk_warn(walk, source_of(walk, part), WARNING_TYPE_REFUSED);
        }
    }
}

static bool html_part(struct walk *walk, GMimeObject *object, uint32_t source, struct str bytes,
                      struct buf *ret_text)
{
    struct decoding decoding;
    struct html html;
    struct data_pictures *pictures = ARENA_ONE(walk->arena, struct data_pictures);
    BUF(decoded, PAGE_BYTES_MAX);
    BUF(page, ANSWER_TEXT_BYTES_MAX);
    BUF(shown, ANSWER_TEXT_BYTES_MAX);
    BUF(hidden, ANSWER_TEXT_BYTES_MAX);
    if (!charset_decode(bytes, html_label(object, bytes, walk->arena), &decoded, &decoding))
        return false;
    data_take(buf_str(&decoded), walk->arena, &page, pictures);
    if (buf_done(&page) != OK || !html_text(buf_str(&page), &shown, &hidden, &html)) return false;
    note_decoding(walk, source, &decoding);
    add_pictures(walk, object, source, pictures);
    walk->removed[REMOVED_TITLE] |= html.has_title;
    walk->removed[REMOVED_SCRIPTS] |= html.has_scripts;
    walk->removed[REMOVED_COMMENTS] |= html.has_comments;
    /* Entities may stand for anything: cleaned once more. */
    answer_text_clean(buf_str(&shown), false, ret_text);
    BUF(plain_hidden, ANSWER_TEXT_BYTES_MAX);
    answer_text_clean(buf_str(&hidden), false, &plain_hidden);
    add_hidden(walk, source, buf_str(&plain_hidden));
    if (html.hides) walk_warn(walk, source, WARNING_HTML_HIDES);
    if (html.is_too_deep) walk_warn(walk, source, WARNING_HTML_DEEP);
    if (html.is_remote) walk_warn(walk, source, WARNING_REMOTE_CONTENT);
    if (html.has_data) walk_warn(walk, source, WARNING_TYPE_REFUSED);
    return buf_done(ret_text) == OK;
}

bool walk_plain_text(struct walk *walk, struct str bytes, struct buf *ret_text)
{
    struct decoding decoding;
    if (!charset_decode(bytes, (struct str){NULL, 0}, ret_text, &decoding)) return false;
    note_decoding(walk, 0, &decoding);
    if (text_has_bidi(buf_str(ret_text))) walk_warn(walk, 0, WARNING_BIDI);
    return true;
}

/* Nowhere but before staff. */
static void hide_text(struct walk *walk, struct str bytes)
{
    BUF(text, ANSWER_TEXT_BYTES_MAX);
    if (walk_plain_text(walk, bytes, &text)) add_hidden(walk, 0, buf_str(&text));
}

/* The text of a text part goes to the place's text, or stands for itself. */
static void take_text(struct walk *walk, GMimeObject *object, struct mail_part *part,
                      struct str bytes, const struct place *place, bool stands_alone)
{
    uint32_t source = source_of(walk, part);
    BUF(text, ANSWER_TEXT_BYTES_MAX);
    bool is_html = part->detected == KIND_HTML || is_label(object, "text", "html");
    bool well = is_html ? html_part(walk, object, source, bytes, &text)
                        : plain_text(walk, object, source, bytes, &text);
    struct str shown = str_trim(buf_str(&text));
    size_t legacy = pgp_legacy_lines(object, shown);
    add_hidden(walk, stands_alone ? source : 0, str_slice(shown, 0, legacy));
    shown = str_trim(str_from_byte(shown, legacy));
    if (!well || (!stands_alone && place->text->len + shown.len + 2 > ANSWER_TEXT_BYTES_MAX)) {
        part->fate = FATE_LIMIT;
        walk_warn(walk, source, WARNING_PARTS);
        return;
    }
    part->fate = place->is_alternative ? FATE_ALTERNATIVE : FATE_TEXT;
    if (text_has_bidi(shown)) walk_warn(walk, source, WARNING_BIDI);
    if (shown.len == 0) return;
    if (stands_alone && !place->is_alternative) {
        if (walk->text_count < WALK_TEXTS_MAX)
            walk->texts[walk->text_count++] =
                (struct walk_text){source, arena_str(walk->arena, shown)};
        else
            part->fate = FATE_LIMIT;
        return;
    }
    if (place->text->len > 0) buf_add_c(place->text, "\n\n");
    buf_add(place->text, shown);
}

void walk_html(struct walk *walk, struct str bytes)
{
    GMimePart *leaf = g_mime_part_new_with_type("text", "html");
    GMimeObject *object = GMIME_OBJECT(leaf);
    struct mail_part *part = add_part(walk, object, "1", FATE_TEXT);
    part->detected = KIND_HTML;
    part->bytes = bytes.len;
    take_text(walk, object, part, bytes, &(struct place){.path = "1", .text = &walk->body}, false);
    g_object_unref(leaf);
}

/* ---- leaves -----------------------------------------------------------------------------------
 */

static bool is_program_name(const char *name)
{
    enum kind said;
    struct str ending;
    return kind_of_name(str_from(name), &said, &ending) && said == KIND_PROGRAM;
}

static bool is_program_label(GMimeObject *object)
{
    return is_label(object, "application", "javascript") ||
           is_label(object, "application", "x-javascript") ||
           is_label(object, "text", "javascript") ||
           is_label(object, "application", "x-msdownload") ||
           is_label(object, "application", "x-sh") || is_label(object, "application", "hta") ||
           is_label(object, "application", "x-executable") || is_label(object, "text", "vbscript");
}

/* Does the label name another kind than the bytes do? */
static bool type_lies(const struct mail_part *part)
{
    const char *real = kind_type(part->detected);
    bool is_vague = str_equal(part->type, STR("application/octet-stream")) ||
                    str_starts(part->type, STR("application/x-")) ||
                    str_starts(part->type, STR("application/force"));
    bool is_known = part->detected != KIND_UNKNOWN && part->detected != KIND_EMPTY &&
                    part->detected != KIND_TEXT && part->detected != KIND_MAIL &&
                    part->detected != KIND_HTML;
    bool is_same_family =
        (part->detected == KIND_HEIC && str_starts(part->type, STR("image/hei"))) ||
        (part->detected == KIND_JPEG && str_starts(part->type, STR("image/"))) ||
        (part->detected == KIND_RTF && str_ends(part->type, STR("/rtf"))) ||
        (part->detected == KIND_ZIP && str_starts(part->type, STR("application/")));
    return is_known && !is_vague && !is_same_family && !str_equal(part->type, str_from(real));
}

static void take_report(struct walk *walk, struct mail_part *part, struct str bytes, bool is_status,
                        const struct place *place)
{
    part->fate = FATE_REPORT;
    if (place->is_inner) return;
    if (is_status)
        bounce_from_status(&walk->mail.bounce, bytes, walk->arena);
    else
        walk->mail.bounce.original_message_id = bounce_original_id(bytes, walk->arena);
}

/* A message by its bytes that was not labelled as one. */
static bool take_inner_message(struct walk *walk, struct mail_part *part, struct str bytes,
                               const struct place *place);

/* Of bytes that were decoded inside the message, bounded like its own; the caller unrefs it. */
static GMimeParser *parse_within(struct walk *walk, uint32_t source, struct str bytes)
{
    struct mail_limits limits;
    bytes = mail_limit(bytes, new_buf(walk, LIMIT_MAIL_BYTES * 2), &limits);
    if (limits.has_long_header) walk_warn(walk, source, WARNING_HEADER_SIZE);
    if (limits.has_too_many_parts) walk_warn(walk, source, WARNING_PARTS);
    if (limits.has_nul) walk_warn(walk, source, WARNING_UNDECODABLE);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.at, bytes.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    return parser;
}

static GMimeObject *parse_part(struct walk *walk, uint32_t source, struct str bytes)
{
    GMimeParser *parser = parse_within(walk, source, bytes);
    GMimeObject *object = g_mime_parser_construct_part(parser, walk->head.options);
    if (object) arena_on_end(walk->arena, g_object_unref, object);
    g_object_unref(parser);
    return object;
}

/* What is signed within is read as if it stood there; what is encrypted stays closed. */
static void take_smime(struct walk *walk, GMimeObject *object, struct mail_part *part,
                       struct str bytes, const struct place *place)
{
    uint32_t source = source_of(walk, part);
    struct buf *content = new_buf(walk, LIMIT_MAIL_BYTES);
    bool is_held = cms_signed_content(bytes, content);
    bool is_signed = is_held || !g_ascii_strcasecmp(parameter(object, "smime-type"), "signed-data");
    note_crypto(walk, CRYPTO_SMIME, !is_signed, is_signed);
    walk_warn(walk, source, is_signed ? WARNING_SIGNED : WARNING_SMIME_ENCRYPTED);
    part->fate = FATE_SMIME;
    GMimeObject *held = is_held ? parse_part(walk, source, buf_str(content)) : NULL;
    if (!held) return;
    part->fate = FATE_CONTAINER;
    struct place inner = *place;
    inner.depth++;
    if (!GMIME_IS_MULTIPART(held)) inner.path = child_path(walk, place->path, 0);
    walk_object(walk, held, inner);
}

static void walk_leaf(struct walk *walk, GMimePart *leaf, const struct place *place)
{
    GMimeObject *object = GMIME_OBJECT(leaf);
    struct mail_part *part = add_part(walk, object, place->path, FATE_KEPT);
    if (!part) return;
    struct str bytes;
    if (!decode(walk, leaf, &bytes)) {
        part->fate = FATE_UNDECODABLE;
        walk_warn(walk, source_of(walk, part), WARNING_UNDECODABLE);
        return;
    }
    const char *name = g_mime_part_get_filename(leaf);
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
    bool is_attached = disposition && g_mime_content_disposition_is_attachment(disposition);
    part->bytes = bytes.len;
    part->detected = kind_of(bytes);
    if (type_lies(part)) walk_warn(walk, source_of(walk, part), WARNING_TYPE_LIES);
    bool is_text = part->detected == KIND_TEXT || part->detected == KIND_HTML ||
                   part->detected == KIND_MAIL || part->detected == KIND_SVG ||
                   (part->detected == KIND_UNKNOWN && is_label(object, "text", "*"));
    if (is_label(object, "message", "delivery-status") ||
        is_label(object, "message", "global-delivery-status")) {
        take_report(walk, part, bytes, true, place);
    } else if (pgp_is_legacy_part(object)) {
        part->fate = FATE_HEAD;
        hide_text(walk, bytes);
    } else if (is_label(object, "text", "rfc822-headers") ||
               is_label(object, "message", "global-headers")) {
        take_report(walk, part, bytes, false, place);
    } else if (is_label(object, "message", "disposition-notification") ||
               is_label(object, "message", "feedback-report")) {
        part->fate = FATE_REPORT;
    } else if (is_label(object, "message", "external-body")) {
        part->fate = FATE_EXTERNAL;
        walk_warn(walk, source_of(walk, part), WARNING_EXTERNAL_BODY);
    } else if (bytes.len == 0) {
        part->fate = FATE_EMPTY;
    } else if (is_label(object, "application", "pgp-encrypted")) {
        /* Some servers make a multipart/mixed of it on the way. */
        part->fate = FATE_ENCRYPTED;
        walk->has_pgp_version = true;
    } else if (!is_label(object, "text", "*") && pgp_is_message(bytes, name)) {
        enum crypto_kind kind = walk->has_pgp_version ? CRYPTO_PGP_MIME : CRYPTO_PGP_INLINE;
        part->fate = FATE_ENCRYPTED;
        note_crypto(walk, kind, true, false);
        pgp_add_message(walk, kind, source_of(walk, part), bytes);
        walk->has_pgp_version = false;
    } else if (part->detected == KIND_PROGRAM || is_program_label(object) ||
               (name && is_program_name(name))) {
        part->fate = FATE_PROGRAM;
        walk_warn(walk, source_of(walk, part), WARNING_TYPE_REFUSED);
    } else if (is_label(object, "application", "ms-tnef") ||
               is_label(object, "application", "vnd.ms-tnef")) {
        part->fate = FATE_TYPE;
        walk_warn(walk, source_of(walk, part), WARNING_TNEF);
    } else if (is_label(object, "application", "pkcs7-mime") ||
               is_label(object, "application", "x-pkcs7-mime") ||
               (name && g_str_has_suffix(name, ".p7m"))) {
        take_smime(walk, object, part, bytes, place);
    } else if (part->detected == KIND_MAIL && !is_label(object, "text", "*")) {
        if (!take_inner_message(walk, part, bytes, place)) part->fate = FATE_UNDECODABLE;
    } else if (is_text && (is_label(object, "text", "*") || part->detected == KIND_TEXT ||
                           part->detected == KIND_HTML)) {
        bool stands_alone = is_attached || name || !is_label(object, "text", "*");
        take_text(walk, object, part, bytes, place, stands_alone);
    } else {
        part->content = bytes;
    }
}

/* ---- containers -------------------------------------------------------------------------------
 */

static void walk_encrypted(struct walk *walk, GMimeMultipart *multipart, const struct place *place)
{
    note_crypto(walk, CRYPTO_PGP_MIME, true, false);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
        GMimeObject *child = g_mime_multipart_get_part(multipart, i);
        struct mail_part *part =
            add_part(walk, child, child_path(walk, place->path, i), FATE_ENCRYPTED);
        struct str bytes;
        if (!part || !GMIME_IS_PART(child) || !decode(walk, GMIME_PART(child), &bytes)) continue;
        part->bytes = bytes.len;
        part->detected = kind_of(bytes);
        if (!is_label(child, "application", "pgp-encrypted") && bytes.len > 0)
            pgp_add_message(walk, CRYPTO_PGP_MIME, source_of(walk, part), bytes);
    }
}

/* By its label; some servers write the vague one, which a photo may bear too. */
static bool is_signature(struct walk *walk, GMimeObject *object)
{
    struct str bytes;
    if (is_label(object, "application", "pgp-signature") ||
        is_label(object, "application", "pkcs7-signature") ||
        is_label(object, "application", "x-pkcs7-signature"))
        return GMIME_IS_PART(object);
    if (!is_label(object, "application", "octet-stream") || !GMIME_IS_PART(object) ||
        !decode(walk, GMIME_PART(object), &bytes))
        return false;
    enum kind kind = kind_of(bytes);
    return kind == KIND_UNKNOWN || kind == KIND_TEXT;
}

/* What a gateway puts behind the signature is read like any part, and is covered by nothing. */
static void walk_signed(struct walk *walk, GMimeMultipart *multipart, const struct place *place)
{
    bool is_pgp = strstr(parameter(GMIME_OBJECT(multipart), "protocol"), "pgp") != NULL;
    int count = g_mime_multipart_get_count(multipart);
    bool is_whole = GMIME_OBJECT(multipart) == walk->root && count == 2;
    bool is_handed_out = false;
    note_crypto(walk, is_pgp ? CRYPTO_PGP_MIME : CRYPTO_SMIME, false, true);
    for (int i = 0; i < count; i++) {
        GMimeObject *child = g_mime_multipart_get_part(multipart, i);
        struct place inner = *place;
        inner.path = child_path(walk, place->path, i);
        if (i != 1 || !is_signature(walk, child)) {
            walk_object(walk, child, inner);
            continue;
        }
        struct mail_part *part = add_part(walk, child, inner.path, FATE_SIGNATURE);
        struct str bytes;
        if (!part || !decode(walk, GMIME_PART(child), &bytes)) continue;
        part->bytes = bytes.len;
        if (is_pgp)
            is_handed_out =
                pgp_add_signature(walk, source_of(walk, part),
                                  g_mime_multipart_get_part(multipart, 0), bytes, is_whole);
    }
    if (!is_handed_out) walk_warn(walk, 0, WARNING_SIGNED);
}

/* Plain text with something in it. */
static bool says_something(struct walk *walk, GMimeObject *object)
{
    struct str bytes;
    return is_label(object, "text", "plain") && GMIME_IS_PART(object) &&
           decode(walk, GMIME_PART(object), &bytes) && str_trim(bytes).len > 0;
}

static int choose_alternative(struct walk *walk, GMimeMultipart *multipart)
{
    int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; i++)
        if (says_something(walk, g_mime_multipart_get_part(multipart, i))) return i;
    for (int i = count; i-- > 0;) {
        GMimeObject *child = g_mime_multipart_get_part(multipart, i);
        if (is_label(child, "text", "html") || GMIME_IS_MULTIPART(child)) return i;
    }
    return count - 1;
}

/* The chosen one as if it stood alone; the others for what they say more, and for what they
 * enclose. */
static void walk_alternative(struct walk *walk, GMimeMultipart *multipart,
                             const struct place *place)
{
    int count = g_mime_multipart_get_count(multipart);
    int chosen = choose_alternative(walk, multipart);
    struct buf *shown = new_buf(walk, ANSWER_TEXT_BYTES_MAX);
    struct buf **others = ARENA_MANY(walk->arena, (size_t)count, struct buf *);
    for (int i = 0; i < count; i++) {
        struct place inner = *place;
        inner.path = child_path(walk, place->path, i);
        others[i] = i == chosen ? shown : new_buf(walk, ANSWER_TEXT_BYTES_MAX);
        inner.text = others[i];
        inner.is_alternative |= i != chosen;
        walk_object(walk, g_mime_multipart_get_part(multipart, i), inner);
    }
    for (int i = 0; i < count; i++) {
        if (i == chosen || !text_says_more(buf_str(shown), buf_str(others[i]))) continue;
        add_hidden(walk, 0, buf_str(others[i]));
        walk_warn(walk, 0, WARNING_ALTERNATIVES_DIFFER);
    }
    if (place->text->len + shown->len + 2 > ANSWER_TEXT_BYTES_MAX) {
        walk_warn(walk, 0, WARNING_PARTS);
        return;
    }
    if (place->text->len > 0 && shown->len > 0) buf_add_c(place->text, "\n\n");
    buf_add(place->text, buf_str(shown));
}

static void walk_multipart(struct walk *walk, GMimeMultipart *multipart, struct place place)
{
    GMimeObject *object = GMIME_OBJECT(multipart);
    if (is_label(object, "multipart", "encrypted")) {
        walk_encrypted(walk, multipart, &place);
    } else if (is_label(object, "multipart", "signed")) {
        walk_signed(walk, multipart, &place);
    } else if (is_label(object, "multipart", "alternative")) {
        walk_alternative(walk, multipart, &place);
    } else {
        place.is_report |= is_label(object, "multipart", "report");
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
            struct place inner = place;
            inner.path = child_path(walk, place.path, i);
            walk_object(walk, g_mime_multipart_get_part(multipart, i), inner);
        }
    }
}

/* ---- messages inside the message ---------------------------------------------------------------
 */

static void add_header_line(struct walk *walk, GMimeMessage *message, const char *name,
                            struct buf *text)
{
    struct str value = head_line(&walk->head, GMIME_OBJECT(message), name);
    if (value.len > 0) buf_print(text, "%s: %.*s\n", name, STR_ARG(value));
}

/* Its header lines and its text are a text of their own; its attachments are kept like any. */
static void walk_inner(struct walk *walk, GMimeMessage *message, struct mail_part *part,
                       const struct place *place)
{
    GMimeObject *root = g_mime_message_get_mime_part(message);
    struct buf *text = new_buf(walk, ANSWER_TEXT_BYTES_MAX);
    uint32_t source = source_of(walk, part);
    struct place inner = {.path = place->path,
                          .depth = place->depth + 1,
                          .text = text,
                          .is_alternative = place->is_alternative,
                          .is_inner = true};
    add_header_line(walk, message, "From", text);
    add_header_line(walk, message, "To", text);
    add_header_line(walk, message, "Date", text);
    add_header_line(walk, message, "Subject", text);
    if (root && !GMIME_IS_MULTIPART(root)) inner.path = child_path(walk, place->path, 0);
    if (root) walk_object(walk, root, inner);
    if (buf_done(text) != OK || walk->text_count == WALK_TEXTS_MAX) {
        walk_warn(walk, source, WARNING_PARTS);
    } else if (place->is_alternative) {
        add_hidden(walk, source, buf_str(text));
        walk_warn(walk, source, WARNING_ALTERNATIVES_DIFFER);
    } else if (text->len > 0) {
        walk->texts[walk->text_count++] = (struct walk_text){source, buf_str(text)};
    }
}

static bool take_inner_message(struct walk *walk, struct mail_part *part, struct str bytes,
                               const struct place *place)
{
    if (place->depth >= MAIL_DEPTH_MAX) return false;
    GMimeParser *parser = parse_within(walk, source_of(walk, part), bytes);
    GMimeMessage *message = g_mime_parser_construct_message(parser, walk->head.options);
    if (message) {
        arena_on_end(walk->arena, g_object_unref, message);
        part->fate = FATE_CONTAINER;
        walk_inner(walk, message, part, place);
    }
    g_object_unref(parser);
    return message != NULL;
}

static void walk_message_part(struct walk *walk, GMimeMessagePart *object,
                              const struct place *place)
{
    GMimeMessage *message = g_mime_message_part_get_message(object);
    struct mail_part *part = add_part(walk, GMIME_OBJECT(object), place->path, FATE_CONTAINER);
    if (!part) return;
    part->detected = KIND_MAIL;
    if (!message) {
        part->fate = FATE_EMPTY;
    } else if (place->is_report) {
        part->fate = FATE_REPORT;
        if (!place->is_inner)
            walk->mail.bounce.original_message_id =
                head_raw(&walk->head, GMIME_OBJECT(message), "Message-ID");
    } else {
        walk_inner(walk, message, part, place);
    }
}

static void walk_object(struct walk *walk, GMimeObject *object, struct place place)
{
    job_page(walk->job);
    if (place.depth++ >= MAIL_DEPTH_MAX) {
        walk_warn(walk, 0, WARNING_DEPTH);
        add_part(walk, object, place.path, FATE_LIMIT);
        return;
    }
    if (GMIME_IS_MULTIPART(object)) {
        walk_multipart(walk, GMIME_MULTIPART(object), place);
    } else if (GMIME_IS_MESSAGE_PARTIAL(object)) {
        add_part(walk, object, place.path, FATE_TYPE);
        walk_warn(walk, 0, WARNING_PARTIAL);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        walk_message_part(walk, GMIME_MESSAGE_PART(object), &place);
    } else if (GMIME_IS_PART(object)) {
        walk_leaf(walk, GMIME_PART(object), &place);
    }
}

/* ---- all of it --------------------------------------------------------------------------------
 */

static bool names_another(const struct mail *mail, enum address_role role)
{
    const struct address *from = mail_address(mail, ADDRESS_FROM),
                         *other = mail_address(mail, role);
    return from && other && other->mailbox.len > 0 && !str_same(from->mailbox, other->mailbox);
}

/* What could not be delivered: after all parts were seen. */
static void read_failure(struct walk *walk, GMimeMessage *message, GMimeObject *root)
{
    struct mail *mail = &walk->mail;
    GMimeContentType *type = root ? g_mime_object_get_content_type(root) : NULL;
    bool is_report = type && g_mime_content_type_is_type(type, "multipart", "report");
    bool may_be = mail->automatic == AUTOMATIC_NO || mail->automatic == AUTOMATIC_GENERATED;
    /* a report that does not say which kind it is of */
    if (is_report && may_be && mail->bounce.kind != BOUNCE_NONE) mail->automatic = AUTOMATIC_BOUNCE;
    if (mail->automatic != AUTOMATIC_BOUNCE) return;
    struct str *own = ARENA_MANY(walk->arena, mail->address_count, struct str);
    size_t count = 0;
    for (size_t i = 0; i < mail->address_count; i++)
        if (mail->addresses[i].role == ADDRESS_TO || mail->addresses[i].role == ADDRESS_CC)
            own[count++] = mail->addresses[i].mailbox;
    bounce_from_text(&mail->bounce,
                     head_raw(&walk->head, GMIME_OBJECT(message), "X-Failed-Recipients"),
                     buf_str(&walk->body), walk->arena);
    failure_from_text(&mail->bounce, mail->subject, buf_str(&walk->body), own, count, walk->arena);
    failure_refine(&mail->bounce, buf_str(&walk->body), walk->arena);
}

void walk_message(struct walk *walk, GMimeMessage *message)
{
    struct mail *mail = &walk->mail;
    head_read(&walk->head, message);
    if (mail->subject.len == 0)
        mail->subject = head_line(&walk->head, pgp_protected_head(message), "Subject");
    if (walk->head.has_more_addresses) walk_warn(walk, 0, WARNING_HEADER_SIZE);
    if (walk->head.from_count > 1) walk_warn(walk, 0, WARNING_TWO_FROM);
    if (walk->head.from_count == 0) walk_warn(walk, 0, WARNING_NO_FROM);
    GMimeObject *root = g_mime_message_get_mime_part(message);
    walk->root = root;
    if (root) {
        bool is_leaf = !GMIME_IS_MULTIPART(root);
        walk_object(walk, root, (struct place){.path = is_leaf ? "1" : "", .text = &walk->body});
    }
    if (names_another(mail, ADDRESS_SENDER)) walk_warn(walk, 0, WARNING_SENDER_DIFFERS);
    if (names_another(mail, ADDRESS_REPLY_TO)) walk_warn(walk, 0, WARNING_REPLY_TO_DIFFERS);
    if (walk->head.has_unreadable_text) walk_warn(walk, 0, WARNING_UNDECODABLE);
    read_failure(walk, message, root);
    if (mail->bounce.kind == BOUNCE_NONE) mail->bounce = (struct bounce){0};
}
