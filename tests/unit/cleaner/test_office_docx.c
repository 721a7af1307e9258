/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/office_docx.c"
#include "worker/cleaner/office_hidden.c"
#include "worker/cleaner/office_plain.c"
#include "worker/cleaner/office_xml.c"
#include "worker/cleaner/office_zip.c"

#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DRAWING "http://schemas.openxmlformats.org/drawingml/2006/"

/* One part of a document after stripping, without the outermost tags. */
static struct str strip(struct arena *arena, const char *name, struct str part, struct docx *docx)
{
    struct zip_entry *entries = ARENA_MANY(arena, 3, struct zip_entry);
    entries[0] = (struct zip_entry){.name = str_from(name), .bytes = part};
    entries[1] = (struct zip_entry){
        .name = STR("about/us"),
        .bytes = STR("<q:coreProperties xmlns:q=\"http://schemas.openxmlformats.org/package/2006/"
                     "metadata/core-properties\" xmlns:d=\"http://purl.org/dc/elements/1.1/\">"
                     "<d:creator>Jane</d:creator><d:title/></q:coreProperties>")};
    entries[2] =
        (struct zip_entry){.name = STR("word/styles.xml"),
                           .bytes = STR("<s:styles xmlns:s=\"" WORD "\"><s:style s:styleId=\"H\">"
                                        "<s:rPr><s:vanish/></s:rPr></s:style></s:styles>")};
    struct zip zip = {entries, 3};
    zip_plain(&zip, arena);
    *docx = (struct docx){.hidden = buf_new(ANSWER_TEXT_BYTES_MAX)};
    if (docx_strip(&zip, arena, docx) != OK) return STR("refused");
    assert_true(entries[1].is_left_out);
    if (entries[0].is_left_out) return STR("left out");
    struct str xml = entries[0].bytes;
    size_t root = str_find(xml, xml_root(xml)) - 1, end = xml.len;
    while (end > 0 && xml.at[end - 1] != '<') end--;
    return str_slice(xml, xml_tag_end(xml, root), end - 1);
}

static void takes_out_what_must_not_come_out(void **state)
{
    (void)state;
    static const struct {
        const char *name, *xml, *kept, *hidden;
        enum removed removed;
    } cases[] = {
        {"word/document.xml",
         "<w:p>a<w:del w:id=\"1\"><w:r><w:delText>b</w:delText></w:r></w:del>c</w:p>",
         "<w:p>ac</w:p>", "b\n", REMOVED_TRACKED_DELETIONS},
        {"word/document.xml", "a<w:del w:author=\"x>y\"/>b", "ab", "", REMOVED_TRACKED_DELETIONS},
        {"word/document.xml", "a<w:delText>no</w:delText>", "a", "no\n", REMOVED_TRACKED_DELETIONS},
        {"word/header1.xml", "<w:moveFrom>x</w:moveFrom><w:moveTo>y</w:moveTo>", "y", "x\n",
         REMOVED_TRACKED_CHANGES},
        {"word/document.xml", "<w:ins w:id=\"2\"><w:r>new</w:r></w:ins>", "<w:r>new</w:r>", "",
         REMOVED_TRACKED_CHANGES},
        {"word/document.xml",
         "<w:r><w:rPr><w:vanish/></w:rPr><w:t>gone &amp; "
         "lost</w:t></w:r><w:r><w:t>here</w:t></w:r>",
         "<w:r><w:t>here</w:t></w:r>", "gone & lost\n", REMOVED_HIDDEN_TEXT},
        {"word/document.xml", "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>here</w:t></w:r>",
         "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>here</w:t></w:r>", "", REMOVED_AUTHOR},
        {"word/document.xml", "<w:r><w:rPr><w:rStyle w:val=\"H\"/></w:rPr>styled</w:r>", "",
         "styled\n", REMOVED_HIDDEN_TEXT},
        {"word/document.xml",
         "<w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr><w:p>in a box</w:p><w:r>after it</w:r></w:p>",
         "<w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr><w:p>in a box</w:p></w:p>", "after it\n",
         REMOVED_HIDDEN_TEXT},
        {"word/document.xml",
         "<w:tbl><w:tblPr><w:tblStyle w:val=\"H\"/></w:tblPr><w:p><w:r>in it</w:r></w:p></w:tbl>",
         "<w:tbl><w:tblPr><w:tblStyle w:val=\"H\"/></w:tblPr><w:p></w:p></w:tbl>", "in it\n",
         REMOVED_HIDDEN_TEXT},
        {"word/document.xml", "<w:tr><w:trPr><w:del/></w:trPr><w:tc>a row</w:tc></w:tr>",
         "<w:tr><w:tc><w:p/></w:tc></w:tr>", "a row\n", REMOVED_TRACKED_DELETIONS},
        {"word/document.xml", "<w:tc><w:tcPr><w:cellDel/></w:tcPr>a cell</w:tc>",
         "<w:tc><w:p/></w:tc>", "a cell\n", REMOVED_TRACKED_DELETIONS},
        {"word/document.xml", "<w:tr><w:trPr><w:hidden/></w:trPr><w:tc>a row</w:tc></w:tr>",
         "<w:tr><w:tc><w:p/></w:tc></w:tr>", "a row\n", REMOVED_HIDDEN_TEXT},
        {"word/document.xml",
         "<w:drawing><wp:inline><wp:docPr hidden=\"1\"/>boxed</wp:inline></w:drawing>", "",
         "boxed\n", REMOVED_HIDDEN_TEXT},
        {"word/document.xml", "<w:fldSimple w:instr=\" quote &quot;a&quot;\"/>",
         "<w:fldSimple w:instr=\" quote &quot;a&quot;\"/>", "quote \"a\"\n", REMOVED_HIDDEN_TEXT},
        {"word/document.xml",
         "<w:fldChar w:fldCharType=\"begin\"/><w:instrText>IF 1=1 </w:instrText><w:t>b</w:t>"
         "<w:fldChar w:fldCharType=\"end\"/>",
         "<w:fldChar w:fldCharType=\"begin\"/><w:instrText>IF 1=1 </w:instrText><w:t>b</w:t>"
         "<w:fldChar w:fldCharType=\"end\"/>",
         "IF 1=1 b\n", REMOVED_HIDDEN_TEXT},
        {"word/document.xml", "<w:fldSimple w:instr=\"PAGE\"/>", "<w:fldSimple w:instr=\"PAGE\"/>",
         "", REMOVED_AUTHOR},
        {"word/document.xml", "<w:r><w:webHidden/>12</w:r>", "<w:r>12</w:r>", "", REMOVED_AUTHOR},
        {"word/document.xml", "a<w:commentReference w:id=\"0\"/>b", "ab", "", REMOVED_AUTHOR},
        {"word/vbaProject.bin", "x", "left out", "", REMOVED_SCRIPTS},
        {"word/embeddings/o.bin", "x", "left out", "", REMOVED_ATTACHMENTS},
        {"word/document.xml", "<wp:docPr descr=\"our &#xe9;t&#233;\"/><pic:cNvPr descr=\"\"/>",
         "<wp:docPr descr=\"our \u00e9t\u00e9\"/><pic:cNvPr descr=\"\"/>", "our \u00e9t\u00e9\n",
         REMOVED_ALTERNATIVE_TEXT},
        {"word/document.xml",
         "<w:r><w:pict><w:r><w:rPr><w:vanish/></w:rPr><w:t>in</w:t></w:r></w:pict><w:t>out</w:t></"
         "w:r>",
         "<w:r><w:pict></w:pict><w:t>out</w:t></w:r>", "in\n", REMOVED_HIDDEN_TEXT},
        {"word/document.xml",
         "<w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>seen</w:r>",
         "<w:r><w:rPr></w:rPr>seen</w:r>", "", REMOVED_TRACKED_CHANGES},
        {"word/document.xml", "<w:del>a<w:del>b</w:del>c</w:del>d", "d", "abc\n",
         REMOVED_TRACKED_DELETIONS},
        {"word/document.xml", "<w:ffData/>", "<w:ffData/>", "", REMOVED_FORM_FIELDS},
        {"word/fonts/font1.odttf", "x", "left out", "", REMOVED_FONTS},
        {"word/_rels/document.xml.rels", "<Relationship Type=\"x/aFChunk\" Target=\"a.htm\"/>", "",
         "", REMOVED_ATTACHMENTS},
        {"_rels/.rels",
         "<Relationship Target=\"about/us\"/><Relationship Target=\"word/document.xml\"/>",
         "<Relationship Target=\"word/document.xml\"/>", "", REMOVED_AUTHOR},
        {"word/_rels/settings.xml.rels",
         "<Relationship Type=\"x/attachedTemplate\" Target=\"http://x/\" TargetMode=\"External\"/>",
         "", "", REMOVED_AUTHOR},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 64 * 1024 * 1024);
        struct docx docx;
        bool is_relation = str_starts(str_from(cases[i].xml), STR("<Relationship "));
        const char *form = is_relation ? "<Relationships xmlns=\"http://schemas.openxmlformats.org/"
                                         "package/2006/relationships\">%s</Relationships>"
                                       : "<w:document xmlns:w=\"" WORD "\" xmlns:wp=\"" DRAWING
                                         "wordprocessingDrawing\" xmlns:pic=\"" DRAWING
                                         "picture\">%s</w:document>";
        struct str part = str_from(cases[i].xml);
        if (!str_equal(part, STR("x"))) {
            BUF(whole, 4096);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            buf_print(&whole, form, cases[i].xml);
#pragma GCC diagnostic pop
            part = arena_str(arena, buf_str(&whole));
        }
        assert_str(strip(arena, cases[i].name, part, &docx), str_from(cases[i].kept));
        assert_str(buf_str(&docx.hidden), str_from(cases[i].hidden));
        assert_true(docx.has[cases[i].removed] && docx.has[REMOVED_AUTHOR] &&
                    !docx.has[REMOVED_TITLE]);
        buf_free(&docx.hidden);
    }
}

/* A part is what it holds, whatever its name; one that is not understood goes nowhere. */
static void knows_parts_by_what_they_hold(void **state)
{
    (void)state;
    static const struct {
        const char *name, *part, *kept, *hidden;
        enum removed removed;
    } cases[] = {
        {"other/body", "<q:document xmlns:q=\"" WORD "\"><q:del>b</q:del>a</q:document>", "a",
         "b\n", REMOVED_TRACKED_DELETIONS},
        {"odd/notes", "<q:comments xmlns:q=\"" WORD "\">note</q:comments>", "left out", "note\n",
         REMOVED_COMMENTS},
        {"word/document.xml", "<w:document xmlns:w=\"" WORD "\"><w:del>", "refused", "",
         REMOVED_COUNT},
        {"word/document.xml", "<w:document><w:del>x</w:del></w:document>", "refused", "",
         REMOVED_COUNT},
        {"word/header1", "<w:hdr xmlns:w=\"" WORD "\"><w:p>", "left out", "", REMOVED_ATTACHMENTS},
        {"word/media/a.png", "a page", "left out", "", REMOVED_ATTACHMENTS},
        {"word/media/a", "GIF89a", NULL, "", REMOVED_AUTHOR},
        {"word/media/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "left out", "",
         REMOVED_ATTACHMENTS},
        {"x/item.xml", "<a>custom</a>", "left out", "", REMOVED_PROPERTIES},
        {"word/_rels/document.xml.rels",
         "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
         "<Relationship Target=\"../about/./us\"/><Relationship Target=\"us\"/></Relationships>",
         "<Relationship Target=\"us\"/>", "", REMOVED_AUTHOR},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 64 * 1024 * 1024);
        struct docx docx;
        struct str kept = strip(arena, cases[i].name, str_from(cases[i].part), &docx);
        if (cases[i].kept)
            assert_str(kept, str_from(cases[i].kept));
        else
            assert_false(str_equal(kept, STR("left out")));
        assert_str(buf_str(&docx.hidden), str_from(cases[i].hidden));
        assert_true(cases[i].removed == REMOVED_COUNT || docx.has[cases[i].removed]);
        buf_free(&docx.hidden);
    }
}

static void archives_come_back_the_same(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    struct zip_entry entries[] = {
        {.name = STR("a.xml"), .bytes = STR("one")},
        {.name = STR("left.xml"), .bytes = STR("two"), .is_left_out = true},
        {.name = STR("b/c.xml"), .bytes = STR("")}};
    struct zip zip = {entries, 3}, again;
    BUF(file, 4096);
    zip_write(&zip, &file);
    assert_ok(zip_read(buf_str(&file), arena, &again));
    assert_int_equal(again.count, 2);
    assert_str(zip_find(&again, "a.xml")->bytes, STR("one"));
    assert_null(zip_find(&again, "left.xml"));
    assert_str(zip_find(&again, "b/c.xml")->bytes, STR(""));
    for (size_t len = 0; len < file.len; len++)
        assert_err(zip_read(str_slice(buf_str(&file), 0, len), arena, &again), ERR_BAD_INPUT);
}

static void bombs_are_met_here(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    struct zip_entry entries[] = {{.name = STR("a.xml"), .bytes = STR("one")}};
    struct zip zip = {entries, 1}, again;
    BUF(file, 4096);
    zip_write(&zip, &file);
    size_t directory = str_find(buf_str(&file), STR("PK\1\2"));
    file.at[directory + 27] = 0x7f; /* it says that it is 2 GiB when inflated */
    assert_err(zip_read(buf_str(&file), arena, &again), ERR_TOO_BIG);
    file.at[directory + 27] = 0;
    file.at[directory + 24] = 4; /* one byte more than there is */
    assert_err(zip_read(buf_str(&file), arena, &again), ERR_BAD_INPUT);
    file.at[directory + 24] = 3;
    file.at[directory + 8] = 1; /* encrypted */
    assert_err(zip_read(buf_str(&file), arena, &again), ERR_FORBIDDEN);
}

UNIT_MAIN(NULL, cmocka_unit_test(takes_out_what_must_not_come_out),
          cmocka_unit_test(knows_parts_by_what_they_hold),
          cmocka_unit_test(archives_come_back_the_same), cmocka_unit_test(bombs_are_met_here))
