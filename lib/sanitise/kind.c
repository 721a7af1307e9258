/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/kind.h"

#include <stdint.h>
#include <string.h>

#include "core/err.h"

enum {
    HEAD_BYTES = 1024,      /* a PDF may begin within its first kilobyte */
    TEXT_BYTES = 64 * 1024, /* what is looked at to tell text from bytes */
    ZIP_ENTRIES = 2000,     /* names that are looked at */
    ZIP_TAIL_BYTES = 65557, /* the end record and the longest comment */
    ZIP_END_BYTES = 22,
    ZIP_ENTRY_BYTES = 46,
    HEADER_LINES = 200,
};

static const char *const types[KIND_COUNT] = {
#define KIND(NAME, type) [KIND_##NAME] = type,
#include "sanitise/kind.def"
#undef KIND
};

const char *kind_type(enum kind kind)
{
    ASSERT((unsigned)kind < KIND_COUNT);
    return types[kind];
}

bool kind_is_picture(enum kind kind)
{
    return kind == KIND_JPEG || kind == KIND_PNG || kind == KIND_HEIC || kind == KIND_TIFF ||
           kind == KIND_WEBP || kind == KIND_GIF || kind == KIND_BMP;
}

static const struct {
    const char *ending;
    enum kind kind;
} endings[] = {
#define ENDING(ending, NAME) {ending, KIND_##NAME},
#include "sanitise/ending.def"
#undef ENDING
};

bool kind_of_name(struct str name, enum kind *ret_kind, struct str *ret_ending)
{
    size_t dot = name.len;
    while (dot > 0 && name.at[dot - 1] != '.') dot--;
    if (dot == 0) return false;
    struct str ending = str_from_byte(name, dot);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (!str_same(ending, str_from(endings[i].ending))) continue;
        *ret_kind = endings[i].kind;
        *ret_ending = str_from(endings[i].ending);
        return true;
    }
    return false;
}

static bool starts(struct str bytes, const char *start, size_t len)
{
    return bytes.len >= len && !memcmp(bytes.at, start, len);
}
#define STARTS(bytes, literal) starts((bytes), "" literal, sizeof(literal) - 1)

static uint32_t little(struct str bytes, size_t at, size_t width)
{
    uint32_t number = 0;
    for (size_t i = width; i-- > 0;) number = number << 8 | (unsigned char)bytes.at[at + i];
    return number;
}

/* ---- archives ---------------------------------------------------------------------------------
 */

/* Where the central directory begins, or STR_NONE. */
static size_t find_directory(struct str bytes)
{
    size_t from = bytes.len > ZIP_TAIL_BYTES ? bytes.len - ZIP_TAIL_BYTES : 0;
    for (size_t at = bytes.len < ZIP_END_BYTES ? 0 : bytes.len - ZIP_END_BYTES + 1; at-- > from;) {
        if (memcmp(bytes.at + at, "PK\5\6", 4) != 0) continue;
        size_t start = little(bytes, at + 16, 4);
        return start < at ? start : STR_NONE;
    }
    return STR_NONE;
}

static enum kind kind_of_archive(struct str bytes)
{
    /* OpenDocument's first entry is stored and called mimetype. */
    struct str type = STR("mimetypeapplication/vnd.oasis.opendocument.text");
    if (str_starts(str_from_byte(bytes, 30), type)) {
        struct str after = str_from_byte(bytes, 30 + type.len);
        if (!STARTS(after, "-")) return KIND_ODT; /* text-template, text-master … are others */
    }
    /* Word calls its text word/document.xml, other programs word/document2.xml or whatever. */
    bool has_types = false, has_word = false;
    size_t at = find_directory(bytes);
    for (int i = 0; at != STR_NONE && i < ZIP_ENTRIES; i++) {
        if (bytes.len - at < ZIP_ENTRY_BYTES || memcmp(bytes.at + at, "PK\1\2", 4) != 0) break;
        size_t name = little(bytes, at + 28, 2);
        size_t skip =
            ZIP_ENTRY_BYTES + name + little(bytes, at + 30, 2) + little(bytes, at + 32, 2);
        if (skip > bytes.len - at) break;
        struct str entry = str_slice(bytes, at + ZIP_ENTRY_BYTES, at + ZIP_ENTRY_BYTES + name);
        if (str_equal(entry, STR("word/document.xml"))) return KIND_DOCX;
        has_types |= str_equal(entry, STR("[Content_Types].xml"));
        has_word |= str_starts(entry, STR("word/"));
        at += skip;
    }
    return has_types && has_word ? KIND_DOCX : KIND_ZIP;
}

/* ---- text -------------------------------------------------------------------------------------
 */

static bool is_text_byte(unsigned char byte)
{
    return byte >= 0x20 ? byte != 0x7f
                        : byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

static bool is_text(struct str bytes)
{
    /* UTF-16 has a mark before it, or every other byte is nought; only the mark is believed. */
    if (STARTS(bytes, "\xff\xfe") || STARTS(bytes, "\xfe\xff")) return bytes.len % 2 == 0;
    struct str head = str_slice(bytes, 0, TEXT_BYTES);
    for (size_t i = 0; i < head.len; i++)
        if (!is_text_byte((unsigned char)head.at[i]) && head.at[i] != 0x1b) return false;
    return true;
}

static bool is_header_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] <= ' ' || name.at[i] >= 0x7f) return false;
    return name.len > 0;
}

static bool is_usual_header(struct str name)
{
    static const char *const usual[] = {
        "from",       "to",          "subject",      "date",           "received",
        "message-id", "return-path", "mime-version", "sender",         "delivered-to",
        "reply-to",   "x-received",  "envelope-to",  "dkim-signature", "content-type"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (str_same(name, str_from(usual[i]))) return true;
    return false;
}

static bool is_mail(struct str bytes)
{
    struct str rest = str_slice(bytes, 0, TEXT_BYTES), line;
    int usual = 0, lines = 0;
    if (str_starts(rest, STR("From "))) str_split(&rest, '\n', &line); /* of an mbox file */
    while (lines < HEADER_LINES && str_split(&rest, '\n', &line)) {
        if (line.len == 0 || str_equal(line, STR("\r"))) break;
        if (line.at[0] == ' ' || line.at[0] == '\t') {
            if (lines == 0) return false;
            continue;
        }
        size_t colon = str_find_byte(line, ':');
        if (colon == STR_NONE) return false;
        struct str name = str_trim(str_slice(line, 0, colon));
        if (!is_header_name(name)) return false;
        usual += is_usual_header(name);
        lines++;
    }
    return usual >= 2;
}

/* The first of these tags, or STR_NONE. */
static size_t find_tag(struct str head, const char *const *tags, size_t count)
{
    for (size_t i = 0; i < head.len; i++)
        for (size_t j = 0; j < count; j++) {
            struct str tag = str_from(tags[j]);
            if (head.at[i] == '<' && str_same(str_slice(head, i, i + tag.len), tag)) return i;
        }
    return STR_NONE;
}

/* A drawing may hold a page and a page a drawing: what comes first holds the other. */
static enum kind kind_of_markup(struct str head)
{
    static const char *const svg[] = {"<svg"};
    static const char *const html[] = {"<!doctype html", "<html", "<head", "<body", "<script"};
    size_t drawing = find_tag(head, svg, 1);
    size_t page = find_tag(head, html, sizeof html / sizeof *html);
    if (drawing == STR_NONE && page == STR_NONE) return KIND_TEXT;
    return drawing < page ? KIND_SVG : KIND_HTML;
}

static enum kind kind_of_text(struct str bytes)
{
    if (STARTS(bytes, "{\\rtf")) return KIND_RTF;
    if (is_mail(bytes)) return KIND_MAIL;
    struct str head = str_slice(bytes, 0, HEAD_BYTES), trimmed = str_trim(head);
    if (STARTS(trimmed, "\xef\xbb\xbf")) trimmed = str_trim(str_from_byte(trimmed, 3));
    if (STARTS(trimmed, "#!")) return KIND_PROGRAM;
    return STARTS(trimmed, "<") ? kind_of_markup(head) : KIND_TEXT;
}

/* ---- by the first bytes -----------------------------------------------------------------------
 */

static enum kind kind_of_box(struct str bytes)
{
    static const char *const brands[] = {"heic", "heix", "heim", "heis", "hevc",
                                         "hevx", "mif1", "msf1", "avif"};
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (str_equal(str_slice(bytes, 8, 12), str_from(brands[i]))) return KIND_HEIC;
    return KIND_UNKNOWN;
}

enum kind kind_of(struct str bytes)
{
    if (bytes.len == 0) return KIND_EMPTY;
    if (STARTS(bytes, "\xff\xd8\xff")) return KIND_JPEG;
    if (STARTS(bytes, "\x89PNG\r\n\x1a\n")) return KIND_PNG;
    if (STARTS(bytes, "GIF87a") || STARTS(bytes, "GIF89a")) return KIND_GIF;
    if (STARTS(bytes, "II*\0") || STARTS(bytes, "MM\0*")) return KIND_TIFF;
    if (STARTS(bytes, "RIFF") && str_equal(str_slice(bytes, 8, 12), STR("WEBP"))) return KIND_WEBP;
    if (STARTS(bytes, "BM") && bytes.len > 26 && little(bytes, 14, 4) <= 124) return KIND_BMP;
    if (str_equal(str_slice(bytes, 4, 8), STR("ftyp"))) return kind_of_box(bytes);
    if (STARTS(bytes, "PK\3\4") || STARTS(bytes, "PK\5\6")) return kind_of_archive(bytes);
    if (STARTS(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return KIND_DOC;
    if (STARTS(bytes, "\x7f"
                      "ELF") ||
        (STARTS(bytes, "MZ") && !is_text(bytes)))
        return KIND_PROGRAM;
    if (str_find(str_slice(bytes, 0, HEAD_BYTES), STR("%PDF-")) != STR_NONE) {
        /* A mail may quote one; a PDF's own bytes come first. */
        if (STARTS(bytes, "%PDF-") || !is_text(bytes) || !is_mail(bytes)) return KIND_PDF;
    }
    return is_text(bytes) ? kind_of_text(bytes) : is_mail(bytes) ? KIND_MAIL : KIND_UNKNOWN;
}
