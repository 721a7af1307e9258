/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"
#include "core/limits.h"
#include "worker/press/prepare.h"

/* What a file was called, against what its bytes are. The name itself is nobody's business. */

enum { ENDING_BYTES = 5 };

static const struct {
    const char *ending;
    enum kind kind;
} endings[] = {
    {"jpg", KIND_JPEG},    {"jpeg", KIND_JPEG},   {"png", KIND_PNG},     {"heic", KIND_HEIC},
    {"heif", KIND_HEIC},   {"tif", KIND_TIFF},    {"tiff", KIND_TIFF},   {"webp", KIND_WEBP},
    {"gif", KIND_GIF},     {"bmp", KIND_BMP},     {"svg", KIND_SVG},     {"pdf", KIND_PDF},
    {"docx", KIND_DOCX},   {"odt", KIND_ODT},     {"rtf", KIND_RTF},     {"doc", KIND_DOC},
    {"zip", KIND_ZIP},     {"html", KIND_HTML},   {"htm", KIND_HTML},    {"eml", KIND_MAIL},
    {"txt", KIND_TEXT},    {"exe", KIND_PROGRAM}, {"com", KIND_PROGRAM}, {"scr", KIND_PROGRAM},
    {"bat", KIND_PROGRAM}, {"cmd", KIND_PROGRAM}, {"msi", KIND_PROGRAM}, {"js", KIND_PROGRAM},
    {"vbs", KIND_PROGRAM}, {"ps1", KIND_PROGRAM}, {"sh", KIND_PROGRAM},  {"jar", KIND_PROGRAM},
    {"apk", KIND_PROGRAM},
};

static const char *const kind_words[KIND_COUNT] = {
    [KIND_JPEG] = "a JPEG picture",
    [KIND_PNG] = "a PNG picture",
    [KIND_HEIC] = "a HEIC picture",
    [KIND_TIFF] = "a TIFF picture",
    [KIND_WEBP] = "a WebP picture",
    [KIND_GIF] = "a GIF picture",
    [KIND_BMP] = "a BMP picture",
    [KIND_SVG] = "an SVG drawing",
    [KIND_PDF] = "a PDF",
    [KIND_DOCX] = "a Word document",
    [KIND_ODT] = "an OpenDocument text",
    [KIND_RTF] = "a text in RTF",
    [KIND_DOC] = "an old Word document",
    [KIND_ZIP] = "a ZIP archive",
    [KIND_PROGRAM] = "a program",
    [KIND_HTML] = "a web page",
    [KIND_MAIL] = "an e-mail",
    [KIND_TEXT] = "plain text",
};

/* The name's ending in small letters, without its dot; empty when it has none. */
static struct str ending_of(struct str name, struct arena *arena)
{
    size_t dot = name.len;
    BUF(ending, ENDING_BYTES + 1);
    while (dot > 0 && name.at[dot - 1] != '.') dot--;
    if (dot == 0 || name.len - dot > ENDING_BYTES) return STR("");
    for (size_t i = dot; i < name.len; i++) {
        char byte = name.at[i];
        buf_add_byte(&ending, byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte);
    }
    return arena_str(arena, buf_str(&ending));
}

struct str prepare_name_lie(struct str head, enum kind kind, struct arena *arena)
{
    JSON called = NULL;
    if (!kind_words[kind] || json_read(head, LIMIT_RECORD_BYTES, &called) != OK) return STR("");
    struct str ending = ending_of(json_get_str(called, "name"), arena);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (str_equal(ending, str_from(endings[i].ending)) && endings[i].kind != kind)
            return arena_print(arena, "The file is called .%s, but is %s", endings[i].ending,
                               kind_words[kind]);
    return STR("");
}
