/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/office_odt.c"
#include "worker/cleaner/office_ole.c"
#include "worker/cleaner/office_plain.c"
#include "worker/cleaner/office_xml.c"

#define WHOLE "<office:document-meta>%s</office:document-meta>"

static void takes_out_what_a_docx_has_no_place_for(void **state)
{
    (void)state;
    static const struct {
        const char *name, *xml, *kept, *hidden;
        enum removed removed;
    } cases[] = {
        {"content.xml",
         "a<text:section text:display=\"none\">b<text:section>c</text:section></text:section>d",
         "ad", "bc\n", REMOVED_HIDDEN_TEXT},
        {"content.xml", "<text:section text:display=\"condition\">b</text:section>",
         "<text:section text:display=\"condition\">b</text:section>", "", REMOVED_COUNT},
        {"content.xml",
         "<text:p>a</text:p><text:p><text:hidden-paragraph text:is-hidden=\"true\"/>b</text:p>",
         "<text:p>a</text:p>", "b\n", REMOVED_HIDDEN_TEXT},
        {"content.xml", "<text:p><text:hidden-paragraph text:is-hidden=\"false\"/>b</text:p>",
         "<text:p><text:hidden-paragraph text:is-hidden=\"false\"/>b</text:p>", "", REMOVED_COUNT},
        {"content.xml", "<text:script>x</text:script>", "", "x\n", REMOVED_SCRIPTS},
        {"styles.xml", "<form:text form:value=\"y\"/>", "<form:text form:value=\"y\"/>", "y\n",
         REMOVED_FORM_FIELDS},
        {"content.xml", "<svg:title>z</svg:title>", "<svg:title>z</svg:title>", "z\n",
         REMOVED_ALTERNATIVE_TEXT},
        {"content.xml", "<text:variable-set text:display=\"none\" office:string-value=\"v\"/>",
         "<text:variable-set text:display=\"none\" office:string-value=\"v\"/>", "v\n",
         REMOVED_HIDDEN_TEXT},
        {"Basic/M.xml", "x", "left out", "", REMOVED_SCRIPTS},
        {"Versions/1", "x", "left out", "", REMOVED_ATTACHMENTS},
        {"meta.xml", "<meta:generator>x</meta:generator>", "<meta:generator>x</meta:generator>", "",
         REMOVED_PRODUCER},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 64 * 1024);
        struct zip_entry entry = {.name = str_from(cases[i].name),
                                  .bytes = arena_print(arena, WHOLE, cases[i].xml),
                                  .form = ZIP_FORM_XML};
        struct zip zip = {&entry, 1};
        struct docx docx = {.hidden = buf_new(4096)};
        assert_ok(odt_strip(&zip, arena, &docx));
        if (entry.is_left_out)
            assert_string_equal(cases[i].kept, "left out");
        else
            assert_str(entry.bytes, arena_print(arena, WHOLE, cases[i].kept));
        assert_str(buf_str(&docx.hidden), str_from(cases[i].hidden));
        for (int j = 0; j < REMOVED_COUNT; j++)
            assert_int_equal(docx.has[j], j == (int)cases[i].removed);
        buf_free(&docx.hidden);
    }
}

static void sees_what_is_kept_elsewhere(void **state)
{
    (void)state;
    assert_true(is_remote(STR("<draw:image xlink:href=\"http://x/\"/>")));
    assert_true(is_remote(STR("<text:section-source xlink:href=\"../other.odt\"/>")));
    assert_false(is_remote(STR("<draw:image xlink:href=\"Pictures/a.png\"/>")));
    assert_false(is_remote(STR("<text:a xlink:href=\"http://x/\"/>")));
}

static void looks_into_compound_files_with_care(void **state)
{
    (void)state;
    static char file[2048];
    memset(file, 0xff, sizeof file);
    assert_false(ole_look((struct str){file, sizeof file}).is_readable);
    file[30] = 9;
    file[31] = 0;
    memset(file + 48, 0, 4); /* the directory is the first sector */
    memset(file + 76, 0, 4); /* and so is the table: a circle */
    memset(file + 512, 0, 512);
    file[512 + 66] = 5;
    assert_true(ole_look((struct str){file, sizeof file}).is_readable);
    for (size_t len = 0; len < 1024; len++) assert_false(ole_look((struct str){file, len}).is_word);
}

UNIT_MAIN(NULL, cmocka_unit_test(takes_out_what_a_docx_has_no_place_for),
          cmocka_unit_test(sees_what_is_kept_elsewhere),
          cmocka_unit_test(looks_into_compound_files_with_care))
