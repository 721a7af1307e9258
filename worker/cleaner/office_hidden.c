/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/office_hidden.h"

#include "sanitise/answer.h"
#include "worker/cleaner/office_plain.h"
#include "worker/cleaner/office_xml.h"

enum { STYLES_MAX = 4096, FORBEARS_MAX = 20, NESTED_MAX = 1000 };

/* ---- what properties say ----------------------------------------------------------------------
 */

static struct str tag_at(struct str xml, size_t at)
{
    return str_slice(xml, at, xml_tag_end(xml, at));
}

static bool is_off(struct str value)
{
    return str_equal(value, STR("0")) || str_equal(value, STR("false")) ||
           str_equal(value, STR("off"));
}

/* What elements of that name say in here; if one says yes, it is yes. */
static enum vanish switch_of(struct str properties, const char *name)
{
    enum vanish vanish = VANISH_UNSAID;
    size_t at = 0;
    while ((at = xml_find(properties, at, name)) != STR_NONE) {
        struct str tag = tag_at(properties, at++);
        if (!is_off(xml_attribute(tag, "w:val"))) return VANISH_ON;
        vanish = VANISH_OFF;
    }
    return vanish;
}

/* The attribute w:val of an element in here. */
static struct str value_of(struct str xml, const char *name)
{
    size_t at = xml_find(xml, 0, name);
    return at == STR_NONE ? (struct str){NULL, 0} : xml_attribute(tag_at(xml, at), "w:val");
}

/* The element of that name that comes first in what is given, after `other` at most. */
static struct str own_properties(struct str xml, const char *name, const char *other)
{
    size_t inside = xml_tag_end(xml, 0);
    for (int i = 0; i < 2; i++) {
        size_t next = str_find_byte(str_from_byte(xml, inside), '<');
        if (next == STR_NONE) break;
        struct str rest = str_from_byte(xml, inside + next);
        if (xml_find(str_slice(rest, 0, 32), 0, name) == 0)
            return str_slice(rest, 0, xml_end(rest, 0, name));
        if (!other || xml_find(str_slice(rest, 0, 32), 0, other) != 0) break;
        inside += next + xml_end(rest, 0, other);
    }
    return (struct str){NULL, 0};
}

/* ---- styles -----------------------------------------------------------------------------------
 */

struct style {
    struct str id, based_on;
    enum vanish vanish;
};

static const struct style *find_style(const struct styles *styles, struct str id)
{
    for (size_t i = 0; i < styles->count && id.len > 0; i++)
        if (str_equal(styles->at[i].id, id)) return &styles->at[i];
    return NULL;
}

/* What it says by itself or by what it is based on. */
static enum vanish vanish_of(const struct styles *styles, const struct style *style)
{
    for (int i = 0; i < FORBEARS_MAX && style; i++) {
        if (style->vanish != VANISH_UNSAID) return style->vanish;
        style = find_style(styles, style->based_on);
    }
    return VANISH_UNSAID;
}

static enum vanish style_vanish(const struct styles *styles, struct str id)
{
    const struct style *style = find_style(styles, id);
    return style ? style->vanish : VANISH_UNSAID;
}

static enum err read_part(struct str xml, struct styles *styles)
{
    size_t at = xml_find(xml, 0, "w:docDefaults");
    if (at != STR_NONE &&
        switch_of(str_slice(xml, at, xml_end(xml, at, "w:docDefaults")), "w:vanish") == VANISH_ON)
        styles->document = VANISH_ON;
    at = 0;
    while ((at = xml_find(xml, at, "w:style")) != STR_NONE) {
        if (styles->count == STYLES_MAX) return ERR_TOO_BIG;
        size_t end = xml_end(xml, at, "w:style");
        struct str style = str_slice(xml, at, end), tag = tag_at(style, 0);
        struct style *one = &styles->at[styles->count++];
        *one = (struct style){.id = xml_attribute(tag, "w:styleId"),
                              .based_on = value_of(style, "w:basedOn"),
                              .vanish = switch_of(style, "w:vanish")};
        struct str is_default = xml_attribute(tag, "w:default");
        if (is_default.len > 0 && !is_off(is_default) &&
            str_equal(xml_attribute(tag, "w:type"), STR("paragraph")))
            styles->paragraph = one->vanish;
        at = end;
    }
    return OK;
}

enum err styles_read(const struct zip *zip, struct arena *arena, struct styles *ret_styles)
{
    struct styles styles = {.count = 0};
    bool is_needed = false;
    for (size_t i = 0; i < zip->count; i++)
        is_needed |= xml_find(zip->entries[i].bytes, 0, "w:vanish") != STR_NONE;
    *ret_styles = styles;
    if (!is_needed) return OK;
    styles.at = ARENA_MANY(arena, STYLES_MAX, struct style);
    for (size_t i = 0; i < zip->count; i++)
        if (str_equal(xml_root(zip->entries[i].bytes), STR("w:styles")))
            TRY(read_part(zip->entries[i].bytes, &styles));
    /* What is based on another is settled before any other is thrown away. */
    for (size_t i = 0; i < styles.count; i++)
        styles.at[i].vanish = vanish_of(&styles, &styles.at[i]);
    size_t kept = 0;
    for (size_t i = 0; i < styles.count; i++)
        if (styles.at[i].vanish != VANISH_UNSAID) styles.at[kept++] = styles.at[i];
    styles.count = kept;
    *ret_styles = styles;
    return OK;
}

/* ---- runs -------------------------------------------------------------------------------------
 */

/* What the tables and paragraphs around a run say to it, outermost first. */
struct around {
    enum vanish at[NESTED_MAX + 1];
    size_t depth;
};

static enum vanish first_said(enum vanish first, enum vanish second)
{
    return first != VANISH_UNSAID ? first : second;
}

static bool run_hides(const struct styles *styles, struct str run, enum vanish around)
{
    struct str properties = own_properties(run, "w:rPr", NULL);
    enum vanish vanish = switch_of(properties, "w:vanish");
    struct str style = value_of(properties, "w:rStyle");
    return first_said(first_said(vanish, style_vanish(styles, style)), around) == VANISH_ON;
}

/* Goes into a paragraph or a table that begins here, or out of one that ends. */
static void step(const struct styles *styles, struct str rest, struct around *around)
{
    struct str start = str_slice(rest, 0, 8);
    enum vanish outer = around->at[around->depth], own = VANISH_UNSAID;
    bool is_end = str_starts(start, STR("</w:p>")) || str_starts(start, STR("</w:tbl>"));
    if (is_end && around->depth > 0) around->depth--;
    if (xml_find(start, 0, "w:p") == 0) {
        struct str properties = own_properties(rest, "w:pPr", NULL);
        struct str style = value_of(properties, "w:pStyle");
        own = style.len > 0 ? style_vanish(styles, style) : styles->paragraph;
    } else if (xml_find(start, 0, "w:tbl") == 0) {
        own = style_vanish(styles, value_of(own_properties(rest, "w:tblPr", NULL), "w:tblStyle"));
    } else {
        return;
    }
    if (str_ends(tag_at(rest, 0), STR("/>")) || around->depth == NESTED_MAX) return;
    around->at[++around->depth] = first_said(own, outer);
}

/* Runs hold runs of their own where a box of text stands in one. */
bool cut_hidden_runs(const struct styles *styles, struct arena *arena, struct str *xml,
                     struct buf *hidden)
{
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    bool found = false;
    struct around around = {.at = {styles->document}};
    size_t from = 0, at = 0;
    while ((at = str_find_byte(str_from_byte(*xml, from), '<')) != STR_NONE) {
        at += from;
        struct str rest = str_from_byte(*xml, at);
        size_t after = at + 1;
        step(styles, rest, &around);
        buf_add(&kept, str_slice(*xml, from, at));
        if (xml_find(str_slice(rest, 0, 5), 0, "w:r") == 0 &&
            run_hides(styles, rest, around.at[around.depth])) {
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

/* ---- rows, cells and boxes --------------------------------------------------------------------
 */

/* Takes out every element of that name that is hidden by the test; something stands in its place.
 */
static bool cut_such(struct arena *arena, struct str *xml, const char *name,
                     bool (*is_such)(struct str), const char *instead, struct buf *hidden)
{
    BUF(kept, ZIP_ENTRY_BYTES_MAX);
    bool found = false;
    size_t from = 0, at;
    while ((at = xml_find(*xml, from, name)) != STR_NONE) {
        size_t end = xml_end(*xml, at, name);
        bool is_cut = is_such(str_slice(*xml, at, end));
        if (!is_cut) end = xml_tag_end(*xml, at);
        buf_add(&kept, str_slice(*xml, from, is_cut ? at : end));
        if (is_cut) {
            xml_add_text(str_slice(*xml, at, end), hidden);
            buf_add_c(&kept, instead);
            found = true;
        }
        from = end;
    }
    buf_add(&kept, str_from_byte(*xml, from));
    if (found) *xml = arena_str(arena, buf_str(&kept));
    return found;
}

static bool is_deleted_row(struct str row)
{
    return xml_find(own_properties(row, "w:trPr", "w:tblPrEx"), 0, "w:del") != STR_NONE;
}

static bool is_deleted_cell(struct str cell)
{
    return xml_find(own_properties(cell, "w:tcPr", NULL), 0, "w:cellDel") != STR_NONE;
}

static bool is_hidden_row(struct str row)
{
    return switch_of(own_properties(row, "w:trPr", "w:tblPrEx"), "w:hidden") == VANISH_ON;
}

#define EMPTY_CELL "<w:tc><w:p/></w:tc>"
#define EMPTY_ROW "<w:tr>" EMPTY_CELL "</w:tr>"

bool cut_deleted_rows(struct arena *arena, struct str *xml, struct buf *hidden)
{
    bool rows = cut_such(arena, xml, "w:tr", is_deleted_row, EMPTY_ROW, hidden);
    return cut_such(arena, xml, "w:tc", is_deleted_cell, EMPTY_CELL, hidden) || rows;
}

bool cut_hidden_rows(struct arena *arena, struct str *xml, struct buf *hidden)
{
    return cut_such(arena, xml, "w:tr", is_hidden_row, EMPTY_ROW, hidden);
}

/* Its own description comes before all that is in it. */
static bool is_hidden_drawing(struct str drawing)
{
    size_t at = xml_find(drawing, 0, "wp:docPr");
    if (at == STR_NONE) return false;
    struct str hidden = xml_attribute(tag_at(drawing, at), "hidden");
    return hidden.len > 0 && !is_off(hidden);
}

static bool is_hidden_shape(struct str shape)
{
    BUF(style, ZIP_ENTRY_BYTES_MAX);
    struct str value = xml_attribute(tag_at(shape, 0), "style");
    for (size_t i = 0; i < value.len; i++) {
        char byte = value.at[i];
        if (byte != ' ') buf_add_byte(&style, byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
    return str_find(buf_str(&style), STR("visibility:hidden")) != STR_NONE;
}

bool cut_hidden_boxes(struct arena *arena, struct str *xml, struct buf *hidden)
{
    static const char *const shapes[] = {"v:shape", "v:rect", "v:roundrect", "v:oval",
                                         "v:line",  "v:arc",  "v:group",     "v:polyline"};
    bool found = cut_such(arena, xml, "w:drawing", is_hidden_drawing, "", hidden);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        found |= cut_such(arena, xml, shapes[i], is_hidden_shape, "", hidden);
    return found;
}

/* ---- several forms of one thing ---------------------------------------------------------------
 */

static bool note_forms(struct str all, struct buf *hidden)
{
    static const char *const forms[] = {"mc:Choice", "mc:Fallback"};
    BUF(first, ANSWER_TEXT_BYTES_MAX);
    BUF(texts, ANSWER_TEXT_BYTES_MAX);
    bool differ = false, is_first = true;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t at = 0;
        while ((at = xml_find(all, at, forms[i])) != STR_NONE) {
            BUF(text, ANSWER_TEXT_BYTES_MAX);
            size_t end = xml_end(all, at, forms[i]);
            xml_add_text(str_slice(all, at, end), &text);
            if (is_first) buf_add(&first, buf_str(&text));
            differ |= !str_equal(buf_str(&text), buf_str(&first));
            buf_add(&texts, buf_str(&text));
            is_first = false;
            at = end;
        }
    }
    if (differ) buf_add(hidden, buf_str(&texts));
    return differ;
}

bool note_alternatives(struct str xml, struct buf *hidden)
{
    bool found = false;
    size_t at = 0;
    while ((at = xml_find(xml, at, "mc:AlternateContent")) != STR_NONE) {
        size_t end = xml_end(xml, at, "mc:AlternateContent");
        found |= note_forms(str_slice(xml, at, end), hidden);
        at = end;
    }
    return found;
}

/* ---- fields -----------------------------------------------------------------------------------
 */

/* Instructions that say no more than their result does, or are told in another way (links). */
static bool is_usual_field(struct str instruction)
{
    static const char *const usual[] = {
        "PAGE",     "NUMPAGES",       "SECTIONPAGES", "SECTION",      "DATE",      "TIME",
        "TOC",      "HYPERLINK",      "REF",          "PAGEREF",      "NOTEREF",   "STYLEREF",
        "SEQ",      "FORMTEXT",       "FORMCHECKBOX", "FORMDROPDOWN", "SYMBOL",    "EQ",
        "FILENAME", "INCLUDEPICTURE", "CREATEDATE",   "SAVEDATE",     "PRINTDATE", "AUTHOR"};
    struct str first = str_trim(instruction);
    size_t space = 0;
    while (space < first.len && first.at[space] != ' ' && first.at[space] != '\n') space++;
    first = str_slice(first, 0, space);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (str_same(first, str_from(usual[i]))) return true;
    return first.len == 0;
}

static bool note_instruction(struct str instruction, struct buf *hidden)
{
    if (is_usual_field(instruction)) return false;
    buf_add(hidden, instruction);
    return true;
}

/* From the mark that begins a field to the one where its result begins or it ends. */
static struct str instruction_of(struct str xml, size_t begin, size_t *next)
{
    size_t at = xml_tag_end(xml, begin);
    *next = xml_find(xml, at, "w:fldChar");
    return str_slice(xml, at, *next == STR_NONE ? xml.len : *next);
}

bool note_fields(struct str xml, struct buf *hidden)
{
    bool found = false;
    size_t at = 0;
    while ((at = xml_find(xml, at, "w:fldChar")) != STR_NONE) {
        struct str type = xml_attribute(tag_at(xml, at), "w:fldCharType");
        size_t next;
        struct str piece = instruction_of(xml, at, &next);
        at = next == STR_NONE ? xml.len : next;
        if (str_equal(type, STR("separate")) || str_equal(type, STR("end"))) continue;
        BUF(text, ANSWER_TEXT_BYTES_MAX);
        xml_add_text(piece, &text);
        found |= note_instruction(buf_str(&text), hidden);
    }
    for (at = 0; (at = xml_find(xml, at, "w:fldSimple")) != STR_NONE; at++) {
        BUF(text, ANSWER_TEXT_BYTES_MAX);
        xml_add_text(xml_attribute(tag_at(xml, at), "w:instr"), &text);
        found |= note_instruction(buf_str(&text), hidden);
    }
    return found;
}
