/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/tmpl.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the public specification ---- */

enum { PARTIALS_MAX = 16 };

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool run_case(const char *module, const json_t *one)
{
    struct embedded_file files[PARTIALS_MAX + 2] = {{0}};
    char names[PARTIALS_MAX][80];
    const char *source = text_of(one, "template");
    files[0] = (struct embedded_file){"main.mustache", source, source + strlen(source)};
    size_t count = 0;
    const char *name;
    const json_t *partial;
    json_object_foreach((json_t *)json_object_get(one, "partials"), name, partial)
    {
        assert_true(count < PARTIALS_MAX);
        snprintf(names[count], sizeof names[count], "partials/%s.mustache", name);
        const char *text = json_string_value(partial);
        files[count + 1] = (struct embedded_file){names[count], text, text + strlen(text)};
        count++;
    }
    BUF(problem, 4096);
    BUF(out, 65536);
    struct tmpl_set *set = NULL;
    enum err code = tmpl_set_open(files, STR(""), TMPL_SPEC, &problem, &set);
    if (code == OK) code = tmpl_render(set, STR("main"), json_object_get(one, "data"), &out);
    tmpl_set_free(&set);
    bool passed = code == OK && str_equal(buf_str(&out), str_from(text_of(one, "expected")));
    if (!passed)
        print_error("%s: %s: error %d (%.*s)\n  expected: %s\n  got:      %.*s\n", module,
                    text_of(one, "name"), (int)code, STR_ARG(buf_str(&problem)),
                    text_of(one, "expected"), STR_ARG(buf_str(&out)));
    return passed;
}

static void specification(void **state)
{
    (void)state;
    static const struct {
        const char *module;
        size_t cases;
    } modules[] = {{"comments", 12}, {"delimiters", 14}, {"interpolation", 42},
                   {"inverted", 22}, {"partials", 12},   {"sections", 34}};
    size_t failed = 0;
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "tests/data/mustache/%s.json", modules[i].module);
        json_t *module = json_load_file(path, 0, NULL);
        const json_t *tests = json_object_get(module, "tests"), *one;
        assert_int_equal(json_array_size(tests), modules[i].cases);
        size_t number;
        json_array_foreach(tests, number, one) failed += !run_case(modules[i].module, one);
        json_decref(module);
    }
    assert_int_equal(failed, 0);
}

/* ---- what is ours ---- */

static enum err open_one(const char *source, enum tmpl_kind kind, struct buf *problem,
                         struct tmpl_set **ret_set)
{
    struct embedded_file files[] = {{"portal/page.mustache", source, source + strlen(source)},
                                    {NULL, NULL, NULL}};
    return tmpl_set_open(files, STR("portal"), kind, problem, ret_set);
}

static void damaged_templates(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        enum tmpl_kind kind;
        const char *problem;
    } cases[] = {
        {"a\n{{#b}}", TMPL_PAGE, "portal/page.mustache:2: a section is not closed"},
        {"{{#b}}{{/c}}", TMPL_PAGE, "portal/page.mustache:1: another section is open"},
        {"{{/c}}", TMPL_PAGE, "portal/page.mustache:1: a section is closed that was not"},
        {"\n\n{{a", TMPL_PAGE, "portal/page.mustache:3: a tag is not closed"},
        {"{{{a}}", TMPL_PAGE, "portal/page.mustache:1: a tag is not closed"},
        {"{{}}", TMPL_PAGE, "portal/page.mustache:1: a tag needs one name"},
        {"{{a b}}", TMPL_PAGE, "portal/page.mustache:1: a tag needs one name"},
        {"{{a..b}}", TMPL_PAGE, "portal/page.mustache:1: a name has an empty part"},
        {"{{a.}}", TMPL_PAGE, "portal/page.mustache:1: a name has an empty part"},
        {"{{=| =}}", TMPL_PAGE, "portal/page.mustache:1: delimiters are written"},
        {"{{>}}", TMPL_PAGE, "portal/page.mustache:1: a partial needs one name"},
        {"{{> gone}}", TMPL_PAGE, "there is no template \"partials/gone\""},
        {"{{& text}}", TMPL_PAGE, "portal/page.mustache:1: on a page only a name"},
        {"{{{text}}}", TMPL_PAGE, "portal/page.mustache:1: on a page only a name"},
        {"{{text}}", TMPL_TEXT, "portal/page.mustache:1: in a text write {{& name}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        BUF(problem, 4096);
        struct tmpl_set *set = NULL;
        assert_int_equal(open_one(cases[i].source, cases[i].kind, &problem, &set),
                         ERR_BAD_TEMPLATE);
        assert_null(set);
        if (!str_starts(buf_str(&problem), str_from(cases[i].problem)))
            fail_msg("%s: %s", cases[i].source, problem.at);
    }
}

static void sections_nest_to_their_limit(void **state)
{
    (void)state;
    for (int depth = TMPL_DEPTH; depth <= TMPL_DEPTH + 1; depth++) {
        BUF(source, 65536);
        for (int i = 0; i < depth; i++) buf_add_c(&source, "{{#a}}");
        for (int i = 0; i < depth; i++) buf_add_c(&source, "{{/a}}");
        BUF(problem, 4096);
        struct tmpl_set *set = NULL;
        assert_int_equal(open_one(source.at, TMPL_PAGE, &problem, &set),
                         depth > TMPL_DEPTH ? ERR_BAD_TEMPLATE : OK);
        tmpl_set_free(&set);
    }
}

static void render_one(const char *source, enum tmpl_kind kind, json_t *view, size_t max,
                       enum err expected_code, const char *expected)
{
    BUF(problem, 4096);
    BUF(out, max);
    struct tmpl_set *set = NULL;
    assert_int_equal(open_one(source, kind, &problem, &set), OK);
    assert_int_equal(tmpl_render(set, STR("portal/page"), view, &out), expected_code);
    if (expected) assert_string_equal(out.at, expected);
    tmpl_set_free(&set);
    json_decref(view);
}

static void values_on_a_page(void **state)
{
    (void)state;
    render_one("<p title='{{a}}'>", TMPL_PAGE, json_pack("{s:s}", "a", "<b> & \"c\" 'd'"), 1000, OK,
               "<p title='&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;'>");
    render_one("{{a}} {{b}} {{c}} {{d}}{{e}}", TMPL_PAGE,
               json_pack("{s:I,s:f,s:b,s:n}", "a", (json_int_t)INT64_MIN, "b", 0.1, "c", 1, "d"),
               1000, OK, "-9223372036854775808 0.1 true ");
    render_one("[{{#a}}yes{{/a}}{{^a}}no{{/a}}]", TMPL_PAGE, json_pack("{s:s}", "a", ""), 1000, OK,
               "[no]");
    render_one("{{a}}", TMPL_PAGE, json_pack("{s:{}}", "a"), 1000, ERR_BAD_TEMPLATE, NULL);
    render_one("{{a}}", TMPL_PAGE, json_pack("{s:[s]}", "a", "x"), 1000, ERR_BAD_TEMPLATE, NULL);
    render_one("{{a}}{{a}}", TMPL_PAGE, json_pack("{s:s}", "a", "12345"), 9, ERR_TOO_BIG, NULL);
    render_one("{{& a}}", TMPL_TEXT, json_pack("{s:s}", "a", "Tom & Jo <3"), 1000, OK,
               "Tom & Jo <3");
}

static void only_rendered_markup_is_raw(void **state)
{
    (void)state;
    /* text under a name that ends in _html, and an object that looks a little like mark-up */
    render_one("{{& a_html}}", TMPL_PAGE, json_pack("{s:s}", "a_html", "<b>"), 100,
               ERR_BAD_TEMPLATE, NULL);
    render_one("{{{a_html}}}", TMPL_PAGE, json_pack("{s:{s:s}}", "a_html", "html", "<b>"), 100,
               ERR_BAD_TEMPLATE, NULL);
    render_one("[{{& a_html}}]", TMPL_PAGE, json_object(), 100, OK, "[]");

    ARENA(arena, 4096);
    BUF(problem, 4096);
    struct tmpl_set *set = NULL;
    assert_int_equal(open_one("<b>{{a}}</b>", TMPL_PAGE, &problem, &set), OK);
    struct html html;
    json_t *view = json_pack("{s:s}", "a", "<i>");
    assert_int_equal(tmpl_html(set, STR("portal/page"), view, 100, arena, &html), OK);
    json_decref(view);
    tmpl_set_free(&set);
    render_one("[{{& a_html}}]", TMPL_PAGE, json_pack("{s:o}", "a_html", tmpl_html_value(html)),
               100, OK, "[<b>&lt;i&gt;</b>]");
    /* escaped, mark-up would show as text: that is a mistake in the template */
    render_one("{{a_html}}", TMPL_PAGE, json_pack("{s:o}", "a_html", tmpl_html_value(html)), 100,
               ERR_BAD_TEMPLATE, NULL);
}

static void endless_work_ends(void **state)
{
    (void)state;
    const char *loop = "{{> loop}}", *fork = "{{#list}}{{> fork}}{{/list}}";
    struct embedded_file files[] = {
        {"partials/loop.mustache", loop, loop + strlen(loop)},
        {"partials/fork.mustache", fork, fork + strlen(fork)},
        {NULL, NULL, NULL},
    };
    BUF(problem, 4096);
    BUF(out, 4096);
    struct tmpl_set *set = NULL;
    assert_int_equal(tmpl_set_open(files, STR("partials"), TMPL_PAGE, &problem, &set), OK);
    json_t *view = json_pack("{s:[i,i,i]}", "list", 1, 2, 3);
    assert_int_equal(tmpl_render(set, STR("partials/loop"), view, &out), ERR_BAD_TEMPLATE);
    enum err code = tmpl_render(set, STR("partials/fork"), view, &out);
    assert_true(code == ERR_TOO_BIG || code == ERR_BAD_TEMPLATE);
    json_decref(view);

    /* wide instead of deep: 300 × 300 × 300 turns that print nothing */
    tmpl_set_free(&set);
    json_t *wide = json_array();
    for (int i = 0; i < 300; i++) json_array_append_new(wide, json_true());
    render_one("{{#l}}{{#l}}{{#l}}{{^l}}{{/l}}{{/l}}{{/l}}{{/l}}", TMPL_PAGE,
               json_pack("{s:o}", "l", wide), 100, ERR_TOO_BIG, "");
}

static void sets_hold_their_folder(void **state)
{
    (void)state;
    const char *page = "{{> top}}", *top = "T", *mail = "{{& a}}";
    struct embedded_file files[] = {
        {"mail/waiting.mustache", mail, mail + strlen(mail)},
        {"partials/top.mustache", top, top + strlen(top)},
        {"portal/page.mustache", page, page + strlen(page)},
        {"words/en.ini", page, page + strlen(page)},
        {NULL, NULL, NULL},
    };
    BUF(problem, 4096);
    struct tmpl_set *set = NULL;
    json_t *view = json_object();
    assert_int_equal(tmpl_set_open(files, STR("portal"), TMPL_PAGE, &problem, &set), OK);
    BUF(out, 100);
    assert_int_equal(tmpl_render(set, STR("portal/page"), view, &out), OK);
    assert_int_equal(tmpl_render(set, STR("partials/top"), view, &out), OK);
    assert_int_equal(tmpl_render(set, STR("mail/waiting"), view, &out), ERR_NOT_FOUND);
    assert_int_equal(tmpl_render(set, STR("portal/gone"), view, &out), ERR_NOT_FOUND);
    tmpl_set_free(&set);
    assert_int_equal(tmpl_set_open(files, STR("mail"), TMPL_TEXT, &problem, &set), OK);
    assert_int_equal(tmpl_render(set, STR("mail/waiting"), view, &out), OK);
    assert_int_equal(tmpl_render(set, STR("partials/top"), view, &out), ERR_NOT_FOUND);
    tmpl_set_free(&set);
    json_decref(view);
}

/* Every template that is shipped compiles, with every partial that it names. */
static void shipped_templates_compile(void **state)
{
    (void)state;
    static const struct {
        const char *folder;
        enum tmpl_kind kind;
    } sets[] = {
        {"portal", TMPL_PAGE}, {"desk", TMPL_PAGE}, {"print", TMPL_PAGE}, {"mail", TMPL_TEXT}};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        BUF(problem, 4096);
        struct tmpl_set *set = NULL;
        if (tmpl_set_open(embedded_templates, str_from(sets[i].folder), sets[i].kind, &problem,
                          &set) != OK)
            fail_msg("%s: %s", sets[i].folder, problem.at);
        tmpl_set_free(&set);
    }
}

static json_t *view_file(const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "tests/browser/views/%s.json", name);
    json_error_t error;
    json_t *view = json_load_file(path, 0, &error);
    if (!view) fail_msg("%s: %s", path, error.text);
    return view;
}

/* Every sample view of the browser's tests goes through its template in our engine too. */
static void sample_views_render(void **state)
{
    (void)state;
    static const struct {
        const char *folder, *common;
        enum tmpl_kind kind;
    } sets[] = {{"portal", "_portal", TMPL_PAGE},
                {"desk", "_desk", TMPL_PAGE},
                {"mail", "_portal", TMPL_TEXT}};
    int seen = 0;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        BUF(problem, 4096);
        struct tmpl_set *set = NULL;
        assert_int_equal(tmpl_set_open(embedded_templates, str_from(sets[i].folder), sets[i].kind,
                                       &problem, &set),
                         OK);
        DIR *folder = opendir("tests/browser/views");
        assert_non_null(folder);
        size_t length = strlen(sets[i].folder);
        for (const struct dirent *entry; (entry = readdir(folder));) {
            if (strncmp(entry->d_name, sets[i].folder, length) != 0 || entry->d_name[length] != '-')
                continue;
            char name[256], template[256];
            snprintf(name, sizeof name, "%.*s", (int)strcspn(entry->d_name, "."), entry->d_name);
            const char *variant = strstr(name, "--");
            snprintf(template, sizeof template, "%s/%.*s", sets[i].folder,
                     (int)((variant ? (size_t)(variant - name) : strlen(name)) - length - 1),
                     name + length + 1);
            json_t *view = view_file(sets[i].common), *own = view_file(name);
            json_object_update(view, own);
            BUF(text, 1024 * 1024);
            if (tmpl_render(set, str_from(template), view, &text) != OK) fail_msg("%s", name);
            bool is_text_message = str_starts(str_from(name), STR("mail-text_"));
            assert_true(text.len > (is_text_message ? 40 : 100));
            json_decref(own);
            json_decref(view);
            seen++;
        }
        closedir(folder);
        tmpl_set_free(&set);
    }
    assert_true(seen > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specification),
        cmocka_unit_test(damaged_templates),
        cmocka_unit_test(sections_nest_to_their_limit),
        cmocka_unit_test(values_on_a_page),
        cmocka_unit_test(only_rendered_markup_is_raw),
        cmocka_unit_test(endless_work_ends),
        cmocka_unit_test(sets_hold_their_folder),
        cmocka_unit_test(shipped_templates_compile),
        cmocka_unit_test(sample_views_render),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
