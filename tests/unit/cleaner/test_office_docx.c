/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/office_docx.c"
#include "worker/cleaner/office_xml.c"
#include "worker/cleaner/office_zip.c"

/* One part of a document after stripping. */
static struct str strip(struct arena *arena, const char *name, const char *xml, struct docx *docx)
{
    struct zip_entry *entries = ARENA_MANY(arena, 2, struct zip_entry);
    entries[0] = (struct zip_entry){.name = str_from(name), .bytes = str_from(xml)};
    entries[1] = (struct zip_entry){.name = STR("docProps/core.xml"),
                                    .bytes = STR("<dc:creator>Jane</dc:creator><dc:title/>")};
    struct zip zip = {entries, 2};
    *docx = (struct docx){.hidden = buf_new(ANSWER_TEXT_BYTES_MAX)};
    docx_strip(&zip, arena, docx);
    assert_true(entries[1].is_left_out);
    return entries[0].is_left_out ? STR("left out") : entries[0].bytes;
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
        {"word/document.xml", "a<w:delText>no</w:delText>", "a<w:delText>no</w:delText>", "",
         REMOVED_AUTHOR},
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
        {"word/comments.xml", "<w:comment><w:p><w:t>note</w:t></w:p></w:comment>", "left out",
         "note\n", REMOVED_COMMENTS},
        {"word/document.xml", "a<w:commentReference w:id=\"0\"/>b", "ab", "", REMOVED_AUTHOR},
        {"word/vbaProject.bin", "x", "left out", "", REMOVED_SCRIPTS},
        {"word/embeddings/o.bin", "x", "left out", "", REMOVED_ATTACHMENTS},
        {"word/document.xml", "<wp:docPr descr=\"our &#xe9;t&#233;\"/><pic:cNvPr descr=\"\"/>",
         "<wp:docPr descr=\"our &#xe9;t&#233;\"/><pic:cNvPr descr=\"\"/>", "our \u00e9t\u00e9\n",
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
         "<Relationship Target=\"docProps/core.xml\"/><Relationship Target=\"word/document.xml\"/>",
         "<Relationship Target=\"word/document.xml\"/>", "", REMOVED_AUTHOR},
        {"word/_rels/settings.xml.rels",
         "<Relationship Type=\"x/attachedTemplate\" Target=\"http://x/\" TargetMode=\"External\"/>",
         "", "", REMOVED_AUTHOR},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 64 * 1024);
        struct docx docx;
        assert_str(strip(arena, cases[i].name, cases[i].xml, &docx), str_from(cases[i].kept));
        assert_str(buf_str(&docx.hidden), str_from(cases[i].hidden));
        assert_true(docx.has[cases[i].removed] && docx.has[REMOVED_AUTHOR] &&
                    !docx.has[REMOVED_TITLE]);
        buf_free(&docx.hidden);
    }
}

static void archives_come_back_the_same(void **state)
{
    (void)state;
    ARENA(arena, 64 * 1024);
    struct zip_entry entries[] = {{STR("a.xml"), STR("one"), false},
                                  {STR("left.xml"), STR("two"), true},
                                  {STR("b/c.xml"), STR(""), false}};
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
    struct zip_entry entries[] = {{STR("a.xml"), STR("one"), false}};
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
          cmocka_unit_test(archives_come_back_the_same), cmocka_unit_test(bombs_are_met_here))
