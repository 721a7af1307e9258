/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_pgp.h"

#include <string.h>

static const char *parameter(GMimeObject *object, const char *name)
{
    GMimeContentType *label = g_mime_object_get_content_type(object);
    const char *value = label ? g_mime_content_type_get_parameter(label, name) : NULL;
    return value ? value : "";
}

static bool is_label(GMimeObject *object, const char *type, const char *subtype)
{
    GMimeContentType *label = g_mime_object_get_content_type(object);
    return label && g_mime_content_type_is_type(label, type, subtype);
}

/* ---- what is handed out ----------------------------------------------------------------------
 */

static struct packets *add(struct walk *walk, uint32_t source)
{
    if (walk->mail.packet_count == ANSWER_PACKETS_MAX) {
        walk_warn(walk, source, WARNING_PARTS);
        return NULL;
    }
    return &walk->mail.packets[walk->mail.packet_count++];
}

void pgp_add_message(struct walk *walk, enum crypto_kind kind, uint32_t source, struct str bytes)
{
    struct packets *packets = add(walk, source);
    if (packets) *packets = (struct packets){.kind = kind, .source = source, .bytes = bytes};
}

/* As it stands in the message, its lines ended by CRLF (RFC 3156 §5). */
static bool signed_bytes(struct walk *walk, GMimeObject *object, struct str *ret_bytes)
{
    GMimeFormatOptions *options = g_mime_format_options_new();
    GMimeStream *memory = g_mime_stream_mem_new();
    GMimeStream *stream = g_mime_stream_filter_new(memory);
    GMimeFilter *filter = g_mime_filter_unix2dos_new(FALSE);
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_stream_filter_add(GMIME_STREAM_FILTER(stream), filter);
    bool well = g_mime_object_write_to_stream(object, options, stream) >= 0 &&
                g_mime_stream_flush(stream) == 0;
    GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
    well = well && array->len > 0 && array->len <= PGP_SIGNED_MAX;
    if (well)
        *ret_bytes = arena_str(walk->arena, (struct str){(const char *)array->data, array->len});
    g_object_unref(filter);
    g_object_unref(stream);
    g_object_unref(memory);
    g_mime_format_options_free(options);
    return well;
}

bool pgp_add_signature(struct walk *walk, uint32_t source, GMimeObject *signed_part,
                       struct str signature, bool is_whole)
{
    struct str content;
    if (signature.len == 0 || signature.len > PGP_SIGNATURE_MAX ||
        !signed_bytes(walk, signed_part, &content))
        return false;
    struct packets *packets = add(walk, source);
    if (!packets) return false;
    *packets = (struct packets){.kind = CRYPTO_PGP_MIME,
                                .source = source,
                                .is_signature = true,
                                .is_whole = is_whole,
                                .bytes = signature,
                                .content = content};
    return true;
}

bool pgp_is_message(struct str bytes, const char *name)
{
    struct str start = str_trim(str_slice(bytes, 0, 100));
    if (str_starts(start, STR("-----BEGIN PGP MESSAGE-----"))) return true;
    if (!name || bytes.len < 20) return false;
    struct str called = str_from(name);
    bool is_called = false;
    static const char *const endings[] = {".pgp", ".gpg", ".asc"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct str ending = str_from(endings[i]);
        is_called |= called.len > ending.len &&
                     str_same(str_from_byte(called, called.len - ending.len), ending);
    }
    /* A session key for a public key, in the old form of a header or the new (RFC 4880 §4.2). */
    unsigned char first = (unsigned char)bytes.at[0];
    return is_called && ((first >= 0x84 && first <= 0x86) || first == 0xc1);
}

/* ---- what protects the head -------------------------------------------------------------------
 */

bool pgp_is_legacy_part(GMimeObject *object)
{
    if (*parameter(object, "protected-headers") == '\0') return false;
    if (is_label(object, "text", "rfc822-headers")) return true;
    /* A whole letter of one part is labelled so too, and bears the head itself. */
    return is_label(object, "text", "plain") && !g_mime_object_get_header(object, "Subject");
}

size_t pgp_legacy_lines(GMimeObject *object, struct str text)
{
    enum { MOST = 40 };
    struct str rest = text, line;
    if (strcmp(parameter(object, "hp-legacy-display"), "1") != 0) return 0;
    for (int i = 0; i < MOST && str_split(&rest, '\n', &line); i++) {
        if (str_trim(line).len == 0) return i ? text.len - rest.len : 0;
        bool goes_on = i > 0 && (line.at[0] == ' ' || line.at[0] == '\t');
        if (!goes_on && str_find(line, STR(":")) == STR_NONE) return 0;
    }
    return 0;
}

GMimeObject *pgp_protected_head(GMimeMessage *message)
{
    GMimeObject *root = g_mime_message_get_mime_part(message);
    if (g_mime_object_get_header(GMIME_OBJECT(message), "Subject") || !root ||
        !GMIME_IS_MULTIPART(root) || !is_label(root, "multipart", "signed") ||
        g_mime_multipart_get_count(GMIME_MULTIPART(root)) == 0)
        return GMIME_OBJECT(message);
    return g_mime_multipart_get_part(GMIME_MULTIPART(root), 0);
}
