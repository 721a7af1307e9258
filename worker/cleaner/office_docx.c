/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_docx.h"

#include <string.h>

#include "sanitise/answer.h"
#include "sanitise/kind.h"
#include "worker/cleaner/office_hidden.h"
#include "worker/cleaner/office_plain.h"
#include "worker/cleaner/office_xml.h"

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
    /* The last is for pages on the web; LibreOffice takes it for hidden, Word shows it. */
    static const char *const markers[] = {"w:commentReference", "w:commentRangeStart",
                                          "w:commentRangeEnd", "w:webHidden"};
    static const char *const former[] = {"w:rPrChange",   "w:pPrChange",  "w:sectPrChange",
                                         "w:tblPrChange", "w:trPrChange", "w:tcPrChange"};
    static const char *const deleted[] = {"w:del", "w:moveFrom", "w:delText"};
    static const char *const added[] = {"w:ins", "w:moveTo"};
    struct str *xml = &entry->bytes;
    bool *has = docx->has;
    has[REMOVED_TRACKED_DELETIONS] |= cut_deleted_rows(arena, xml, &docx->hidden);
    for (size_t i = 0; i < sizeof deleted / sizeof *deleted; i++)
        has[REMOVED_TRACKED_DELETIONS] |= xml_cut(arena, xml, deleted[i], &docx->hidden);
    for (size_t i = 0; i < sizeof former / sizeof *former; i++)
        has[REMOVED_TRACKED_CHANGES] |= xml_cut(arena, xml, former[i], &docx->hidden);
    has[REMOVED_HIDDEN_TEXT] |= cut_hidden_rows(arena, xml, &docx->hidden);
    has[REMOVED_HIDDEN_TEXT] |= cut_hidden_runs(styles, arena, xml, &docx->hidden);
    has[REMOVED_HIDDEN_TEXT] |= cut_hidden_boxes(arena, xml, &docx->hidden);
    has[REMOVED_HIDDEN_TEXT] |= note_alternatives(*xml, &docx->hidden);
    has[REMOVED_HIDDEN_TEXT] |= note_fields(*xml, &docx->hidden);
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        xml_cut(arena, xml, markers[i], &docx->hidden);
    for (size_t i = 0; i < 2; i++) has[REMOVED_TRACKED_CHANGES] |= xml_unwrap(arena, xml, added[i]);
    has[REMOVED_ALTERNATIVE_TEXT] |= note_descriptions(*xml, &docx->hidden);
    has[REMOVED_FORM_FIELDS] |= has_form_fields(*xml);
    has[REMOVED_PROPERTIES] |= xml_find(*xml, 0, "w:docVar") != STR_NONE;
    has[REMOVED_LINKS] |= xml_find(*xml, 0, "w:hyperlink") != STR_NONE ||
                          str_find(*xml, STR(">HYPERLINK ")) != STR_NONE ||
                          str_find(*xml, STR("> HYPERLINK ")) != STR_NONE;
    docx->is_remote |= str_find(*xml, STR("INCLUDEPICTURE")) != STR_NONE ||
                       str_find(*xml, STR("INCLUDETEXT")) != STR_NONE;
}

/* ---- relationships ----------------------------------------------------------------------------
 */

/* The name of the part that a target means, as seen from the part that the relationships belong to
 * ("word/_rels/document.xml.rels": word/). */
static struct str part_of(struct arena *arena, struct str relationships, struct str target)
{
    BUF(name, 64 * 1024);
    size_t rels = str_find(relationships, STR("_rels/"));
    if (!str_starts(target, STR("/")) && rels != STR_NONE)
        buf_add(&name, str_slice(relationships, 0, rels));
    struct str piece;
    while (str_split(&target, '/', &piece)) {
        if (piece.len == 0 || str_equal(piece, STR("."))) continue;
        if (str_equal(piece, STR(".."))) {
            while (name.len > 0 && name.at[name.len - 1] == '/') name.len--;
            while (name.len > 0 && name.at[name.len - 1] != '/') name.len--;
            continue;
        }
        if (name.len > 0 && name.at[name.len - 1] != '/') buf_add_byte(&name, '/');
        buf_add(&name, piece);
    }
    return arena_str(arena, buf_str(&name));
}

static bool is_left_out(const struct zip *zip, struct str name)
{
    for (size_t i = 0; i < zip->count; i++)
        if (zip->entries[i].is_left_out && str_equal(zip->entries[i].name, name)) return true;
    return false;
}

/* LibreOffice takes no archive that points to what is not there; and nothing may point outside. */
static void cut_relationships(const struct zip *zip, struct arena *arena, struct zip_entry *entry,
                              struct docx *docx)
{
    struct str *xml = &entry->bytes;
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
        struct str part = part_of(arena, entry->name, xml_attribute(tag, "Target"));
        if (!is_outside && !is_chunk && !is_left_out(zip, part)) buf_add(&kept, element);
        from = end;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    *xml = arena_str(arena, buf_str(&kept));
}

/* ---- what lies beside the text ----------------------------------------------------------------
 */

static void note_properties(struct str xml, struct docx *docx)
{
    static const struct {
        const char *tag;
        enum removed removed;
    } facts[] = {
        {"dc:creator", REMOVED_AUTHOR},       {"cp:lastModifiedBy", REMOVED_LAST_EDITOR},
        {"dc:title", REMOVED_TITLE},          {"dc:subject", REMOVED_SUBJECT},
        {"cp:keywords", REMOVED_KEYWORDS},    {"dcterms:created", REMOVED_DATES},
        {"dcterms:modified", REMOVED_DATES},  {"dc:description", REMOVED_PROPERTIES},
        {"cp:category", REMOVED_PROPERTIES},  {"ep:Company", REMOVED_COMPANY},
        {"ep:Manager", REMOVED_PROPERTIES},   {"ep:HyperlinkBase", REMOVED_PROPERTIES},
        {"ep:Application", REMOVED_PRODUCER},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (xml_has_value(xml, facts[i].tag)) docx->has[facts[i].removed] = true;
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

/* What is neither shown nor told by its name is told by its outermost element. */
static enum removed leave_out_xml(struct str xml, struct docx *docx)
{
    struct str root = xml_root(xml);
    if (str_equal(root, STR("cp:coreProperties")) || str_equal(root, STR("ep:Properties"))) {
        note_properties(xml, docx);
        return REMOVED_COUNT;
    }
    if (str_equal(root, STR("w:comments"))) {
        xml_add_text(xml, &docx->hidden);
        return REMOVED_COMMENTS;
    }
    return REMOVED_PROPERTIES;
}

/* Pictures of every kind that Word takes; EMF and WMF may be compressed. Beside a drawing (SVG)
 * Word keeps a picture of it. */
static bool is_picture(const struct zip_entry *entry)
{
    struct str bytes = entry->bytes;
    return kind_is_picture(kind_of(bytes)) || str_equal(str_slice(bytes, 40, 44), STR(" EMF")) ||
           str_starts(bytes, STR("\xd7\xcd\xc6\x9a")) || str_starts(bytes, STR("\1\0\11\0")) ||
           (str_starts(bytes, STR("\x1f\x8b")) &&
            (str_ends(entry->name, STR(".emz")) || str_ends(entry->name, STR(".wmz"))));
}

static bool is_shown(const struct zip_entry *entry)
{
    static const char *const starts[] = {"w:", "a:", "c:", "cs:", "dgm:", "dsp:", "m:"};
    static const char *const others[] = {"Types", "Relationships"};
    static const char *const beside[] = {"w:comments", "w:glossaryDocument", "w:recipients"};
    struct str root = xml_root(entry->bytes);
    if (entry->bytes.len == 0) return true;
    if (entry->form == ZIP_FORM_BYTES) return is_picture(entry);
    if (entry->form == ZIP_FORM_UNREAD) /* is one that LibreOffice may take for XML all the same */
        return str_ends(entry->name, STR(".xml")) || str_ends(entry->name, STR(".rels"));
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (str_equal(root, str_from(beside[i]))) return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_equal(root, str_from(others[i]))) return true;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(root, str_from(starts[i]))) return true;
    return false;
}

static void leave_out(struct zip_entry *entry, struct docx *docx)
{
    enum removed by_name = REMOVED_COUNT, by_root = REMOVED_ATTACHMENTS;
    bool is_named = false;
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out && !is_named; i++) {
        is_named = str_starts(entry->name, str_from(left_out[i].start));
        if (is_named) by_name = left_out[i].removed;
    }
    if (!is_named && is_shown(entry)) return;
    entry->is_left_out = true;
    if (entry->form == ZIP_FORM_XML) by_root = leave_out_xml(entry->bytes, docx);
    enum removed removed = is_named ? by_name : by_root;
    if (removed != REMOVED_COUNT) docx->has[removed] = true;
}

enum err docx_strip(struct zip *zip, struct arena *arena, struct docx *docx)
{
    struct styles styles;
    TRY(styles_read(zip, arena, &styles));
    for (size_t i = 0; i < zip->count; i++) {
        struct zip_entry *entry = &zip->entries[i];
        leave_out(entry, docx);
        if (entry->is_left_out) continue;
        if (entry->form == ZIP_FORM_UNREAD) return ERR_BAD_INPUT;
        if (entry->form == ZIP_FORM_XML) strip_text_part(entry, &styles, arena, docx);
    }
    for (size_t i = 0; i < zip->count; i++)
        if (str_equal(xml_root(zip->entries[i].bytes), STR("Relationships")))
            cut_relationships(zip, arena, &zip->entries[i], docx);
    return OK;
}
