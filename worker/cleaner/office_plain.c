/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Over 500 lines: one reader from bytes to the end, whose parts share its state. */
#include "worker/cleaner/office_plain.h"

#include <string.h>

#include "core/utf8.h"

enum { DEPTH_MAX = 1000, SPACES_MAX = 500, BINDINGS_MAX = 4000, ATTRIBUTES_MAX = 300 };

/* ---- characters -------------------------------------------------------------------------------
 */

static uint32_t unit_at(struct str part, size_t at, bool is_big)
{
    uint32_t first = (unsigned char)part.at[at], second = (unsigned char)part.at[at + 1];
    return is_big ? first << 8 | second : second << 8 | first;
}

static enum err from_utf16(struct str part, bool is_big, struct buf *text)
{
    if (part.len % 2) return ERR_BAD_INPUT;
    for (size_t at = 0; at < part.len; at += 2) {
        uint32_t point = unit_at(part, at, is_big);
        if (point >= 0xd800 && point < 0xdc00 && part.len - at >= 4) {
            uint32_t low = unit_at(part, at + 2, is_big);
            if (low < 0xdc00 || low > 0xdfff) return ERR_BAD_INPUT;
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
            at += 2;
        } else if (point >= 0xd800 && point < 0xe000) {
            return ERR_BAD_INPUT;
        }
        utf8_add(text, point);
    }
    return buf_done(text);
}

/* How the bytes are written is told by the first ones: a mark, or "<" in two bytes. */
static enum err decode(struct str part, struct arena *arena, struct str *text, bool *is_wide)
{
    bool is_marked = str_starts(part, STR("\xfe\xff")) || str_starts(part, STR("\xff\xfe"));
    bool is_big = str_starts(part, STR("\xfe\xff")) || str_starts(part, STR("\0<"));
    *is_wide = is_marked || is_big || str_starts(part, STR("<\0"));
    *text = str_starts(part, STR("\xef\xbb\xbf")) ? str_from_byte(part, 3) : part;
    if (*is_wide) {
        BUF(narrow, 3 * ZIP_ENTRY_BYTES_MAX / 2);
        TRY(from_utf16(str_from_byte(part, is_marked ? 2 : 0), is_big, &narrow));
        *text = arena_str(arena, buf_str(&narrow));
    }
    return utf8_valid(*text) ? OK : ERR_BAD_INPUT;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_allowed(uint32_t point)
{
    return (point >= 0x20 || point == '\t' || point == '\n' || point == '\r') &&
           point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) && point != 0xfffe &&
           point != 0xffff;
}

static void add_escaped(struct buf *out, uint32_t point, bool is_value)
{
    switch (point) {
    case '<': buf_add_c(out, "&lt;"); break;
    case '>': buf_add_c(out, "&gt;"); break;
    case '&': buf_add_c(out, "&amp;"); break;
    case '\r': buf_add_c(out, "&#13;"); break;
    case '"': buf_add_c(out, is_value ? "&quot;" : "\""); break;
    case '\t': buf_add_c(out, is_value ? "&#9;" : "\t"); break;
    case '\n': buf_add_c(out, is_value ? "&#10;" : "\n"); break;
    default: utf8_add(out, point);
    }
}

/* The point of a reference, without "&" and ";". */
static bool point_of(struct str name, uint32_t *point)
{
    static const struct {
        const char *name, character;
    } known[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!str_equal(name, str_from(known[i].name))) continue;
        *point = (unsigned char)known[i].character;
        return true;
    }
    bool is_hex = str_starts(name, STR("#x"));
    struct str digits = str_from_byte(name, is_hex ? 2 : 1);
    if (!str_starts(name, STR("#")) || digits.len == 0) return false;
    static const char all[] = "0123456789abcdef";
    *point = 0;
    for (size_t i = 0; i < digits.len && *point <= 0x10ffff; i++) {
        char low = digits.at[i] >= 'A' && digits.at[i] <= 'F' ? digits.at[i] + 32 : digits.at[i];
        const char *digit = memchr(all, low, is_hex ? 16 : 10);
        if (!digit) return false;
        *point = *point * (is_hex ? 16U : 10U) + (uint32_t)(digit - all);
    }
    return is_allowed(*point);
}

/* Text or a value: ends of lines are newlines, and in a value they are spaces. */
static enum err add_characters(struct buf *out, struct str text, bool is_value, bool is_literal)
{
    uint32_t point;
    while (text.len > 0) {
        bool is_referred = text.at[0] == '&' && !is_literal;
        if (is_referred) {
            size_t end = str_find_byte(str_slice(text, 0, 64), ';');
            if (end == STR_NONE || !point_of(str_slice(text, 1, end), &point)) return ERR_BAD_INPUT;
            text = str_from_byte(text, end + 1);
        } else if (!utf8_next(&text, &point) || !is_allowed(point)) {
            return ERR_BAD_INPUT;
        }
        if (!is_referred && point == '\r') {
            if (str_starts(text, STR("\n"))) continue;
            point = '\n';
        }
        if (!is_referred && is_value && (point == '\n' || point == '\t')) point = ' ';
        add_escaped(out, point, is_value);
    }
    return OK;
}

/* ---- namespaces -------------------------------------------------------------------------------
 */

#define ECMA "http://schemas.openxmlformats.org/"
#define STRICT "http://purl.oclc.org/ooxml/"
#define MICROSOFT "http://schemas.microsoft.com/office/"
#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"

/* Where two have one prefix they mean the same (strict and transitional). */
static const struct {
    const char *uri, *prefix;
} usual[] = {
    {ECMA "package/2006/relationships", ""},
    {ECMA "package/2006/content-types", ""},
    {ECMA "package/2006/metadata/core-properties", "cp"},
    {ECMA "officeDocument/2006/extended-properties", "ep"},
    {STRICT "officeDocument/extendedProperties", "ep"},
    {ECMA "wordprocessingml/2006/main", "w"},
    {STRICT "wordprocessingml/main", "w"},
    {ECMA "officeDocument/2006/relationships", "r"},
    {STRICT "officeDocument/relationships", "r"},
    {ECMA "officeDocument/2006/math", "m"},
    {STRICT "officeDocument/math", "m"},
    {ECMA "drawingml/2006/wordprocessingDrawing", "wp"},
    {STRICT "drawingml/wordprocessingDrawing", "wp"},
    {ECMA "drawingml/2006/main", "a"},
    {STRICT "drawingml/main", "a"},
    {ECMA "drawingml/2006/picture", "pic"},
    {STRICT "drawingml/picture", "pic"},
    {ECMA "drawingml/2006/chart", "c"},
    {STRICT "drawingml/chart", "c"},
    {ECMA "drawingml/2006/diagram", "dgm"},
    {STRICT "drawingml/diagram", "dgm"},
    {ECMA "markup-compatibility/2006", "mc"},
    {MICROSOFT "drawing/2008/diagram", "dsp"},
    {MICROSOFT "word/2010/wordml", "w14"},
    {MICROSOFT "word/2012/wordml", "w15"},
    {MICROSOFT "word/2010/wordprocessingDrawing", "wp14"},
    {MICROSOFT "word/2010/wordprocessingShape", "wps"},
    {MICROSOFT "word/2010/wordprocessingGroup", "wpg"},
    {MICROSOFT "word/2010/wordprocessingCanvas", "wpc"},
    {MICROSOFT "word/2010/wordprocessingInk", "wpi"},
    {"urn:schemas-microsoft-com:vml", "v"},
    {"urn:schemas-microsoft-com:office:office", "o"},
    {"urn:schemas-microsoft-com:office:word", "w10"},
    {"http://purl.org/dc/elements/1.1/", "dc"},
    {"http://purl.org/dc/terms/", "dcterms"},
    {OASIS "office:1.0", "office"},
    {OASIS "text:1.0", "text"},
    {OASIS "table:1.0", "table"},
    {OASIS "style:1.0", "style"},
    {OASIS "meta:1.0", "meta"},
    {OASIS "form:1.0", "form"},
    {OASIS "script:1.0", "script"},
    {OASIS "drawing:1.0", "draw"},
    {OASIS "svg-compatible:1.0", "svg"},
    {OASIS "xsl-fo-compatible:1.0", "fo"},
    {OASIS "manifest:1.0", "manifest"},
    {"http://www.w3.org/1999/xlink", "xlink"},
    {"http://openoffice.org/2004/writer", "ooow"},
    {"http://openoffice.org/2004/office", "ooo"},
};

struct space {
    struct str uri, prefix; /* as they are written */
};

/* What a prefix of the original means, until the element ends that said so. */
struct binding {
    struct str prefix;
    size_t space; /* STR_NONE: none */
};

struct element {
    struct str name; /* in the original */
    struct str written;
    size_t bindings; /* before it */
};

struct attribute {
    struct str prefix, local;
    size_t value, value_end; /* in the reader's values */
    struct str written;
};

struct reader {
    struct str xml;
    size_t at;
    struct arena *arena;
    struct buf out, values;
    struct space *spaces;
    struct binding *bindings;
    struct element *open;
    struct attribute *attributes;
    size_t space_count, binding_count, depth, attribute_count;
    size_t root_end; /* of the outermost element's name in what is written; 0 before it */
    bool has_bare;   /* there are elements in no namespace */
};

static const char *usual_prefix(struct str uri)
{
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (str_equal(uri, str_from(usual[i].uri))) return usual[i].prefix;
    return NULL;
}

static bool is_taken(const struct reader *reader, struct str prefix)
{
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (str_equal(prefix, str_from(usual[i].prefix))) return true;
    for (size_t i = 0; i < reader->space_count; i++)
        if (str_equal(prefix, reader->spaces[i].prefix)) return true;
    return str_starts(prefix, STR("xml"));
}

/* LibreOffice takes every version 1.x of an OASIS name, of whichever committee, for one. */
static struct str usual_uri(struct str uri, struct arena *arena)
{
    struct str rest = uri, start = STR("urn:oasis:names:tc:"), pieces[4];
    if (!str_starts(uri, start)) return uri;
    rest = str_from_byte(rest, start.len);
    for (size_t i = 0; i < 4; i++)
        if (!str_split(&rest, ':', &pieces[i])) return uri;
    if (rest.len > 0 || !str_equal(pieces[1], STR("xmlns")) || !str_starts(pieces[3], STR("1.")))
        return uri;
    return arena_print(arena, OASIS "%.*s:1.0", STR_ARG(pieces[2]));
}

static enum err find_space(struct reader *reader, struct str uri, struct str prefix, size_t *space)
{
    uri = usual_uri(uri, reader->arena);
    const char *known = usual_prefix(uri);
    if (str_starts(uri, STR("http://openoffice.org/2000/"))) return ERR_BAD_INPUT;
    for (size_t i = 0; i < reader->space_count; i++) {
        const struct space *one = &reader->spaces[i];
        *space = i;
        if (str_equal(one->uri, uri)) return OK;
        if (known && known[0] && str_equal(one->prefix, str_from(known))) return OK;
    }
    if (reader->space_count == SPACES_MAX) return ERR_TOO_BIG;
    struct str wanted = known ? str_from(known) : prefix;
    for (size_t i = reader->space_count; !known && is_taken(reader, wanted); i++)
        wanted = arena_print(reader->arena, "n%zu", i);
    if (known && !known[0])
        for (size_t i = 0; i < reader->space_count; i++)
            if (reader->spaces[i].prefix.len == 0) return ERR_BAD_INPUT;
    *space = reader->space_count++;
    reader->spaces[*space] = (struct space){arena_str(reader->arena, uri), wanted};
    return OK;
}

static enum err bind_prefix(struct reader *reader, struct str prefix, struct str uri)
{
    struct binding binding = {prefix, STR_NONE};
    if (reader->binding_count == BINDINGS_MAX) return ERR_TOO_BIG;
    if (str_equal(prefix, STR("xml"))) return OK;
    if (str_equal(prefix, STR("xmlns")) || (uri.len == 0 && prefix.len > 0)) return ERR_BAD_INPUT;
    if (uri.len > 0) TRY(find_space(reader, uri, prefix, &binding.space));
    reader->bindings[reader->binding_count++] = binding;
    return OK;
}

static size_t space_of(const struct reader *reader, struct str prefix)
{
    for (size_t i = reader->binding_count; i-- > 0;)
        if (str_equal(reader->bindings[i].prefix, prefix)) return reader->bindings[i].space;
    return STR_NONE;
}

/* A name as it is written from now on. */
static enum err write_name(struct reader *reader, struct str prefix, struct str local,
                           bool is_element, struct str *written)
{
    *written = local;
    if (prefix.len == 0 && !is_element) return OK;
    if (str_equal(prefix, STR("xml"))) {
        *written = arena_print(reader->arena, "xml:%.*s", STR_ARG(local));
        return OK;
    }
    size_t space = space_of(reader, prefix);
    if (space == STR_NONE) {
        reader->has_bare = true;
        return prefix.len > 0 ? ERR_BAD_INPUT : OK;
    }
    struct str own = reader->spaces[space].prefix;
    if (own.len == 0) return is_element ? OK : ERR_BAD_INPUT;
    if (str_equal(own, prefix)) { /* as it stands in the original */
        *written = (struct str){prefix.at, prefix.len + 1 + local.len};
        return OK;
    }
    *written = arena_print(reader->arena, "%.*s:%.*s", STR_ARG(own), STR_ARG(local));
    return OK;
}

/* Values that are lists of prefixes, alone or before names. */
static void add_prefixes(struct reader *reader, struct str value)
{
    struct str word;
    bool is_first = true;
    while (str_split(&value, ' ', &word)) {
        if (word.len == 0) continue;
        size_t colon = str_find_byte(word, ':');
        struct str prefix = str_slice(word, 0, colon == STR_NONE ? word.len : colon);
        size_t space = space_of(reader, prefix);
        if (!is_first) buf_add_byte(&reader->out, ' ');
        buf_add(&reader->out, space == STR_NONE ? prefix : reader->spaces[space].prefix);
        buf_add(&reader->out, str_from_byte(word, prefix.len));
        is_first = false;
    }
}

/* ---- tags -------------------------------------------------------------------------------------
 */

static bool is_name_byte(char byte, bool is_first)
{
    bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
                     (unsigned char)byte >= 0x80;
    return is_letter || (!is_first && ((byte >= '0' && byte <= '9') || byte == '-' || byte == '.'));
}

static struct str rest_of(const struct reader *reader)
{
    return str_from_byte(reader->xml, reader->at);
}

static bool skip_text(struct reader *reader, struct str what)
{
    if (!str_starts(rest_of(reader), what)) return false;
    reader->at += what.len;
    return true;
}

static bool skip_space(struct reader *reader)
{
    size_t before = reader->at;
    while (reader->at < reader->xml.len && is_space(reader->xml.at[reader->at])) reader->at++;
    return reader->at > before;
}

static bool read_word(struct reader *reader, struct str *word)
{
    size_t from = reader->at;
    while (reader->at < reader->xml.len &&
           is_name_byte(reader->xml.at[reader->at], reader->at == from))
        reader->at++;
    *word = str_slice(reader->xml, from, reader->at);
    return word->len > 0;
}

static bool read_name(struct reader *reader, struct str *prefix, struct str *local)
{
    *prefix = (struct str){"", 0};
    if (!read_word(reader, local)) return false;
    if (!skip_text(reader, STR(":"))) return true;
    *prefix = *local;
    return read_word(reader, local) && !str_starts(rest_of(reader), STR(":"));
}

static bool read_quoted(struct reader *reader, struct str *value)
{
    skip_space(reader);
    if (!skip_text(reader, STR("="))) return false;
    skip_space(reader);
    struct str rest = rest_of(reader);
    if (rest.len == 0 || (rest.at[0] != '"' && rest.at[0] != '\'')) return false;
    size_t end = str_find_byte(str_from_byte(rest, 1), rest.at[0]);
    if (end == STR_NONE) return false;
    *value = str_slice(rest, 1, 1 + end);
    reader->at += end + 2;
    return str_find_byte(*value, '<') == STR_NONE;
}

/* Up to the end of the tag; what the prefixes in it mean is known afterwards. */
static enum err read_attributes(struct reader *reader)
{
    reader->attribute_count = 0;
    buf_clear(&reader->values);
    for (;;) {
        bool is_apart = skip_space(reader);
        struct str rest = rest_of(reader);
        if (str_starts(rest, STR(">")) || str_starts(rest, STR("/>"))) return OK;
        struct str raw, prefix, local;
        if (!is_apart || !read_name(reader, &prefix, &local) || !read_quoted(reader, &raw))
            return ERR_BAD_INPUT;
        size_t from = reader->values.len;
        TRY(add_characters(&reader->values, raw, true, false));
        struct str value = str_from_byte(buf_str(&reader->values), from);
        if (str_equal(prefix, STR("xmlns"))) {
            TRY(bind_prefix(reader, local, value));
        } else if (prefix.len == 0 && str_equal(local, STR("xmlns"))) {
            TRY(bind_prefix(reader, prefix, value));
        } else if (reader->attribute_count == ATTRIBUTES_MAX) {
            return ERR_TOO_BIG;
        } else {
            reader->attributes[reader->attribute_count++] =
                (struct attribute){prefix, local, from, reader->values.len, {NULL, 0}};
        }
    }
}

static bool is_prefix_list(struct str element, struct str attribute)
{
    static const char *const lists[] = {"mc:Ignorable", "mc:MustUnderstand", "mc:ProcessContent",
                                        "mc:PreserveElements", "mc:PreserveAttributes"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (str_equal(attribute, str_from(lists[i]))) return true;
    return str_equal(element, STR("mc:Choice")) && str_equal(attribute, STR("Requires"));
}

static enum err add_attributes(struct reader *reader, struct str element)
{
    for (size_t i = 0; i < reader->attribute_count; i++) {
        struct attribute *one = &reader->attributes[i];
        TRY(write_name(reader, one->prefix, one->local, false, &one->written));
        for (size_t j = 0; j < i; j++)
            if (str_equal(reader->attributes[j].written, one->written)) return ERR_BAD_INPUT;
        struct str value = str_slice(buf_str(&reader->values), one->value, one->value_end);
        buf_add_byte(&reader->out, ' ');
        buf_add(&reader->out, one->written);
        buf_add_c(&reader->out, "=\"");
        if (is_prefix_list(element, one->written))
            add_prefixes(reader, value);
        else
            buf_add(&reader->out, value);
        buf_add_byte(&reader->out, '"');
    }
    return OK;
}

static enum err start_element(struct reader *reader)
{
    struct element element = {.bindings = reader->binding_count};
    struct str prefix, local;
    size_t from = reader->at;
    if (reader->depth == 0 && reader->root_end > 0) return ERR_BAD_INPUT;
    if (reader->depth == DEPTH_MAX) return ERR_TOO_BIG;
    if (!read_name(reader, &prefix, &local)) return ERR_BAD_INPUT;
    element.name = str_slice(reader->xml, from, reader->at);
    TRY(read_attributes(reader));
    TRY(write_name(reader, prefix, local, true, &element.written));
    buf_add_byte(&reader->out, '<');
    buf_add(&reader->out, element.written);
    if (reader->root_end == 0) reader->root_end = reader->out.len;
    TRY(add_attributes(reader, element.written));
    if (skip_text(reader, STR("/>"))) {
        buf_add_c(&reader->out, "/>");
        reader->binding_count = element.bindings;
        return OK;
    }
    skip_text(reader, STR(">"));
    buf_add_byte(&reader->out, '>');
    reader->open[reader->depth++] = element;
    return OK;
}

static enum err end_element(struct reader *reader)
{
    if (reader->depth == 0) return ERR_BAD_INPUT;
    const struct element *element = &reader->open[--reader->depth];
    if (!skip_text(reader, element->name)) return ERR_BAD_INPUT;
    skip_space(reader);
    if (!skip_text(reader, STR(">"))) return ERR_BAD_INPUT;
    buf_add_c(&reader->out, "</");
    buf_add(&reader->out, element->written);
    buf_add_byte(&reader->out, '>');
    reader->binding_count = element->bindings;
    return OK;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

/* Past what ends so; STR_NONE as the end is none. */
static enum err skip_past(struct reader *reader, struct str end, struct str *passed)
{
    size_t found = str_find(rest_of(reader), end);
    if (found == STR_NONE) return ERR_BAD_INPUT;
    *passed = str_slice(rest_of(reader), 0, found);
    reader->at += found + end.len;
    return OK;
}

/* <?xml …?>: the bytes are what they are; only a lie about them matters. */
static enum err read_declaration(struct reader *reader, bool is_wide)
{
    struct str rest = rest_of(reader), name, value;
    if (!str_starts(rest, STR("<?xml")) || rest.len < 6 || !is_space(rest.at[5])) return OK;
    reader->at += 5;
    while (skip_space(reader), !skip_text(reader, STR("?>"))) {
        if (!read_word(reader, &name) || !read_quoted(reader, &value)) return ERR_BAD_INPUT;
        if (!str_equal(name, STR("encoding"))) continue;
        bool is_right = is_wide ? str_same(str_slice(value, 0, 6), STR("utf-16"))
                                : str_same(value, STR("utf-8")) || str_same(value, STR("us-ascii"));
        if (!is_right) return ERR_BAD_INPUT;
    }
    return OK;
}

static enum err read_mark(struct reader *reader)
{
    struct str passed;
    if (skip_text(reader, STR("<!--"))) return skip_past(reader, STR("-->"), &passed);
    if (skip_text(reader, STR("<?"))) return skip_past(reader, STR("?>"), &passed);
    if (skip_text(reader, STR("<![CDATA["))) {
        TRY(skip_past(reader, STR("]]>"), &passed));
        return reader->depth > 0 ? add_characters(&reader->out, passed, false, true)
                                 : ERR_BAD_INPUT;
    }
    if (skip_text(reader, STR("<!DOCTYPE"))) {
        TRY(skip_past(reader, STR(">"), &passed));
        bool is_known = str_find_byte(passed, '[') == STR_NONE && reader->root_end == 0;
        return is_known ? OK : ERR_BAD_INPUT;
    }
    if (skip_text(reader, STR("</"))) return end_element(reader);
    skip_text(reader, STR("<"));
    return start_element(reader);
}

static enum err read_all(struct reader *reader)
{
    while (reader->at < reader->xml.len) {
        if (reader->xml.at[reader->at] == '<') {
            TRY(read_mark(reader));
            continue;
        }
        size_t end = str_find_byte(rest_of(reader), '<');
        struct str text = str_slice(rest_of(reader), 0, end == STR_NONE ? reader->xml.len : end);
        reader->at += text.len;
        if (reader->depth > 0)
            TRY(add_characters(&reader->out, text, false, false));
        else if (str_trim(text).len > 0)
            return ERR_BAD_INPUT;
    }
    if (reader->depth > 0 || reader->root_end == 0) return ERR_BAD_INPUT;
    for (size_t i = 0; i < reader->space_count; i++)
        if (reader->spaces[i].prefix.len == 0 && reader->has_bare) return ERR_BAD_INPUT;
    return buf_done(&reader->out);
}

static enum err put_together(const struct reader *reader, struct str *ret_xml)
{
    BUF(xml, ZIP_ENTRY_BYTES_MAX);
    buf_add_c(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_add(&xml, str_slice(buf_str(&reader->out), 0, reader->root_end));
    for (size_t i = 0; i < reader->space_count; i++) {
        struct str prefix = reader->spaces[i].prefix, uri = reader->spaces[i].uri;
        buf_add_c(&xml, prefix.len > 0 ? " xmlns:" : " xmlns");
        buf_add(&xml, prefix);
        buf_add_c(&xml, "=\"");
        buf_add(&xml, uri);
        buf_add_byte(&xml, '"');
    }
    buf_add(&xml, str_from_byte(buf_str(&reader->out), reader->root_end));
    TRY(buf_done(&xml));
    *ret_xml = arena_str(reader->arena, buf_str(&xml));
    return OK;
}

enum err xml_plain(struct str part, struct arena *arena, struct str *ret_xml)
{
    bool is_wide;
    ARENA(own, 4 * (size_t)ZIP_ENTRY_BYTES_MAX);
    struct reader reader = {
        .arena = own,
        .spaces = ARENA_MANY(own, SPACES_MAX, struct space),
        .bindings = ARENA_MANY(own, BINDINGS_MAX, struct binding),
        .open = ARENA_MANY(own, DEPTH_MAX, struct element),
        .attributes = ARENA_MANY(own, ATTRIBUTES_MAX, struct attribute),
    };
    TRY(decode(part, own, &reader.xml, &is_wide));
    reader.out = buf_new(ZIP_ENTRY_BYTES_MAX);
    reader.values = buf_new(ZIP_ENTRY_BYTES_MAX);
    enum err err = read_declaration(&reader, is_wide);
    if (err == OK) err = read_all(&reader);
    struct str xml = {NULL, 0};
    if (err == OK) err = put_together(&reader, &xml);
    if (err == OK) *ret_xml = arena_str(arena, xml);
    buf_free(&reader.out);
    buf_free(&reader.values);
    return err;
}

struct str xml_root(struct str xml)
{
    size_t at = str_find_byte(xml, '<');
    while (at != STR_NONE && at + 1 < xml.len && xml.at[at + 1] == '?') {
        size_t next = str_find_byte(str_from_byte(xml, at + 1), '<');
        at = next == STR_NONE ? STR_NONE : at + 1 + next;
    }
    if (at == STR_NONE) return (struct str){NULL, 0};
    size_t end = at + 1;
    while (end < xml.len && (is_name_byte(xml.at[end], false) || xml.at[end] == ':')) end++;
    return str_slice(xml, at + 1, end);
}

static bool looks_like_xml(const struct zip_entry *entry)
{
    struct str name = entry->name, bytes = entry->bytes;
    if (str_starts(bytes, STR("\xef\xbb\xbf"))) bytes = str_from_byte(bytes, 3);
    return str_ends(name, STR(".xml")) || str_ends(name, STR(".rels")) ||
           str_starts(str_trim(str_slice(bytes, 0, 4096)), STR("<")) ||
           str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff")) ||
           str_starts(bytes, STR("\0<"));
}

/* Drawings are for the eye, and LibreOffice knows them by their first bytes. */
static bool is_drawing(const struct zip_entry *entry, struct str xml)
{
    struct str root = xml_root(xml);
    return (str_equal(root, STR("svg")) || str_ends(root, STR(":svg"))) &&
           !str_ends(entry->name, STR(".xml"));
}

void zip_plain(struct zip *zip, struct arena *arena)
{
    for (size_t i = 0; i < zip->count; i++) {
        struct zip_entry *entry = &zip->entries[i];
        struct str xml;
        if (entry->bytes.len == 0 || !looks_like_xml(entry)) continue;
        entry->form = ZIP_FORM_UNREAD;
        if (xml_plain(entry->bytes, arena, &xml) != OK) continue;
        entry->form = is_drawing(entry, xml) ? ZIP_FORM_BYTES : ZIP_FORM_XML;
        if (entry->form == ZIP_FORM_XML) entry->bytes = xml;
    }
}
