/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_docx.h"

#include <stdint.h>
#include <string.h>

#include "core/num.h"
#include "core/utf8.h"
#include "sanitise/answer.h"

/* ---- XML as text ------------------------------------------------------------------------------
 */

/* The next "<name" that is a whole tag name, from the index on; STR_NONE at the end. */
static size_t find_tag(struct str xml, size_t from, const char *name)
{
    size_t len = strlen(name);
    while (from < xml.len) {
        size_t found = str_find_byte(str_from_byte(xml, from), '<');
        if (found == STR_NONE) return STR_NONE;
        size_t at = from + found;
        struct str rest = str_from_byte(xml, at + 1);
        if (str_starts(rest, (struct str){name, len}) && rest.len > len) {
            char after = rest.at[len];
            if (after == '>' || after == '/' || after == ' ' || after == '\t' || after == '\n' ||
                after == '\r')
                return at;
        }
        from = at + 1;
    }
    return STR_NONE;
}

/* Where the tag that begins here ends (after its '>'); quoted values may hold one. */
static size_t end_of_tag(struct str xml, size_t at)
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

/* Where the element that begins here ends. */
static size_t end_of_element(struct str xml, size_t at, const char *name)
{
    size_t inside = end_of_tag(xml, at);
    if (inside >= 2 && xml.at[inside - 2] == '/') return inside;
    char closing[32] = "/";
    size_t len = strlen(name);
    ASSERT(len < sizeof closing - 1);
    memcpy(closing + 1, name, len + 1);
    size_t end = find_tag(xml, inside, closing);
    return end == STR_NONE ? xml.len : end_of_tag(xml, end);
}

static void add_entity(struct str entity, struct buf *text)
{
    static const struct {
        const char *name, *bytes;
    } known[] = {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_equal(entity, str_from(known[i].name))) buf_add_c(text, known[i].bytes);
    int64_t point;
    if (str_starts(entity, STR("#")) && num_parse(str_from_byte(entity, 1), 9, 0x10ffff, &point) &&
        (point < 0xd800 || point > 0xdfff))
        utf8_add(text, (uint32_t)point);
}

/* The text of a piece of XML: tags are gone, a paragraph ends a line. */
static void add_text(struct str xml, struct buf *text)
{
    BUF(raw, ANSWER_TEXT_BYTES_MAX);
    for (size_t at = 0; at < xml.len; at++) {
        if (xml.at[at] == '<') {
            struct str tag = str_from_byte(xml, at);
            if (str_starts(tag, STR("</w:p>")) || str_starts(tag, STR("<w:br")))
                buf_add_byte(&raw, '\n');
            if (str_starts(tag, STR("<w:tab"))) buf_add_byte(&raw, '\t');
            at = end_of_tag(xml, at) - 1;
        } else if (xml.at[at] == '&') {
            size_t end = str_find_byte(str_from_byte(xml, at), ';');
            if (end == STR_NONE || end > 10) continue;
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

/* ---- what is taken out ------------------------------------------------------------------------
 */

/* Cuts every element of that name out of the XML; its text goes to the hidden text. */
static bool cut_elements(struct arena *arena, struct str *xml, const char *name, struct buf *hidden)
{
    if (find_tag(*xml, 0, name) == STR_NONE) return false;
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0, at;
    while ((at = find_tag(*xml, from, name)) != STR_NONE) {
        size_t end = end_of_element(*xml, at, name);
        buf_add(&kept, str_slice(*xml, from, at));
        add_text(str_slice(*xml, at, end), hidden);
        from = end;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    *xml = arena_str(arena, buf_str(&kept));
    return true;
}

/* Takes the tags of that name away and leaves what is between them: changes that are accepted. */
static bool unwrap(struct arena *arena, struct str *xml, const char *name, const char *closing)
{
    if (find_tag(*xml, 0, name) == STR_NONE) return false;
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0;
    for (;;) {
        size_t start = find_tag(*xml, from, name), end = find_tag(*xml, from, closing);
        size_t at = start < end ? start : end; /* STR_NONE is the largest */
        if (at == STR_NONE) break;
        buf_add(&kept, str_slice(*xml, from, at));
        from = end_of_tag(*xml, at);
    }
    buf_add(&kept, str_from_byte(*xml, from));
    *xml = arena_str(arena, buf_str(&kept));
    return true;
}

/* Is the value of <w:vanish …/> in these run properties "on"? */
static bool is_hidden_run(struct str run)
{
    size_t properties = find_tag(run, 0, "w:rPr");
    if (properties == STR_NONE) return false;
    struct str inside = str_slice(run, properties, end_of_element(run, properties, "w:rPr"));
    size_t vanish = find_tag(inside, 0, "w:vanish");
    if (vanish == STR_NONE) return false;
    struct str tag = str_slice(inside, vanish, end_of_tag(inside, vanish));
    return str_find(tag, STR("\"0\"")) == STR_NONE && str_find(tag, STR("\"false\"")) == STR_NONE &&
           str_find(tag, STR("\"off\"")) == STR_NONE;
}

static bool cut_hidden_runs(struct arena *arena, struct str *xml, struct buf *hidden)
{
    if (find_tag(*xml, 0, "w:vanish") == STR_NONE) return false;
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0, at;
    bool found = false;
    while ((at = find_tag(*xml, from, "w:r")) != STR_NONE) {
        size_t end = end_of_element(*xml, at, "w:r");
        struct str run = str_slice(*xml, at, end);
        buf_add(&kept, str_slice(*xml, from, at));
        if (is_hidden_run(run)) {
            add_text(run, hidden);
            found = true;
        } else {
            buf_add(&kept, run);
        }
        from = end;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    if (found) *xml = arena_str(arena, buf_str(&kept));
    return found;
}

static void strip_text_part(struct zip_entry *entry, struct arena *arena, struct docx *docx)
{
    struct str *xml = &entry->bytes;
    if (cut_elements(arena, xml, "w:del", &docx->hidden))
        docx->has[REMOVED_TRACKED_DELETIONS] = true;
    if (cut_elements(arena, xml, "w:moveFrom", &docx->hidden))
        docx->has[REMOVED_TRACKED_DELETIONS] = true;
    if (cut_hidden_runs(arena, xml, &docx->hidden)) docx->has[REMOVED_HIDDEN_TEXT] = true;
    cut_elements(arena, xml, "w:commentReference", &docx->hidden);
    cut_elements(arena, xml, "w:commentRangeStart", &docx->hidden);
    cut_elements(arena, xml, "w:commentRangeEnd", &docx->hidden);
    if (unwrap(arena, xml, "w:ins", "/w:ins")) docx->has[REMOVED_TRACKED_CHANGES] = true;
    if (unwrap(arena, xml, "w:moveTo", "/w:moveTo")) docx->has[REMOVED_TRACKED_CHANGES] = true;
    if (cut_elements(arena, xml, "w:rPrChange", &docx->hidden))
        docx->has[REMOVED_TRACKED_CHANGES] = true;
    if (cut_elements(arena, xml, "w:pPrChange", &docx->hidden))
        docx->has[REMOVED_TRACKED_CHANGES] = true;
    if (str_find(*xml, STR(" descr=\"")) != STR_NONE &&
        str_find(*xml, STR(" descr=\"\"")) == STR_NONE)
        docx->has[REMOVED_ALTERNATIVE_TEXT] = true;
    if (find_tag(*xml, 0, "w:hyperlink") != STR_NONE) docx->has[REMOVED_LINKS] = true;
}

/* The value of an attribute in a tag. */
static struct str attribute(struct str tag, const char *name)
{
    size_t at = str_find(tag, str_from(name));
    if (at == STR_NONE) return (struct str){NULL, 0};
    struct str value = str_from_byte(tag, at + strlen(name));
    if (value.len == 0) return value;
    char quote = value.at[0];
    value = str_from_byte(value, 1);
    size_t end = str_find_byte(value, quote);
    return str_slice(value, 0, end == STR_NONE ? value.len : end);
}

static bool is_left_out(const struct zip *zip, struct str target)
{
    while (str_starts(target, STR("../"))) target = str_from_byte(target, 3);
    if (str_starts(target, STR("/"))) target = str_from_byte(target, 1);
    for (size_t i = 0; i < zip->count; i++)
        if (zip->entries[i].is_left_out && str_ends(zip->entries[i].name, target)) return true;
    return false;
}

/* LibreOffice takes no archive that points to what is not there; and nothing may point outside. */
static void cut_relationships(const struct zip *zip, struct arena *arena, struct str *xml)
{
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0, at;
    while ((at = find_tag(*xml, from, "Relationship")) != STR_NONE) {
        size_t end = end_of_element(*xml, at, "Relationship");
        struct str tag = str_slice(*xml, at, end);
        bool is_outside = str_equal(attribute(tag, " TargetMode="), STR("External")) &&
                          !str_ends(attribute(tag, " Type="), STR("/hyperlink"));
        buf_add(&kept, str_slice(*xml, from, at));
        if (!is_outside && !is_left_out(zip, attribute(tag, " Target="))) buf_add(&kept, tag);
        from = end;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    *xml = arena_str(arena, buf_str(&kept));
}

static bool has_value(struct str xml, const char *name)
{
    size_t at = find_tag(xml, 0, name);
    if (at == STR_NONE) return false;
    return end_of_tag(xml, at) < xml.len && xml.at[end_of_tag(xml, at)] != '<' &&
           xml.at[end_of_tag(xml, at) - 2] != '/';
}

static void note_properties(const struct zip *zip, struct docx *docx)
{
    static const struct {
        const char *part, *tag;
        enum removed removed;
    } facts[] = {
        {"docProps/core.xml", "dc:creator", REMOVED_AUTHOR},
        {"docProps/core.xml", "cp:lastModifiedBy", REMOVED_LAST_EDITOR},
        {"docProps/core.xml", "dc:title", REMOVED_TITLE},
        {"docProps/core.xml", "dc:subject", REMOVED_SUBJECT},
        {"docProps/core.xml", "cp:keywords", REMOVED_KEYWORDS},
        {"docProps/core.xml", "dcterms:created", REMOVED_DATES},
        {"docProps/core.xml", "dcterms:modified", REMOVED_DATES},
        {"docProps/core.xml", "dc:description", REMOVED_PROPERTIES},
        {"docProps/app.xml", "Company", REMOVED_COMPANY},
        {"docProps/app.xml", "Manager", REMOVED_PROPERTIES},
        {"docProps/app.xml", "Application", REMOVED_PRODUCER},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const struct zip_entry *entry = zip_find(zip, facts[i].part);
        if (entry && has_value(entry->bytes, facts[i].tag)) docx->has[facts[i].removed] = true;
    }
}

void docx_strip(struct zip *zip, struct arena *arena, struct docx *ret_docx)
{
    struct docx docx = {.hidden = buf_new(ANSWER_TEXT_BYTES_MAX)};
    note_properties(zip, &docx);
    for (size_t i = 0; i < zip->count; i++) {
        struct zip_entry *entry = &zip->entries[i];
        struct str name = entry->name;
        if (str_starts(name, STR("docProps/"))) {
            if (str_equal(name, STR("docProps/custom.xml"))) docx.has[REMOVED_PROPERTIES] = true;
            if (str_find(name, STR("thumbnail")) != STR_NONE) docx.has[REMOVED_THUMBNAIL] = true;
            entry->is_left_out = true;
        } else if (str_starts(name, STR("customXml/"))) {
            docx.has[REMOVED_PROPERTIES] = true;
            entry->is_left_out = true;
        } else if (str_starts(name, STR("word/embeddings/")) ||
                   str_starts(name, STR("word/activeX/"))) {
            docx.has[REMOVED_ATTACHMENTS] = true;
            entry->is_left_out = true;
        } else if (str_starts(name, STR("word/vba")) || str_starts(name, STR("word/_rels/vba"))) {
            docx.has[REMOVED_SCRIPTS] = true;
            entry->is_left_out = true;
        } else if (str_starts(name, STR("word/comments")) || str_starts(name, STR("word/people"))) {
            docx.has[REMOVED_COMMENTS] = true;
            if (str_equal(name, STR("word/comments.xml"))) add_text(entry->bytes, &docx.hidden);
            entry->is_left_out = true;
        } else if (str_starts(name, STR("word/")) && str_ends(name, STR(".xml"))) {
            strip_text_part(entry, arena, &docx);
        }
    }
    for (size_t i = 0; i < zip->count; i++)
        if (str_ends(zip->entries[i].name, STR(".rels")))
            cut_relationships(zip, arena, &zip->entries[i].bytes);
    *ret_docx = docx;
}
