/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_xml.h"

#include <stdint.h>
#include <string.h>

#include "core/num.h"
#include "core/utf8.h"
#include "sanitise/answer.h"
#include "worker/cleaner/office_zip.h"

/* ---- tags -------------------------------------------------------------------------------------
 */

static bool is_tag_name(struct str rest, struct str name)
{
    if (!str_starts(rest, name) || rest.len == name.len) return false;
    char after = rest.at[name.len];
    return after == '>' || after == '/' || after == ' ' || after == '\t' || after == '\n' ||
           after == '\r';
}

/* The next tag of that name, one that ends an element too if `ends` is asked for. */
static size_t next_tag(struct str xml, size_t from, struct str name, bool *ends)
{
    while (from < xml.len) {
        size_t found = str_find_byte(str_from_byte(xml, from), '<');
        if (found == STR_NONE) return STR_NONE;
        size_t at = from + found;
        struct str rest = str_from_byte(xml, at + 1);
        if (is_tag_name(rest, name)) {
            if (ends) *ends = false;
            return at;
        }
        if (ends && str_starts(rest, STR("/")) && is_tag_name(str_from_byte(rest, 1), name)) {
            *ends = true;
            return at;
        }
        from = at + 1;
    }
    return STR_NONE;
}

size_t xml_find(struct str xml, size_t from, const char *name)
{
    return next_tag(xml, from, str_from(name), NULL);
}

size_t xml_tag_end(struct str xml, size_t at)
{
    char quote = 0;
    for (; at < xml.len; at++) {
        char byte = xml.at[at];
        if (quote)
            quote = byte == quote ? 0 : quote;
        else if (byte == '"' || byte == '\'')
            quote = byte;
        else if (byte == '>')
            return at + 1;
    }
    return xml.len;
}

static bool is_empty_element(struct str xml, size_t tag_end)
{
    return tag_end >= 2 && xml.at[tag_end - 2] == '/';
}

size_t xml_end(struct str xml, size_t at, const char *name)
{
    size_t after = xml_tag_end(xml, at), depth = 1;
    if (is_empty_element(xml, after)) return after;
    while (depth > 0) {
        bool ends;
        size_t tag = next_tag(xml, after, str_from(name), &ends);
        if (tag == STR_NONE) return xml.len;
        after = xml_tag_end(xml, tag);
        if (ends)
            depth--;
        else if (!is_empty_element(xml, after))
            depth++;
    }
    return after;
}

struct str xml_attribute(struct str tag, const char *name)
{
    struct str wanted = str_from(name);
    for (size_t at = 0; at + wanted.len + 2 < tag.len; at++) {
        struct str rest = str_from_byte(tag, at);
        char before = at > 0 ? tag.at[at - 1] : 0;
        if ((before != ' ' && before != '\n' && before != '\t' && before != '\r') ||
            !str_starts(rest, wanted) || rest.at[wanted.len] != '=')
            continue;
        struct str value = str_from_byte(rest, wanted.len + 1);
        size_t end = str_find_byte(str_from_byte(value, 1), value.at[0]);
        return str_slice(value, 1, end == STR_NONE ? value.len : 1 + end);
    }
    return (struct str){NULL, 0};
}

bool xml_has_value(struct str xml, const char *name)
{
    size_t at = xml_find(xml, 0, name);
    if (at == STR_NONE) return false;
    size_t inside = xml_tag_end(xml, at);
    return inside < xml.len && xml.at[inside] != '<' && !is_empty_element(xml, inside);
}

/* ---- text -------------------------------------------------------------------------------------
 */

static void add_entity(struct str entity, struct buf *text)
{
    static const struct {
        const char *name, *bytes;
    } known[] = {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_equal(entity, str_from(known[i].name))) buf_add_c(text, known[i].bytes);
    if (!str_starts(entity, STR("#"))) return;
    int64_t point = 0;
    struct str digits = str_from_byte(entity, 1);
    if (str_starts(digits, STR("x"))) {
        for (size_t i = 1; i < digits.len; i++) {
            const char *digit = memchr("0123456789abcdef", digits.at[i] | 0x20, 16);
            if (!digit) return;
            point = point * 16 + (digit - "0123456789abcdef");
        }
    } else if (!num_parse(digits, 9, 0x10ffff, &point)) {
        return;
    }
    if (point >= 9 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff))
        utf8_add(text, (uint32_t)point);
}

static void add_tag(struct str tag, struct buf *text)
{
    static const char *const lines[] = {"</w:p>", "</text:p>", "</text:h>", "<w:br",
                                        "<text:line-break"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (str_starts(tag, str_from(lines[i]))) buf_add_byte(text, '\n');
    if (str_starts(tag, STR("<w:tab")) || str_starts(tag, STR("<text:tab")))
        buf_add_byte(text, '\t');
    if (str_starts(tag, STR("<text:s/")) || str_starts(tag, STR("<text:s ")))
        buf_add_byte(text, ' ');
}

/* After an element that holds a number for the program, such as where a picture stands. */
static size_t number_end(struct str xml, size_t at)
{
    static const char *const numbers[] = {"wp:posOffset",       "wp:align",
                                          "wp14:pctPosHOffset", "wp14:pctPosVOffset",
                                          "wp14:pctWidth",      "wp14:pctHeight"};
    if (!str_starts(str_from_byte(xml, at), STR("<wp"))) return STR_NONE;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (is_tag_name(str_from_byte(xml, at + 1), str_from(numbers[i])))
            return xml_end(xml, at, numbers[i]);
    return STR_NONE;
}

void xml_add_text(struct str xml, struct buf *text)
{
    BUF(raw, ANSWER_TEXT_BYTES_MAX);
    for (size_t at = 0; at < xml.len; at++) {
        if (xml.at[at] == '<') {
            add_tag(str_from_byte(xml, at), &raw);
            size_t end = number_end(xml, at);
            at = (end == STR_NONE ? xml_tag_end(xml, at) : end) - 1;
        } else if (xml.at[at] == '&') {
            size_t end = str_find_byte(str_slice(xml, at, at + 12), ';');
            if (end == STR_NONE) continue;
            add_entity(str_slice(xml, at + 1, at + end), &raw);
            at += end;
        } else {
            buf_add_byte(&raw, xml.at[at]);
        }
    }
    struct str trimmed = str_trim(buf_str(&raw));
    if (trimmed.len == 0) return;
    answer_text_clean(trimmed, false, text);
    buf_add_byte(text, '\n');
}

/* ---- cutting ----------------------------------------------------------------------------------
 */

bool xml_cut(struct arena *arena, struct str *xml, const char *name, struct buf *hidden)
{
    if (xml_find(*xml, 0, name) == STR_NONE) return false;
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0, at;
    while ((at = xml_find(*xml, from, name)) != STR_NONE) {
        size_t end = xml_end(*xml, at, name);
        buf_add(&kept, str_slice(*xml, from, at));
        xml_add_text(str_slice(*xml, at, end), hidden);
        from = end;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    *xml = arena_str(arena, buf_str(&kept));
    return true;
}

bool xml_unwrap(struct arena *arena, struct str *xml, const char *name)
{
    bool ends;
    if (xml_find(*xml, 0, name) == STR_NONE) return false;
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0, at;
    while ((at = next_tag(*xml, from, str_from(name), &ends)) != STR_NONE) {
        buf_add(&kept, str_slice(*xml, from, at));
        from = xml_tag_end(*xml, at);
    }
    buf_add(&kept, str_from_byte(*xml, from));
    *xml = arena_str(arena, buf_str(&kept));
    return true;
}
