/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/office_plain.c"
#include "worker/cleaner/office_xml.c"

#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define STRICT_WORD "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define TEXT "urn:oasis:names:tc:opendocument:xmlns:text:1."
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static void writes_one_document_in_one_way(void **state)
{
    (void)state;
    static const struct {
        const char *part, *plain;
    } cases[] = {
        {"<w:p xmlns:w=\"" WORD "\">a</w:p>", "<w:p xmlns:w=\"" WORD "\">a</w:p>"},
        {"<n:p xmlns:n='" WORD "'\n n:a = '1'  b='2'><n:r /></n:p >",
         "<w:p xmlns:w=\"" WORD "\" w:a=\"1\" b=\"2\"><w:r/></w:p>"},
        {"<p xmlns=\"" WORD "\" a=\"1\"/>", "<w:p xmlns:w=\"" WORD "\" a=\"1\"/>"},
        {"<q:p xmlns:q=\"" STRICT_WORD "\"/>", "<w:p xmlns:w=\"" STRICT_WORD "\"/>"},
        /* Prefixes that mean something else further in, or what another usually does. */
        {"<x:a xmlns:x=\"" WORD "\"><x:b xmlns:x=\"u\"/><x:c/></x:a>",
         "<w:a xmlns:w=\"" WORD "\" xmlns:x=\"u\"><x:b/><w:c/></w:a>"},
        {"<w:a xmlns:w=\"u\"/>", "<n0:a xmlns:n0=\"u\"/>"},
        {"<t:p xmlns:t=\"" TEXT "2\" xmlns:u=\"" TEXT "0\"><u:s/></t:p>",
         "<text:p xmlns:text=\"" TEXT "0\"><text:s/></text:p>"},
        {"<a><b xmlns=\"\"/></a>", "<a><b/></a>"},
        {"<m:Choice xmlns:m=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
         " xmlns:q=\"" WORD "\" Requires=\" q none\" m:ProcessContent=\"q:*\"/>",
         "<mc:Choice xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
         " xmlns:w=\"" WORD "\" Requires=\"w none\" mc:ProcessContent=\"w:*\"/>"},
        /* Characters. */
        {"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><a/>", "<a/>"},
        {"<!DOCTYPE a PUBLIC 'b' 'c'><!-- <x> --><?p <y> ?><a>b<!-- c --><?d ?>e</a>", "<a>be</a>"},
        {"<a>&#65;&#x42;&lt;&amp;&gt;\r\n&quot;&#13;</a>", "<a>AB&lt;&amp;&gt;\n\"&#13;</a>"},
        {"<a b='&#118;\"&#10;\n&lt;'/>", "<a b=\"v&quot;&#10; &lt;\"/>"},
        {"<a><![CDATA[<b>&amp;]]>c</a>", "<a>&lt;b&gt;&amp;amp;c</a>"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1024 * 1024);
        struct str plain = {NULL, 0}, again;
        assert_ok(xml_plain(str_from(cases[i].part), arena, &plain));
        assert_true(str_starts(plain, STR(HEAD)));
        assert_str(str_from_byte(plain, strlen(HEAD)), str_from(cases[i].plain));
        assert_ok(xml_plain(plain, arena, &again)); /* and then it stays */
        assert_str(again, plain);
    }
}

static void reads_two_bytes_a_character(void **state)
{
    (void)state;
    static const struct str cases[] = {
        BYTES("\xff\xfe<\0a\0>\0\xe9\0=\xd8\0\xde<\0/\0a\0>\0"),
        BYTES("\xfe\xff\0<\0a\0>\0\xe9\xd8=\xde\0\0<\0/\0a\0>"),
        BYTES("<\0a\0>\0\xe9\0=\xd8\0\xde<\0/\0a\0>\0"),
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1024 * 1024);
        struct str plain = {NULL, 0};
        assert_ok(xml_plain(cases[i], arena, &plain));
        assert_str(plain, STR(HEAD "<a>\u00e9\U0001f600</a>"));
    }
}

static void refuses_what_it_does_not_understand(void **state)
{
    (void)state;
    static const struct str cases[] = {
        BYTES(""),
        BYTES("text"),
        BYTES("<a>"),
        BYTES("<a></b>"),
        BYTES("</a>"),
        BYTES("<a/><b/>"),
        BYTES("<a/>text"),
        BYTES("<w:a/>"),
        BYTES("<a w:b='1'/>"),
        BYTES("<a b=1/>"),
        BYTES("<a b='1'c='2'/>"),
        BYTES("<a b='1' b='2'/>"),
        BYTES("<a p:b='1' q:b='2' xmlns:p='u' xmlns:q='u'/>"),
        BYTES("<a b='<'/>"),
        BYTES("<a xmlns:b=''/>"),
        BYTES("<a:b:c xmlns:a='u'/>"),
        BYTES("<1/>"),
        BYTES("<a>&nbsp;</a>"),
        BYTES("<a>&#0;</a>"),
        BYTES("<a>&#xd800;</a>"),
        BYTES("<a>&#99999999999;</a>"),
        BYTES("<a>& b</a>"),
        BYTES("<a>\1</a>"),
        BYTES("<a>\xff</a>"),
        BYTES("<a>\0</a>"),
        BYTES("<a><!-- </a>"),
        BYTES("<a><![CDATA[</a>"),
        BYTES("<!DOCTYPE a [<!ENTITY b '<c/>'>]><a>&b;</a>"),
        BYTES("<?xml version='1.0' encoding='iso-8859-1'?><a/>"),
        BYTES("<?xml version='1.0' encoding='utf-16'?><a/>"),
        BYTES("<?xml version='1.0' encoding='UTF-7'?><a/>"),
        BYTES("\xff\xfe<\0a\0/\0>"),
        BYTES("\xff\xfe<\0a\0>\0\0\xd8<\0/\0a\0>\0"),
        BYTES("<a xmlns='http://openoffice.org/2000/text'/>"),
        BYTES("<a xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
              "<b xmlns=''/></a>"),
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 1024 * 1024);
        struct str plain = STR("left alone");
        assert_err(xml_plain(cases[i], arena, &plain), ERR_BAD_INPUT);
        assert_str(plain, STR("left alone"));
    }
}

static void has_limits(void **state)
{
    (void)state;
    ARENA(arena, 1024 * 1024);
    struct str plain;
    BUF(deep, 64 * 1024);
    for (int i = 0; i <= DEPTH_MAX; i++) buf_add_c(&deep, "<a>");
    assert_err(xml_plain(buf_str(&deep), arena, &plain), ERR_TOO_BIG);
    buf_clear(&deep);
    buf_add_c(&deep, "<a");
    for (int i = 0; i <= ATTRIBUTES_MAX; i++) buf_print(&deep, " a%d='1'", i);
    buf_add_c(&deep, "/>");
    assert_err(xml_plain(buf_str(&deep), arena, &plain), ERR_TOO_BIG);
    buf_clear(&deep);
    buf_add_c(&deep, "<a");
    for (int i = 0; i <= SPACES_MAX; i++) buf_print(&deep, " xmlns:a%d='u%d'", i, i);
    buf_add_c(&deep, "/>");
    assert_err(xml_plain(buf_str(&deep), arena, &plain), ERR_TOO_BIG);
}

UNIT_MAIN(NULL, cmocka_unit_test(writes_one_document_in_one_way),
          cmocka_unit_test(reads_two_bytes_a_character),
          cmocka_unit_test(refuses_what_it_does_not_understand), cmocka_unit_test(has_limits))
