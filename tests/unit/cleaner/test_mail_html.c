/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_html.c"

static void reads_as_a_reader_does(void **state)
{
    (void)state;
    static const struct {
        const char *html, *shown, *hidden;
    } cases[] = {
        {"<p>One<p>two", "One\n\ntwo", ""},
        {"<div>a</div><div>b</div>", "a\nb", ""},
        {"a<br>b<br><br>c", "a\nb\n\nc", ""},
        {"  a \n  b&nbsp;c ", "a b c", ""},
        {"<pre>a\n  b</pre>", "a\n  b", ""},
        {"<ul><li>x<li>y</ul>", "- x\n- y", ""},
        {"<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc", ""},
        {"x<blockquote>quoted<br>lines</blockquote>y", "x\n> quoted\n> lines\ny", ""},
        {"<blockquote><blockquote>deep</blockquote></blockquote>", ">> deep", ""},
        {"<head><title>t</title><style>p{}</style></head><script>alert(1)</script>b", "b", ""},
        {"<!-- not this -->a", "a", ""},
        {"a<span style='display: NONE'>gone</span>b", "ab", "gone"},
        {"a<span style='color:#fff'>gone</span>b", "ab", "gone"},
        {"<p style='color:#fff;background:#000'>seen", "seen", ""},
        {"<p style='font-size:12px'>seen", "seen", ""},
        {"<p style='font-size:0'>gone<b>too</b></p>seen", "seen", "gonetoo"},
        {"<p hidden>gone</p>seen", "seen", "gone"},
        {"<style>.x, td.y {display:none}</style><i class='z x'>gone</i>seen", "seen", "gone"},
        {"<img alt='our house' src='cid:1'>seen", "seen", "our house"},
        {"&lt;b&gt; &eacute;", "<b> \xc3\xa9", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(shown, 1000);
        BUF(hidden, 1000);
        struct html html;
        assert_true(html_text(str_from(cases[i].html), &shown, &hidden, &html));
        assert_str(buf_str(&shown), str_from(cases[i].shown));
        assert_str(buf_str(&hidden), str_from(cases[i].hidden));
    }
}

static void says_what_it_saw(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        bool is_remote, hides;
    } cases[] = {{"<img src='https://x.example/pixel.gif'>", true, false},
                 {"<img src='//x.example/pixel.gif'>", true, false},
                 {"<img src='cid:1' alt='a'>", false, false},
                 {"<td background='http://x.example/'>", false, false}, /* no table, no cell */
                 {"<table background='http://x.example/'>", true, false},
                 {"<p style='visibility:hidden'>x", false, true},
                 {"<p style='visibility:hidden'> \n", false, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(shown, 1000);
        BUF(hidden, 1000);
        struct html html;
        assert_true(html_text(str_from(cases[i].html), &shown, &hidden, &html));
        assert_int_equal(html.is_remote, cases[i].is_remote);
        assert_int_equal(html.hides, cases[i].hides);
    }
}

static void takes_any_depth(void **state)
{
    (void)state;
    BUF(page, 4 * 1024 * 1024);
    for (int i = 0; i < 100000; i++) buf_add_c(&page, "<b><div>");
    buf_add_c(&page, "end");
    BUF(shown, 1000);
    BUF(hidden, 1000);
    struct html html;
    assert_true(html_text(buf_str(&page), &shown, &hidden, &html));
    assert_buf(shown, "end");
    assert_true(html.is_too_deep);

    buf_clear(&page);
    buf_clear(&shown);
    for (int i = 0; i < 300; i++) buf_add_c(&page, "<div>");
    buf_add_c(&page, "<p hidden>gone</p>end");
    assert_true(html_text(buf_str(&page), &shown, &hidden, &html));
    assert_buf(shown, "end");
    assert_true(html.hides && !html.is_too_deep);
}

UNIT_MAIN(NULL, cmocka_unit_test(reads_as_a_reader_does), cmocka_unit_test(says_what_it_saw),
          cmocka_unit_test(takes_any_depth))
