/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/html.h"

#include "tests/unit/unit.h"

static void paragraphs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *html;
    } cases[] = {
        {"", ""},
        {"\n \n\t\n", ""},
        {"one", "<p>one</p>\n"},
        {"Dear Ann,\nhello\n\nLove & x", "<p>Dear Ann,<br>hello</p>\n<p>Love &amp; x</p>\n"},
        {"a\r\nb\r\n\r\n\r\nc\r\n", "<p>a<br>b</p>\n<p>c</p>\n"},
        {"  indented\n", "<p>  indented</p>\n"},
        {"ỳ 💒", "<p>ỳ 💒</p>\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(html, 1000);
        assert_ok(render_html_text(str_from(cases[i].text), &html));
        assert_str(buf_str(&html), str_from(cases[i].html));
    }
}

static void nothing_becomes_markup(void **state)
{
    (void)state;
    BUF(html, 1000);
    assert_ok(render_html_text(
        STR("<script>alert(\"1\")</script>\n<a href='x'>&lt;</a> https://a.example"), &html));
    assert_buf(html, "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;<br>&lt;a "
                     "href=&#39;x&#39;&gt;&amp;lt;&lt;/a&gt; https://a.example</p>\n");
}

static void limits(void **state)
{
    (void)state;
    BUF(html, 10);
    assert_err(render_html_text(STR("long enough"), &html), ERR_TOO_BIG);
    BUF(other, 100);
    assert_err(render_html_text(STR("a\xff"), &other), ERR_BAD_UTF8);
}

UNIT_MAIN(NULL, cmocka_unit_test(paragraphs), cmocka_unit_test(nothing_becomes_markup),
          cmocka_unit_test(limits))
