/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tests/unit/unit.h"

#include "worker/cleaner/mail_depth.c"
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
    assert_buf(shown, "");
    assert_buf(hidden, "end");
    assert_true(html.is_too_deep);

    buf_clear(&page);
    buf_clear(&hidden);
    for (int i = 0; i < 1000000; i++) buf_add_c(&page, "<a");
    assert_true(html_text(buf_str(&page), &shown, &hidden, &html));
    assert_true(html.is_too_deep);

    buf_clear(&page);
    buf_clear(&hidden);
    for (int i = 0; i < 300; i++) buf_add_c(&page, "<div>");
    buf_add_c(&page, "<p hidden>gone</p>end");
    assert_true(html_text(buf_str(&page), &shown, &hidden, &html));
    assert_buf(shown, "end");
    assert_true(html.hides && !html.is_too_deep);
}

/* What is too deep is hidden as a whole, so that nothing hidden in it is shown. */
static void shows_nothing_that_is_too_deep(void **state)
{
    (void)state;
    static const char end[] =
        "<style>p { color: red }</style><STYLE >i{}</Style ><script>a<b</script>"
        "<div style='display:none'>12 Oak Lane</div>Dear Kayla<style>x";
    static const struct {
        const char *before; /* many times */
        bool is_too_deep;
    } cases[] = {
        {"<div>", true},
        {"<div></x>", true},
        {"<b><p>", true},
        {"<table><tr><td>", true},
        {"<div></div>", false},
        {"<br><hr><BR/><img src='a'><input>", false},
        {"<p>a", false},
        {"<p class='x'>a<div>b</div>", false},
        {"<ul><li>a<li><p>b</ul>", false},
        {"<li>a<p>b", false},
        {"<dt>a<dd><p>b", false},
        {"<table><tr><td>a<th>b<tr><td><p>c</table>", false},
        {"<select><option>a<option>b</select>", false},
        {"<style>a<b</style><script>if (a<b)</script>", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(page, 1024 * 1024);
        BUF(shown, 1024 * 1024);
        BUF(hidden, 1024 * 1024);
        struct html html;
        for (int times = 0; times < 1500; times++) buf_add_c(&page, cases[i].before);
        buf_add_c(&page, end);
        assert_true(html_text(buf_str(&page), &shown, &hidden, &html));
        assert_int_equal(html.is_too_deep, cases[i].is_too_deep);
        assert_int_equal(str_find(buf_str(&shown), STR("Dear Kayla")) == STR_NONE,
                         cases[i].is_too_deep);
        assert_int_equal(str_find(buf_str(&shown), STR("Oak Lane")), STR_NONE);
        if (cases[i].is_too_deep)
            assert_true(str_ends(buf_str(&hidden), STR("12 Oak Lane Dear Kayla")));
        assert_int_equal(str_find(buf_str(&hidden), STR("color")), STR_NONE);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(reads_as_a_reader_does), cmocka_unit_test(says_what_it_saw),
          cmocka_unit_test(takes_any_depth), cmocka_unit_test(shows_nothing_that_is_too_deep))
