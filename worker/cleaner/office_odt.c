/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_odt.h"

#include "worker/cleaner/office_plain.h"
#include "worker/cleaner/office_xml.h"

bool odt_is_locked(const struct zip *zip)
{
    const struct zip_entry *entry = zip_find(zip, "META-INF/manifest.xml");
    return zip_find(zip, "encrypted-package") ||
           (entry && str_find(entry->bytes, STR("encryption-data")) != STR_NONE);
}

/* ---- hidden text ------------------------------------------------------------------------------
 */

static bool is_hidden_section(struct str tag)
{
    struct str display = xml_attribute(tag, "text:display");
    return str_equal(display, STR("none")) ||
           (str_equal(display, STR("condition")) &&
            str_equal(xml_attribute(tag, "text:is-hidden"), STR("true")));
}

/* A paragraph that a field in it hides; one in a frame inside it takes the paragraph around the
 * frame along, and all of it is listed. */
static bool is_hidden_paragraph(struct str paragraph)
{
    size_t at = xml_find(paragraph, 0, "text:hidden-paragraph");
    if (at == STR_NONE) return false;
    struct str tag = str_slice(paragraph, at, xml_tag_end(paragraph, at));
    return !str_equal(xml_attribute(tag, "text:is-hidden"), STR("false"));
}

/* Cuts the elements of that name that are hidden by the test. */
static bool cut_hidden(struct arena *arena, struct str *xml, const char *name, bool is_whole,
                       bool (*is_hidden)(struct str), struct buf *hidden)
{
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    size_t from = 0, at;
    bool found = false;
    while ((at = xml_find(*xml, from, name)) != STR_NONE) {
        size_t inside = xml_tag_end(*xml, at), end = is_whole ? xml_end(*xml, at, name) : inside;
        bool is_cut = is_hidden(str_slice(*xml, at, end));
        if (is_cut && !is_whole) end = xml_end(*xml, at, name);
        buf_add(&kept, str_slice(*xml, from, is_cut ? at : inside));
        if (is_cut) xml_add_text(str_slice(*xml, at, end), hidden);
        found |= is_cut;
        from = is_cut ? end : inside;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    if (found) *xml = arena_str(arena, buf_str(&kept));
    return found;
}

/* ---- what no page shows -----------------------------------------------------------------------
 */

/* Every value of such an attribute in such an element, as hidden text. */
static bool note_values(struct str xml, const char *name, const char *attribute, struct buf *hidden)
{
    bool found = false;
    size_t at = 0;
    while ((at = xml_find(xml, at, name)) != STR_NONE) {
        size_t end = xml_tag_end(xml, at);
        struct str value = xml_attribute(str_slice(xml, at, end), attribute);
        if (value.len > 0) {
            xml_add_text(value, hidden);
            found = true;
        }
        at = end;
    }
    return found;
}

static void note_values_of_fields(struct str xml, struct docx *docx)
{
    static const struct {
        const char *tag, *attribute;
        enum removed removed;
    } fields[] = {
        {"text:hidden-text", "text:string-value", REMOVED_HIDDEN_TEXT},
        {"text:conditional-text", "text:string-value-if-true", REMOVED_HIDDEN_TEXT},
        {"text:conditional-text", "text:string-value-if-false", REMOVED_HIDDEN_TEXT},
        {"text:placeholder", "text:description", REMOVED_HIDDEN_TEXT},
        {"text:variable-set", "office:string-value", REMOVED_HIDDEN_TEXT},
        {"text:user-field-decl", "office:string-value", REMOVED_HIDDEN_TEXT},
        {"form:text", "form:current-value", REMOVED_FORM_FIELDS},
        {"form:text", "form:value", REMOVED_FORM_FIELDS},
        {"form:textarea", "form:current-value", REMOVED_FORM_FIELDS},
        {"form:formatted-text", "form:current-value", REMOVED_FORM_FIELDS},
        {"form:combobox", "form:current-value", REMOVED_FORM_FIELDS},
        {"form:option", "form:label", REMOVED_FORM_FIELDS},
        {"form:checkbox", "form:label", REMOVED_FORM_FIELDS},
        {"form:radio", "form:label", REMOVED_FORM_FIELDS},
        {"form:hidden", "form:value", REMOVED_FORM_FIELDS},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (note_values(xml, fields[i].tag, fields[i].attribute, &docx->hidden))
            docx->has[fields[i].removed] = true;
    if (xml_find(xml, 0, "form:form") != STR_NONE) docx->has[REMOVED_FORM_FIELDS] = true;
}

static void note_titles(struct str xml, struct docx *docx)
{
    size_t at = 0;
    while ((at = xml_find(xml, at, "svg:title")) != STR_NONE) {
        size_t end = xml_end(xml, at, "svg:title");
        xml_add_text(str_slice(xml, at, end), &docx->hidden);
        docx->has[REMOVED_ALTERNATIVE_TEXT] = true;
        at = end;
    }
}

/* Pictures, sections and objects may be kept elsewhere; links are what a reader clicks. */
static bool is_remote(struct str xml)
{
    static const char *const tags[] = {
        "draw:image",  "draw:object",         "draw:object-ole",     "draw:plugin",
        "draw:applet", "draw:floating-frame", "text:section-source", "style:background-image"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t at = 0;
        while ((at = xml_find(xml, at, tags[i])) != STR_NONE) {
            size_t end = xml_tag_end(xml, at);
            struct str target = xml_attribute(str_slice(xml, at, end), "xlink:href");
            if (str_find(target, STR(":")) != STR_NONE || str_starts(target, STR("/")) ||
                str_starts(target, STR("../")))
                return true;
            at = end;
        }
    }
    return false;
}

static void strip_page(struct str *xml, struct arena *arena, struct docx *docx)
{
    struct buf *hidden = &docx->hidden;
    bool *has = docx->has;
    has[REMOVED_HIDDEN_TEXT] |=
        cut_hidden(arena, xml, "text:section", false, is_hidden_section, hidden);
    if (xml_find(*xml, 0, "text:hidden-paragraph") != STR_NONE) {
        has[REMOVED_HIDDEN_TEXT] |=
            cut_hidden(arena, xml, "text:p", true, is_hidden_paragraph, hidden);
        has[REMOVED_HIDDEN_TEXT] |=
            cut_hidden(arena, xml, "text:h", true, is_hidden_paragraph, hidden);
    }
    has[REMOVED_SCRIPTS] |= xml_cut(arena, xml, "text:script", hidden);
    has[REMOVED_SCRIPTS] |= xml_cut(arena, xml, "script:event-listener", hidden);
    note_values_of_fields(*xml, docx);
    note_titles(*xml, docx);
    docx->is_remote |= is_remote(*xml);
}

static void note_meta(struct str meta, struct docx *docx)
{
    if (xml_has_value(meta, "meta:generator")) docx->has[REMOVED_PRODUCER] = true;
    if (xml_has_value(meta, "meta:printed-by") || xml_find(meta, 0, "meta:template") != STR_NONE)
        docx->has[REMOVED_PROPERTIES] = true;
}

/* Whatever it is called and whatever it holds: LibreOffice knows the text by more than one name. */
static void strip_part(struct zip_entry *entry, struct arena *arena, struct docx *docx)
{
    if (str_equal(xml_root(entry->bytes), STR("office:document-meta")))
        note_meta(entry->bytes, docx);
    strip_page(&entry->bytes, arena, docx);
}

enum err odt_strip(struct zip *zip, struct arena *arena, struct docx *docx)
{
    static const struct {
        const char *start;
        enum removed removed;
    } unwanted[] = {
        {"Basic/", REMOVED_SCRIPTS},
        {"Scripts/", REMOVED_SCRIPTS},
        {"Dialogs/", REMOVED_SCRIPTS},
        {"Thumbnails/", REMOVED_THUMBNAIL},
        {"Versions/", REMOVED_ATTACHMENTS},
        {"VersionList.xml", REMOVED_ATTACHMENTS},
        {"Fonts/", REMOVED_FONTS},
        {"Configurations2/", REMOVED_COUNT},
        {"META-INF/documentsignatures", REMOVED_PROPERTIES},
        {"META-INF/macrosignatures", REMOVED_SCRIPTS},
    };
    for (size_t i = 0; i < zip->count; i++) {
        struct zip_entry *entry = &zip->entries[i];
        for (size_t j = 0; j < sizeof unwanted / sizeof *unwanted; j++) {
            if (!str_starts(entry->name, str_from(unwanted[j].start))) continue;
            entry->is_left_out = true;
            if (unwanted[j].removed != REMOVED_COUNT && entry->bytes.len > 0)
                docx->has[unwanted[j].removed] = true;
        }
        if (entry->is_left_out) continue;
        if (entry->form == ZIP_FORM_UNREAD) {
            if (str_ends(entry->name, STR(".xml"))) return ERR_BAD_INPUT;
            entry->is_left_out = docx->has[REMOVED_ATTACHMENTS] = true;
        }
        if (entry->form == ZIP_FORM_XML) strip_part(entry, arena, docx);
    }
    return OK;
}
