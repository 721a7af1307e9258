/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_docx.h"

#include <string.h>

#include "sanitise/answer.h"
#include "worker/cleaner/office_xml.h"

/* ---- hidden text ------------------------------------------------------------------------------
 */

enum { STYLES_MAX = 2000, PROPERTIES_BYTES_MAX = 4096 };

enum vanish { VANISH_UNSAID, VANISH_OFF, VANISH_ON };

struct style {
    struct str id, based_on;
    enum vanish vanish;
};

struct styles {
    struct style *at;
    size_t count;
};

/* What <w:vanish …/> says in these run properties. */
static enum vanish vanish_of(struct str properties)
{
    size_t at = xml_find(properties, 0, "w:vanish");
    if (at == STR_NONE) return VANISH_UNSAID;
    struct str value =
        xml_attribute(str_slice(properties, at, xml_tag_end(properties, at)), "w:val");
    bool is_off = str_equal(value, STR("0")) || str_equal(value, STR("false")) ||
                  str_equal(value, STR("off"));
    return is_off ? VANISH_OFF : VANISH_ON;
}

/* The attribute w:val of an element in here. */
static struct str value_of(struct str xml, const char *name)
{
    size_t at = xml_find(xml, 0, name);
    if (at == STR_NONE) return (struct str){NULL, 0};
    return xml_attribute(str_slice(xml, at, xml_tag_end(xml, at)), "w:val");
}

static struct styles read_styles(const struct zip *zip, struct arena *arena)
{
    struct styles styles = {NULL, 0};
    const struct zip_entry *entry = zip_find(zip, "word/styles.xml");
    if (!entry || xml_find(entry->bytes, 0, "w:vanish") == STR_NONE) return styles;
    styles.at = ARENA_MANY(arena, STYLES_MAX, struct style);
    struct str xml = entry->bytes;
    size_t at = 0;
    while (styles.count < STYLES_MAX && (at = xml_find(xml, at, "w:style")) != STR_NONE) {
        size_t end = xml_end(xml, at, "w:style");
        struct str style = str_slice(xml, at, end);
        styles.at[styles.count++] = (struct style){
            .id = xml_attribute(str_slice(style, 0, xml_tag_end(style, 0)), "w:styleId"),
            .based_on = value_of(style, "w:basedOn"),
            .vanish = vanish_of(style)};
        at = end;
    }
    return styles;
}

/* Does this style hide its text, by itself or by what it is based on? */
static bool style_hides(const struct styles *styles, struct str id)
{
    enum { FORBEARS_MAX = 20 };
    for (int i = 0; i < FORBEARS_MAX && id.len > 0; i++) {
        const struct style *style = NULL;
        for (size_t j = 0; j < styles->count && !style; j++)
            if (str_equal(styles->at[j].id, id)) style = &styles->at[j];
        if (!style) return false;
        if (style->vanish != VANISH_UNSAID) return style->vanish == VANISH_ON;
        id = style->based_on;
    }
    return false;
}

/* The first element of that name, if it comes first in what is given: its own and no other's. */
static struct str own_properties(struct str xml, const char *name)
{
    struct str head = str_slice(xml, 0, PROPERTIES_BYTES_MAX);
    size_t inside = xml_tag_end(head, 0);
    size_t at = xml_find(head, inside, name);
    if (at == STR_NONE || str_trim(str_slice(head, inside, at)).len > 0)
        return (struct str){NULL, 0};
    return str_slice(head, at, xml_end(head, at, name));
}

static bool run_hides(const struct styles *styles, struct str run, bool paragraph_hides)
{
    struct str properties = own_properties(run, "w:rPr");
    enum vanish vanish = vanish_of(properties);
    if (vanish != VANISH_UNSAID) return vanish == VANISH_ON;
    struct str style = value_of(properties, "w:rStyle");
    return paragraph_hides || (style.len > 0 && style_hides(styles, style));
}

/* Runs hold runs of their own where a box of text stands in one. */
static bool cut_hidden_runs(const struct styles *styles, struct arena *arena, struct str *xml,
                            struct buf *hidden)
{
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    bool found = false, paragraph_hides = false;
    size_t from = 0, at = 0;
    while ((at = str_find_byte(str_from_byte(*xml, from), '<')) != STR_NONE) {
        at += from;
        struct str rest = str_from_byte(*xml, at);
        size_t after = at + 1;
        if (xml_find(str_slice(rest, 0, 5), 0, "w:p") == 0)
            paragraph_hides =
                style_hides(styles, value_of(own_properties(rest, "w:pPr"), "w:pStyle"));
        if (str_starts(rest, STR("</w:p>"))) paragraph_hides = false;
        buf_add(&kept, str_slice(*xml, from, at));
        if (xml_find(str_slice(rest, 0, 5), 0, "w:r") == 0 &&
            run_hides(styles, rest, paragraph_hides)) {
            after = xml_end(*xml, at, "w:r");
            xml_add_text(str_slice(*xml, at, after), hidden);
            found = true;
        } else {
            buf_add_byte(&kept, '<');
        }
        from = after;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    if (found) *xml = arena_str(arena, buf_str(&kept));
    return found;
}

/* ---- parts with text --------------------------------------------------------------------------
 */

/* Descriptions of pictures and tables; a picture often has its own twice. */
static bool note_descriptions(struct str xml, struct buf *hidden)
{
    static const struct {
        const char *tag, *attribute;
    } places[] = {{"wp:docPr", "descr"},         {"wp:docPr", "title"},    {"pic:cNvPr", "descr"},
                  {"wps:cNvPr", "descr"},        {"v:shape", "alt"},       {"v:rect", "alt"},
                  {"w:tblDescription", "w:val"}, {"w:tblCaption", "w:val"}};
    struct str before = {NULL, 0};
    bool found = false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        size_t at = 0;
        while ((at = xml_find(xml, at, places[i].tag)) != STR_NONE) {
            size_t end = xml_tag_end(xml, at);
            struct str text = xml_attribute(str_slice(xml, at, end), places[i].attribute);
            at = end;
            if (text.len == 0) continue;
            found = true;
            if (!str_equal(text, before)) xml_add_text(text, hidden);
            before = text;
        }
    }
    return found;
}

static bool has_form_fields(struct str xml)
{
    static const char *const tags[] = {"w:ffData",     "w:dropDownList", "w:comboBox",
                                       "w14:checkbox", "w:date",         "w:text"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (xml_find(xml, 0, tags[i]) != STR_NONE) return true;
    return false;
}

static void strip_text_part(struct zip_entry *entry, const struct styles *styles,
                            struct arena *arena, struct docx *docx)
{
    static const char *const markers[] = {"w:commentReference", "w:commentRangeStart",
                                          "w:commentRangeEnd"};
    static const char *const former[] = {"w:rPrChange",   "w:pPrChange",  "w:sectPrChange",
                                         "w:tblPrChange", "w:trPrChange", "w:tcPrChange"};
    static const char *const deleted[] = {"w:del", "w:moveFrom"};
    static const char *const added[] = {"w:ins", "w:moveTo"};
    struct str *xml = &entry->bytes;
    bool *has = docx->has;
    for (size_t i = 0; i < 2; i++)
        has[REMOVED_TRACKED_DELETIONS] |= xml_cut(arena, xml, deleted[i], &docx->hidden);
    for (size_t i = 0; i < sizeof former / sizeof *former; i++)
        has[REMOVED_TRACKED_CHANGES] |= xml_cut(arena, xml, former[i], &docx->hidden);
    has[REMOVED_HIDDEN_TEXT] |= cut_hidden_runs(styles, arena, xml, &docx->hidden);
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        xml_cut(arena, xml, markers[i], &docx->hidden);
    for (size_t i = 0; i < 2; i++) has[REMOVED_TRACKED_CHANGES] |= xml_unwrap(arena, xml, added[i]);
    has[REMOVED_ALTERNATIVE_TEXT] |= note_descriptions(*xml, &docx->hidden);
    has[REMOVED_FORM_FIELDS] |= has_form_fields(*xml);
    has[REMOVED_LINKS] |= xml_find(*xml, 0, "w:hyperlink") != STR_NONE ||
                          str_find(*xml, STR(">HYPERLINK ")) != STR_NONE ||
                          str_find(*xml, STR("> HYPERLINK ")) != STR_NONE;
    docx->is_remote |= str_find(*xml, STR("INCLUDEPICTURE")) != STR_NONE ||
                       str_find(*xml, STR("INCLUDETEXT")) != STR_NONE;
}

/* ---- relationships ----------------------------------------------------------------------------
 */

static bool is_left_out(const struct zip *zip, struct str target)
{
    while (str_starts(target, STR("../"))) target = str_from_byte(target, 3);
    if (str_starts(target, STR("/"))) target = str_from_byte(target, 1);
    for (size_t i = 0; i < zip->count; i++)
        if (zip->entries[i].is_left_out && str_ends(zip->entries[i].name, target)) return true;
    return false;
}

/* LibreOffice takes no archive that points to what is not there; and nothing may point outside. */
static void cut_relationships(const struct zip *zip, struct arena *arena, struct str *xml,
                              struct docx *docx)
{
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0, at;
    while ((at = xml_find(*xml, from, "Relationship")) != STR_NONE) {
        size_t end = xml_end(*xml, at, "Relationship");
        struct str element = str_slice(*xml, at, end);
        struct str tag = str_slice(element, 0, xml_tag_end(element, 0));
        struct str type = xml_attribute(tag, "Type");
        bool is_outside = str_equal(xml_attribute(tag, "TargetMode"), STR("External")) &&
                          !str_ends(type, STR("/hyperlink"));
        bool is_chunk = str_ends(type, STR("/aFChunk")); /* a whole document inside this one */
        docx->is_remote |= is_outside;
        docx->has[REMOVED_ATTACHMENTS] |= is_chunk;
        buf_add(&kept, str_slice(*xml, from, at));
        if (!is_outside && !is_chunk && !is_left_out(zip, xml_attribute(tag, "Target")))
            buf_add(&kept, element);
        from = end;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    *xml = arena_str(arena, buf_str(&kept));
}

/* ---- what lies beside the text ----------------------------------------------------------------
 */

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
        {"docProps/core.xml", "cp:category", REMOVED_PROPERTIES},
        {"docProps/app.xml", "Company", REMOVED_COMPANY},
        {"docProps/app.xml", "Manager", REMOVED_PROPERTIES},
        {"docProps/app.xml", "HyperlinkBase", REMOVED_PROPERTIES},
        {"docProps/app.xml", "Application", REMOVED_PRODUCER},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const struct zip_entry *entry = zip_find(zip, facts[i].part);
        if (entry && xml_has_value(entry->bytes, facts[i].tag)) docx->has[facts[i].removed] = true;
    }
}

/* Parts that LibreOffice doesn't get, by how their names begin. */
static const struct {
    const char *start;
    enum removed removed;
} left_out[] = {
    {"docProps/custom.xml", REMOVED_PROPERTIES},
    {"docProps/thumbnail", REMOVED_THUMBNAIL},
    {"docProps/", REMOVED_COUNT}, /* told by its values */
    {"customXml/", REMOVED_PROPERTIES},
    {"word/embeddings/", REMOVED_ATTACHMENTS},
    {"word/activeX/", REMOVED_ATTACHMENTS},
    {"word/afchunk", REMOVED_ATTACHMENTS},
    {"word/vba", REMOVED_SCRIPTS},
    {"word/_rels/vba", REMOVED_SCRIPTS},
    {"word/comments", REMOVED_COMMENTS},
    {"word/people", REMOVED_COMMENTS},
    {"word/glossary/", REMOVED_PROPERTIES},
    {"word/fonts/", REMOVED_FONTS}, /* they may draw other letters than they say */
};

static bool leave_out(struct zip_entry *entry, struct docx *docx)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        if (!str_starts(entry->name, str_from(left_out[i].start))) continue;
        if (left_out[i].removed != REMOVED_COUNT) docx->has[left_out[i].removed] = true;
        if (str_equal(entry->name, STR("word/comments.xml")))
            xml_add_text(entry->bytes, &docx->hidden);
        entry->is_left_out = true;
        return true;
    }
    return false;
}

void docx_strip(struct zip *zip, struct arena *arena, struct docx *docx)
{
    struct styles styles = read_styles(zip, arena);
    note_properties(zip, docx);
    for (size_t i = 0; i < zip->count; i++) {
        struct zip_entry *entry = &zip->entries[i];
        if (leave_out(entry, docx)) continue;
        if (str_starts(entry->name, STR("word/")) && str_ends(entry->name, STR(".xml")))
            strip_text_part(entry, &styles, arena, docx);
    }
    for (size_t i = 0; i < zip->count; i++)
        if (str_ends(zip->entries[i].name, STR(".rels")))
            cut_relationships(zip, arena, &zip->entries[i].bytes, docx);
}
